"""Prints what LD score regression and mixed models find, in the demo beside the truth."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from api.cli.estimates import show_p
from api.cli.output import print_table, stdout

if TYPE_CHECKING:
    from services.pipeline import BesideTruth, CohortReport, FamilyReport, RealExpression, RealStatistics
    from services.statistics import LdScoreReport


def show_cohort(report: "CohortReport") -> None:
    """LD scores of the simulated cohort, then every estimate beside what was planted."""
    _show_ld_scores(report.ld_scores)
    note = "se: block jackknife; errors off: (estimate - truth) / se, beyond ±2 once in twenty by chance"
    _show_beside_truth("LD score regression on the simulated cohort, beside the truth", report.beside_truth, note)


def show_families(report: "FamilyReport") -> None:
    """What the scan of the families found, then every estimate beside what was planted."""
    lambdas = ", ".join(f"{value:.2f} {name}" for name, value in report.lambda_gc.items())
    stdout().print(
        f"scan of {report.n_people:,} siblings: {report.scan.n_rows:,} SNPs, {report.scan.n_edges:,} with p < "
        f"{report.scan.p_threshold:g} became edges of study {report.scan.study_id}; lambda GC {lambdas}",
        markup=False,
    )
    note = "se: of the likelihood; none where a variance is held at 0; errors off: (estimate - truth) / se"
    _show_beside_truth("mixed models on the simulated families, beside the truth", report.beside_truth, note)


def _show_beside_truth(title: str, rows: "Sequence[BesideTruth]", note: str) -> None:
    print_table(
        title,
        ("trait", "quantity", ">truth", ">estimate", ">± se", ">errors off", "flags"),
        [
            (
                row.trait.replace("Simulated ", ""), _short(row.quantity), f"{row.truth:.3f}", _three(row.estimate),
                _three(row.standard_error), "-" if row.n_errors is None else f"{row.n_errors:+.1f}",
                ", ".join(row.flags),
            )
            for row in rows
        ],
        note=note,
    )  # fmt: skip


def show_real_statistics(found: "RealStatistics | None") -> None:
    """Heritability of one trait with its diagnostics."""
    if found is None:
        return
    _show_ld_scores(found.ld_scores)
    report = found.heritability
    print_table(
        f"LD score regression of {report.source.name or report.source.target}: format and diagnostics, no biology",
        ("quantity", ">estimate", ">± se"),
        [
            ("h², observed scale", _three(report.h2), _three(report.h2_se)),
            ("intercept", _three(report.intercept), _three(report.intercept_se)),
            ("ratio", _three(report.ratio), _three(report.ratio_se)),
            ("mean chi²", _three(report.mean_chi2), ""),
            ("SNPs", report.n_snps, ""),
        ],
        note="flags: " + (", ".join(report.flags) or "none"),
    )
    if found.partition is None:
        stdout().print(f"not partitioned by annotation: {found.partition_note}", markup=False)
    elif found.partition_note:
        stdout().print(f"categories {found.partition_note}", markup=False)


def show_expression(found: "RealExpression | None") -> None:
    """The map of real expression: who was in it, and the strongest genes."""
    if found is None:
        return
    mapped, attached = found.mapped, found.attached
    print_table(
        f"eQTL of {mapped.n_people} people: {mapped.n_traits_with_snps} genes with a SNP within 1 Mb, "
        f"{mapped.n_cis_tests or 0:,} pairs",
        ("gene", "=strongest SNP", ">n", ">effect", ">± se", ">p of the gene", ">q"),
        [
            (gene.trait, gene.rsid, gene.n, _three(gene.beta), _three(gene.se), show_p(gene.neg_log10_p_gene),
             f"{gene.q:.2g}")
            for gene in mapped.genes[:5]
        ],
        note=f"{mapped.n_significant} genes at q ≤ {mapped.fdr:g}; {attached.n_edges:,} pairs with p < "
        f"{attached.p_threshold:g} are edges of study {attached.study_id}",
    )  # fmt: skip


def _show_ld_scores(report: "LdScoreReport") -> None:
    stdout().print(
        f"LD scores of {report.panel}: {report.n_snps:,} SNPs, {report.n_people:,} people, window ± {report.window}, "
        f"mean {report.mean_ld_score:.2f} ({report.status})",
        markup=False,
    )


def _short(quantity: str) -> str:
    """Name an annotation by its last part, without what all of the demo's have in common."""
    words = (word.rsplit("/", 1)[-1].removeprefix("Simulated_") for word in quantity.split(" "))
    return " ".join(words)


def _three(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"

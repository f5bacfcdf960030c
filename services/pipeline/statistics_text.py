"""The section of the page on real data about LD score regression."""

from services.pipeline.real_statistics import RealStatistics
from services.pipeline.tables import render_count, render_table
from services.statistics import HeritabilityReport, LdScoreReport, PartitionReport

MISSING = "This manifest has no LD panel and complete GWAS to show it on."

_CAVEAT = """\
**These numbers say nothing about the trait.** The panel and the GWAS hold the same 22 windows of 1 Mb, 0.7 % of the
genome: the heritability here is that of the windows alone, the jackknife's 200 blocks are about 0.1 Mb each and not
independent, and every window counts for much. The source states neither the trait nor the number of people (the N used
is one that another program used for the same file), and h² is inversely proportional to N. What is shown: that files of
the published formats go through, and what the diagnostics say of such data."""


def render_statistics(found: RealStatistics | None) -> str:
    """Render LD scores, heritability and its partition, with what they cannot say."""
    if found is None:
        return MISSING
    people = "unknown" if found.n_samples is None else render_count(found.n_samples)
    parts = [
        _CAVEAT,
        f"LD scores of panel {found.panel}; statistics of study {found.study}, N = {people}.",
        render_ld_scores(found.ld_scores),
        render_heritability(found.heritability),
    ]
    if found.partition is None:
        parts.append(f"Not partitioned by annotation: {found.partition_note}.")
    else:
        parts.append(render_partition(found.partition))
        if found.partition_note:
            parts.append(f"Categories {found.partition_note}.")
    return "\n\n".join(parts)


def render_ld_scores(report: LdScoreReport) -> str:
    """Size of the panel, and the LD scores' mean and range."""
    dropped = ", ".join(f"{reason} {render_count(n)}" for reason, n in report.n_dropped.items() if n) or "none"
    facts: list[tuple[str, object]] = [
        ("people", report.n_people),
        ("variants", report.n_variants),
        ("SNPs with an LD score", report.n_snps),
        ("left out", dropped),
        ("window", f"± {report.window}"),
        ("mean LD score", f"{report.mean_ld_score:.2f}"),
        ("largest LD score", f"{report.maximum_ld_score:.1f}"),
        ("pairs of SNPs with r² of at least 0.1", report.n_pairs),
        ("SNP nodes with an LD score", report.n_matched),
        ("flags", _flags(report.flags)),
    ]
    return render_table(("LD scores", ""), facts)


def render_heritability(report: HeritabilityReport) -> str:
    """Heritability, intercept and ratio with their errors and flags."""
    facts: list[tuple[str, object]] = [
        ("h², observed scale", _beside_error(report.h2, report.h2_se)),
        ("intercept", _beside_error(report.intercept, report.intercept_se)),
        ("ratio", _beside_error(report.ratio, report.ratio_se)),
        ("lambda GC", f"{report.lambda_gc:.3f}"),
        ("mean chi²", f"{report.mean_chi2:.3f}"),
        ("SNPs in the regression", report.n_snps),
        *((f"SNPs, {reason.replace('_', ' ')}", n) for reason, n in report.source.counts.items() if n),
        ("flags", _flags(report.flags)),
    ]
    return render_table(("LD score regression", ""), facts)


def render_partition(report: PartitionReport) -> str:
    """One row an annotation."""
    rows = [
        (
            category.name,
            _share(category.proportion_of_snps),
            _beside_error(category.proportion_of_h2, category.proportion_of_h2_se),
            _beside_error(category.enrichment, category.enrichment_se),
            "-" if category.tau_z is None else f"{category.tau_z:.2f}",
            _flags(category.flags),
        )
        for category in report.categories
    ]
    header = ("annotation", "SNPs", "share of h²", "enrichment", "tau z", "flags")
    summary = (
        f"Stratified: h² {_beside_error(report.h2, report.h2_se)}, condition number {report.condition_number:,.0f}, "
        f"flags: {_flags(report.flags)}."
    )
    return f"{summary}\n\n{render_table(header, rows)}"


def _beside_error(estimate: float | None, standard_error: float | None) -> str:
    if estimate is None:
        return "-"
    return f"{estimate:.4g}" + ("" if standard_error is None else f" ± {standard_error:.2g}")


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2%}"


def _flags(flags: tuple[str, ...]) -> str:
    return ", ".join(flags) or "none"

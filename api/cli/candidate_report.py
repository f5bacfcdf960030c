"""Shows a search for candidate loci: what was asked, what was tested, each candidate with its evidence."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.markup import escape

from api.cli.candidate_tests import show_tests
from api.cli.output import print_facts, print_table, stdout

if TYPE_CHECKING:
    from services.search import Candidate, CandidateReport, EvidencePath

STATUS_TEXT = {
    "tested": "tested in a complete GWAS",
    "untestable": "untestable: no complete GWAS of this trait holds a candidate, so they are listed without a p-value",
    "no_query_snps": "no known SNP of this trait has a place and a molecular association: nothing can be asked",
    "no_model": "no model is trained yet: locusgraph train, or ask with --method two_hop",
}
GENES_SHOWN = 2
LOCI_SHOWN = 50


def show_report(report: "CandidateReport", *, limit: int | None = None) -> None:
    """Print a report for people; with `limit` only so many of its candidates."""
    shown = report.candidates[:limit]
    stdout().print(f"[bold]Candidate loci of {escape(report.trait.label)}[/bold]")
    print_facts(_facts(report))
    for warning in report.warnings:
        stdout().print(f"[yellow]note[/yellow]  {escape(warning)}")
    if shown:
        _show_candidates(shown, report.n_candidates, "strongest first" if report.threshold else "best ranked first")
        _show_paths(shown)
    show_tests(report, shown)
    if report.null is not None:
        _show_null(report)
    if report.novel_loci or report.unassessed_loci:
        _show_loci(report)


def _facts(report: "CandidateReport") -> dict[str, object]:
    tested_on = [study.study_id for study in report.studies if study.is_tested_on]
    facts: dict[str, object] = {
        "status": STATUS_TEXT[report.status],
        "release": report.release,
        "model run": report.run_id,
        "known SNPs": report.n_known_snps,
        "of these asked (clumped)": len(report.query_snps),
        "proposed": report.n_proposed,
        "candidates": report.n_candidates,
        "left out": "; ".join(f"{reason.replace('_', ' ')} {count:,}" for reason, count in report.excluded.items()),
    }
    if report.threshold is not None:
        facts["tested on"] = tested_on
        facts["threshold"] = f"p < {report.p_threshold}  ({report.options.alpha:g} over {report.n_candidates:,})"
        facts["significant"] = report.n_significant
    return facts


def _show_candidates(shown: "Sequence[Candidate]", n_candidates: int, order: str) -> None:
    rows = [_candidate_row(candidate) for candidate in shown]
    print_table(
        f"{len(rows):,} of {n_candidates:,} candidates, {order}",
        (">rank", "=SNP", "=place", ">p", ">z", "novelty", "nearest genes", "=known SNP it resembles"),
        rows,
    )


def _candidate_row(candidate: "Candidate") -> tuple[object, ...]:
    genes = [gene.symbol or gene.gene_id for gene in candidate.nearest_genes[:GENES_SHOWN]]
    mhc = " (MHC)" if candidate.is_in_mhc else ""
    return (
        candidate.rank,
        candidate.rsids[0] if candidate.rsids else candidate.key,
        f"{candidate.chromosome}:{candidate.position_bp}{mhc}",
        candidate.p_value,
        None if candidate.z_score is None else f"{candidate.z_score:.2f}",
        candidate.novelty,
        genes,
        candidate.query_snp,
    )


def _show_paths(shown: "Sequence[Candidate]") -> None:
    rows = [_path_row(path) for candidate in shown for path in candidate.paths[:1]]
    if rows:
        print_table(
            "evidence: known SNP → shared molecule → candidate (the heaviest path of each)",
            ("=known SNP", ">its p", ">p", "=molecule", ">p", "=candidate", "studies"),
            rows,
        )


def _path_row(path: "EvidencePath") -> tuple[object, ...]:
    studies = dict.fromkeys((path.query_edge.study_id, path.candidate_edge.study_id))
    return (
        path.query_snp,
        path.query_trait_edge.p_value,
        path.query_edge.p_value,
        path.molecule_name,
        path.candidate_edge.p_value,
        path.candidate_snp,
        ", ".join(studies) + (" (through LD)" if path.is_through_ld else ""),
    )


def _show_null(report: "CandidateReport") -> None:
    null = report.null
    if null is None:
        return
    low, high = null.loci_interval
    print_facts(
        {
            "matched random sets": f"{null.n_sets:,} of {report.n_candidates:,} SNPs from {null.n_pool:,}",
            "loci they find": f"{null.loci:.2f} on average ({low:g} to {high:g}); ours: {null.observed_loci}",
            "share of sets with as many": f"{null.p_loci:.3g}",
        }
    )


def _show_loci(report: "CandidateReport") -> None:
    loci = (*report.novel_loci, *report.unassessed_loci)[:LOCI_SHOWN]
    rows = [
        (
            locus.lead,
            f"{locus.chromosome}:{locus.start_bp}-{locus.end_bp}",
            locus.p_value,
            len(locus.members),
            locus.novelty,
            [gene.symbol or gene.gene_id for gene in locus.nearest_genes[:GENES_SHOWN]],
        )
        for locus in loci
    ]
    print_table("significant loci", ("=lead", "=place", ">p", ">SNPs", "novelty", "nearest genes"), rows)

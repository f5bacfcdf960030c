"""The sections of the report on real data: loads, graph, evaluation, candidates, cost."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from services.pipeline.stages import GraphCounts, MemoryUse
from services.pipeline.tables import render_count, render_seconds, render_table
from services.search import Candidate, CandidateReport, EvidencePath

if TYPE_CHECKING:
    from services.ingest import IngestReport

N_LOCI = 10
N_PATHS = 1


def render_loads(report: "IngestReport") -> str:
    """Rows of each source: read, written, and left out by reason."""
    rows = [
        (load.report.study, load.report.kind, load.report.read, load.report.written,
         _reasons(load.report.skipped), _reasons(load.report.refused))
        for load in report.loads
    ]  # fmt: skip
    return render_table(("source", "kind", "rows read", "written", "skipped", "refused"), rows)


def render_graph(counts: GraphCounts) -> str:
    """Nodes by label and edges by type."""
    rows = [("node", name, n) for name, n in counts.nodes.items()] + [
        ("edge", name, n) for name, n in counts.edges.items()
    ]
    return render_table(("", "label or type", "number"), rows)


def render_evaluation(metrics: Mapping[str, Any]) -> str:
    """Every method on the held-out (LD block, molecule cluster) pairs, with 95 % intervals over LD blocks."""
    if not metrics:
        return "No model was trained."
    evaluation = metrics["evaluation"]
    rows = [
        (
            row["subset"],
            row["method"],
            row["n_pairs"],
            *(_measure(row[name]) for name in ("hit_10", "hit_50", "hit_100", "mrr")),
        )
        for row in evaluation["rows"]
    ]
    table = render_table(("pairs", "method", "number", "hit@10", "hit@50", "hit@100", "MRR"), rows)
    sizes = (
        f"{render_count(evaluation['n_held_out_pairs'])} held-out pairs, "
        f"{render_count(evaluation['n_training_pairs'])} training pairs, "
        f"{render_count(evaluation['n_blocks'])} LD blocks."
    )
    return f"{sizes}\n\n{table}"


def render_snapshot(metrics: Mapping[str, Any]) -> str:
    """What entered the model's snapshot and what stayed outside."""
    if not metrics:
        return "No model was trained."
    counts = metrics["snapshot"]
    outside, inside = counts["n_snps_outside"], counts["n_snps"]
    share = outside / (outside + inside) if outside + inside else 0.0
    largest = ", ".join(str(size) for size in counts["largest_clusters"][:5])
    return (
        f"Snapshot: {render_count(counts['n_edges'])} edges of {render_count(inside)} SNPs with "
        f"{render_count(counts['n_cpgs'])} CpGs and {render_count(counts['n_genes'])} genes in "
        f"{render_count(counts['n_blocks'])} LD blocks. {render_count(outside)} SNPs ({share:.1%}) that nothing places "
        f"stay outside, with {render_count(counts['n_edges_outside'])} edges. "
        f"{render_count(counts['n_clusters'])} molecule clusters; the largest hold {largest} molecules; "
        f"{render_count(counts['n_cluster_links_dropped'])} links were given up to keep clusters small."
    )


def render_candidates(report: CandidateReport) -> str:
    """Candidates of one trait, the best of each LD block, with its heaviest evidence path."""
    lines = [_summary(report)]
    if report.candidates:
        header = ("rank", "SNP", "position", "gene", "SNPs of its locus", "p", "novelty", "evidence")
        loci = one_a_locus(report.candidates)
        lines.append(render_table(header, [_candidate_row(best, n) for best, n in loci[:N_LOCI]]))
    lines += [f"- {warning}" for warning in report.warnings]
    return "\n\n".join(lines[:2]) + ("\n\n" + "\n".join(lines[2:]) if lines[2:] else "")


def one_a_locus(candidates: Sequence[Candidate]) -> list[tuple[Candidate, int]]:
    """The first listed candidate of each LD block, with the number of candidates there; in the order of the list."""
    counted: dict[str, tuple[Candidate, int]] = {}
    for candidate in candidates:
        first, n_before = counted.get(candidate.block or candidate.key, (candidate, 0))
        counted[candidate.block or candidate.key] = (first, n_before + 1)
    return list(counted.values())


def render_path(path: EvidencePath) -> str:
    """One evidence path on one line: SNP, molecule, SNP, trait."""
    through = " (through LD)" if path.is_through_ld else ""
    first, last = path.query_edge, path.candidate_edge
    return (
        f"{path.query_snp} -{first.type} p={first.p_value}-> {path.molecule_name} "
        f"<-{last.type} p={last.p_value}- {path.candidate_snp}{through}"
    )


def render_cost(seconds: Mapping[str, float], memory: MemoryUse) -> str:
    """Wall time of each stage and peak memory."""
    rows = [(name, render_seconds(spent)) for name, spent in seconds.items()]
    rows.append(("in all", render_seconds(sum(seconds.values()))))
    server = "on another machine" if memory.server_mib is None else f"{memory.server_mib:,.0f} MiB"
    table = render_table(("stage", "wall time"), rows)
    return f"{table}\n\nPeak memory: {memory.program_mib:,.0f} MiB in this program; Neo4j {server}."


def _reasons(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{reason} {render_count(n)}" for reason, n in sorted(counted.items()) if n) or "-"


def _measure(value: Mapping[str, float]) -> str:
    return f"{value['estimate']:.3f} [{value['lower']:.3f}, {value['upper']:.3f}]"


def _summary(report: CandidateReport) -> str:
    asked = f"{len(report.query_snps)} query SNPs of {report.n_known_snps} known ones; {report.n_candidates} candidates"
    if report.status == "tested":
        found = (
            f"tested at p < {report.p_threshold}: {report.n_significant} pass, {len(report.novel_loci)} novel loci, "
            f"{len(report.unassessed_loci)} not assessed"
        )
    else:
        found = {
            "untestable": "untestable, because no complete GWAS of the trait holds a candidate",
            "no_query_snps": "none of the trait's known SNPs has a place and a molecular association",
            "no_model": "no model was trained yet",
        }[report.status]
    chance = ""
    if report.null is not None:
        low, high = report.null.survivors_interval
        chance = f" Matched random candidates: {report.null.survivors:.2f} pass on average ({low:.0f} to {high:.0f})."
    return f"{asked}; {found}.{chance}"


def _candidate_row(candidate: Candidate, n_in_locus: int) -> tuple[object, ...]:
    gene = candidate.nearest_genes[0] if candidate.nearest_genes else None
    paths = "; ".join(render_path(path) for path in candidate.paths[:N_PATHS])
    return (
        candidate.rank,
        candidate.rsids[0] if candidate.rsids else candidate.key,
        f"{candidate.chromosome}:{render_count(candidate.position_bp)}",
        (gene.symbol or gene.gene_id) if gene else None,
        n_in_locus,
        candidate.p_value,
        candidate.novelty,
        paths or "over a chain of molecules",
    )

"""The report on real data as a Markdown page, ``docs/real-data.md``."""

from services.pipeline.expression_text import render_expression
from services.pipeline.real import RealReport, TraitAnswer
from services.pipeline.sections import (
    render_candidates,
    render_cost,
    render_evaluation,
    render_graph,
    render_loads,
    render_snapshot,
)
from services.pipeline.shared_genes import SharedGenes, SharedGeneScore
from services.pipeline.statistics_text import render_statistics
from services.pipeline.tables import render_table

CHANCE_BELOW = 0.52
"""An area below this is called chance."""

_INTRODUCTION = """# On real data

This page is written by `make real`: published GWAS and QTL statistics are loaded, PinSage is trained on the molecular
associations, and candidate loci are listed. Every table is printed by the program; nothing here is typed by hand."""

_LIMITS = """## What these data cannot show

- The mQTL source is a slice (trans associations, and the cis associations of the same SNPs); the eQTL source is cis
  only. Most molecules therefore have one locus, and only those with two or more can be learned from or predicted for.
- The GWAS Catalog and MR-Base list lead SNPs only: their traits have candidates, but nothing to test them on. Only the
  701 traits (472 SNPs) and the BOLT-LMM scan (22 windows) are complete for the SNPs they hold, so few candidates can
  be tested, and few of those lie outside the known loci.
- Lead SNPs rarely carry a molecular association themselves; without a panel for the whole genome no proxy is looked up.
- Hidden pairs are hidden within these sources. A method that does well here has learned which loci act on the same
  molecules in these studies; whether that carries to other studies is not tested here."""


def render_real(report: RealReport) -> str:
    """Render the report as Markdown."""
    metrics = report.trained.metrics
    parts = [
        _INTRODUCTION,
        f"## Rows per source and reason\n\n{render_loads(report.loaded)}",
        f"## The graph\n\n{render_graph(report.counts)}",
        f"## The model\n\n{report.trained.message}.\n\n{render_snapshot(metrics)}",
        f"## Evaluation\n\nRanks of held-out LD blocks among all blocks not known for the molecule; 95 % intervals by "
        f"bootstrap over blocks.\n\n{render_evaluation(metrics)}",
        "## Candidates\n\n" + "\n\n".join(_answer(answer) for answer in report.answers),
        f"## Do the loci of one trait share molecules?\n\n{_shared(report.shared_genes)}",
        f"## LD score regression: format and diagnostics\n\n{render_statistics(report.statistics)}",
        f"## QTL of people: real expression\n\n{render_expression(report.expression)}",
        _LIMITS,
        f"## Cost\n\n{render_cost(report.seconds, report.memory)}",
    ]
    return "\n\n".join(parts) + "\n"


def _answer(answer: TraitAnswer) -> str:
    note = f"{answer.note}.\n\n" if answer.note else ""
    if answer.report is None:
        return f"### {answer.asked}\n\n{note}".rstrip()
    return f"### {answer.asked}\n\n{note}{answer.report.trait.label}. {render_candidates(answer.report)}"


def _shared(found: SharedGenes) -> str:
    header = ("pairs of SNPs", "AUC", "of one trait", "of two traits", "share that shares a molecule")
    rows = [_row("on different chromosomes", found.across), _row("on one chromosome, other LD blocks", found.within)]
    return (
        f"{found.n_snps:,} significant SNPs of {found.n_traits:,} traits; a pair scores the number of CpGs and genes "
        f"that both act on; .5 is chance.\n\n{render_table(header, rows)}\n\n{_verdict(found.across)}"
    ).rstrip()


def _verdict(across: SharedGeneScore | None) -> str:
    """What the figure across chromosomes means for candidates on these data."""
    if across is None:
        return ""
    if across.auc < CHANCE_BELOW:
        return "Across chromosomes that is chance: in lead-SNP data like these no signal crosses chromosomes."
    return "Across chromosomes SNPs of one trait share molecules more often than SNPs of two traits."


def _row(name: str, score: SharedGeneScore | None) -> tuple[object, ...]:
    if score is None:
        return (name, None, None, None, None)
    return (name, f"{score.auc:.3f}", score.n_same_trait, score.n_other, f"{score.share_sharing:.2%}")

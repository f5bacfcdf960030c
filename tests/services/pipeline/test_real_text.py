"""The report on real data as a page."""

from services.pipeline.real import RealReport, TraitAnswer
from services.pipeline.real_text import render_real
from services.pipeline.shared_genes import SharedGenes, SharedGeneScore
from services.training import TrainingOutcome, TrainingState
from tests.services.pipeline.made_up import (
    COUNTS,
    MEMORY,
    SECONDS,
    candidate_report,
    ingest_report,
    metrics,
    real_statistics,
)


def _report() -> RealReport:
    answers = (
        TraitAnswer("Trait T", "", candidate_report()),
        TraitAnswer("Height", "'Height' names 2 traits", candidate_report()),
        TraitAnswer("Hight", "no trait is called 'Hight': did you mean Height (EFO:1)?", None),
    )
    shared = SharedGenes(SharedGeneScore(0.5, 10, 20, 0.0), None, 3, 12)
    trained = TrainingOutcome(TrainingState.TRAINED, "run r1 trained", "r1", 5, metrics())
    return RealReport(ingest_report(), trained, None, answers, shared, real_statistics(), COUNTS, SECONDS, MEMORY)


def test_render_real__has_every_section() -> None:
    text = render_real(_report())
    sections = [
        "# On real data", "## Rows per source and reason", "## The graph", "## The model", "## Evaluation",
        "## Candidates", "### Trait T", "### Height", "### Hight", "## Do the loci of one trait share molecules?",
        "## LD score regression: format and diagnostics", "## QTL of people: real expression",
            "## What these data cannot show", "## Cost",
    ]  # fmt: skip
    assert [line for line in text.splitlines() if line.startswith("#")] == sections


def test_render_real__answers_every_trait() -> None:
    text = render_real(_report())
    assert "'Height' names 2 traits.\n\nTrait T (study/T). 1 query SNPs" in text
    assert "did you mean Height (EFO:1)?" in text


def test_render_real__gives_the_area_across_chromosomes() -> None:
    text = render_real(_report())
    assert "| on different chromosomes | 0.500 | 10 | 20 | 0.00% |" in text
    assert "no signal crosses chromosomes" in text
    assert "| on one chromosome, other LD blocks | - | - | - | - |" in text

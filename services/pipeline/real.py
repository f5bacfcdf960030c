"""The whole path on real data: load, train, write back, candidates of six traits, and what the data cannot show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from services.graph.opening import open_store
from services.graph.store import Store
from services.pipeline.real_expression import RealExpression, map_expression
from services.pipeline.real_statistics import RealStatistics, analyse_real
from services.pipeline.shared_genes import SharedGenes, measure_shared_genes
from services.pipeline.stages import (
    GraphCounts,
    MemoryUse,
    Progress,
    Stopwatch,
    count_graph,
    load_studies,
    measure_memory,
    train_model,
)
from services.search import (
    AmbiguousTrait,
    CandidateOptions,
    CandidateReport,
    UnknownTrait,
    find_candidates,
    resolve_trait,
)
from services.settings import Settings

if TYPE_CHECKING:
    from services.ingest import IngestReport
    from services.training import TrainingOutcome

N_LISTED = 300
"""Candidates listed for a trait, so that ten loci are among them."""

TRAITS = (
    "Platelet counts",
    "Height",
    "Schizophrenia",
    "Inflammatory bowel disease",
    "godmc-701-traits/disease__rheumatoid_arthritis",
    "godmc-701-traits/risk_factor__height",
)


@dataclass(frozen=True, slots=True)
class TraitAnswer:
    """What a text for a trait gave.

    Attributes
    ----------
    asked
        The text.
    note
        How it was understood: empty where exactly one trait fits.
    report
        Its candidates; None where no trait fits.
    """

    asked: str
    note: str
    report: CandidateReport | None


@dataclass(frozen=True, slots=True)
class RealReport:
    """What the run on real data did and found.

    Attributes
    ----------
    loaded, trained
        What these stages reported.
    expression
        QTL of real expression; None where its data are not beside the manifest.
    answers
        Candidates of each trait asked about.
    shared_genes
        Whether SNPs of one trait share molecules, across chromosomes and within.
    statistics
        LD score regression of one trait; None where the manifest has not the studies for it.
    counts
        Nodes and edges at the end.
    seconds, memory
        Wall time of each stage, peak memory.
    """

    loaded: "IngestReport"
    trained: "TrainingOutcome"
    expression: RealExpression | None
    answers: tuple[TraitAnswer, ...]
    shared_genes: SharedGenes
    statistics: RealStatistics | None
    counts: GraphCounts
    seconds: Mapping[str, float]
    memory: MemoryUse


def run_real(
    settings: Settings,
    manifest: Path,
    on_progress: Progress | None = None,
    *,
    traits: Sequence[str] = TRAITS,
) -> RealReport:
    """Load real data, map the expression beside it, train, regress on LD scores, and ask for candidates of some traits.

    Parameters
    ----------
    settings
        The state folder and the graph.
    manifest
        Such as ``../shared/data/studies.toml``.
    on_progress
        Called with (done, total, text).
    traits
        Names or ids. A name that fits several traits is answered for the one with most associations, and said so.
    """
    from services.export import export_bipartite

    watch = Stopwatch()
    with watch.stage("start the graph"):
        store = open_store(settings, on_progress)
    with store:
        loaded = load_studies(store, settings, manifest, watch, on_progress)
        with watch.stage("QTL of expression"):  # before training: the map is a study like the others
            expression = map_expression(store, settings, manifest, on_progress)
        trained = train_model(store, settings, watch, on_progress)
        with watch.stage("LD score regression"):
            statistics = analyse_real(store, settings, manifest, on_progress)
        with watch.stage("candidates"):
            answers = tuple(_answer(store, settings, text) for text in traits)
        with watch.stage("shared-gene score"):
            shared = measure_shared_genes(store, settings, export_bipartite(store, settings))
        return RealReport(
            loaded=loaded,
            trained=trained,
            expression=expression,
            answers=answers,
            shared_genes=shared,
            statistics=statistics,
            counts=count_graph(store),
            seconds=watch.seconds,
            memory=measure_memory(settings),
        )


def _answer(store: Store, settings: Settings, text: str) -> TraitAnswer:
    found = resolve_trait(store, text)
    if isinstance(found, UnknownTrait):
        return TraitAnswer(text, found.message, None)
    note = ""
    if isinstance(found, AmbiguousTrait):
        note = f"{found.message}. Shown here: the one with most associations"
        found = found.matches[0]
    return TraitAnswer(text, note, find_candidates(store, settings, found, options=CandidateOptions(limit=N_LISTED)))

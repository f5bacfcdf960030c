"""The demo: a simulated study with known truth, loaded by the same path as anybody's files, and what is found in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loaders.simulation import (
    DEFAULT_SEED,
    DemoSize,
    DemoTruth,
    PlantedTrait,
    ScoreBesideRandom,
    score_beside_random,
)
from services.graph.opening import open_store
from services.pipeline.demo_files import write_once
from services.pipeline.families import FamilyReport, analyse_families
from services.pipeline.matched import draw_matched_keys
from services.pipeline.planted import CohortReport, analyse_cohort
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
from services.search import CandidateOptions, CandidateReport, find_candidates
from services.settings import Settings

if TYPE_CHECKING:
    from services.graph.store import Store
    from services.ingest import IngestReport
    from services.training import TrainingOutcome

N_RANDOM_LISTS = 200
_ALL = 100_000


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What the demo did and found.

    Attributes
    ----------
    folder
        Where the demo's files lie.
    trait
        The planted trait that was asked about.
    loaded, trained, candidates
        What each stage reported.
    score
        Planted sub-threshold loci that the candidates hit, beside matched random candidates.
    passed
        The same for the candidates that passed their test, beside matched random ones.
    cohort
        LD score regression on the simulated cohort, beside the truth; None where the size has no cohort.
    families
        Mixed models on its families, beside the truth; None where the size has none.
    counts
        Nodes and edges at the end.
    seconds, memory
        Wall time of each stage, peak memory.
    """

    folder: str
    trait: PlantedTrait
    loaded: "IngestReport"
    trained: "TrainingOutcome"
    candidates: CandidateReport
    score: ScoreBesideRandom
    passed: ScoreBesideRandom
    cohort: CohortReport | None
    families: FamilyReport | None
    counts: GraphCounts
    seconds: Mapping[str, float]
    memory: MemoryUse


def run_demo(
    settings: Settings,
    on_progress: Progress | None = None,
    *,
    seed: int = DEFAULT_SEED,
    size: DemoSize | None = None,
    trait_id: str | None = None,
) -> DemoReport:
    """Write the demo's files, load them, train, regress on LD scores, and ask for the candidates of one trait.

    Parameters
    ----------
    settings
        The state folder and the graph.
    on_progress
        Called with (done, total, text).
    seed, size
        Of the simulated study.
    trait_id
        The trait to ask about; by default the one with most planted loci below genome-wide significance.

    Notes
    -----
    A second call finds everything done and changes nothing.
    """
    watch = Stopwatch()
    folder = settings.home / "demo"
    with watch.stage("write the demo's files"):
        truth = write_once(folder, seed, size or DemoSize())
    with watch.stage("start the graph"):
        store = open_store(settings, on_progress)
    with store:
        loaded = load_studies(store, settings, folder / truth.manifest, watch, on_progress)
        with watch.stage("mixed models"):  # before training: the scan is a GWAS like the others
            families = analyse_families(store, settings, folder, truth.cohort, on_progress) if truth.cohort else None
        trained = train_model(store, settings, watch, on_progress)
        with watch.stage("LD score regression"):
            cohort = analyse_cohort(store, settings, truth.cohort, on_progress) if truth.cohort else None
        trait = truth.trait(trait_id) if trait_id else most_hidden(truth)
        with watch.stage("candidates"):
            found = find_candidates(store, settings, trait.trait_id, options=CandidateOptions(limit=_ALL))
        with watch.stage("matched random candidates"):
            score, passed = _score(store, truth, found)
        return DemoReport(
            folder=str(folder),
            trait=trait,
            loaded=loaded,
            trained=trained,
            candidates=found,
            score=score,
            passed=passed,
            cohort=cohort,
            families=families,
            counts=count_graph(store),
            seconds=watch.seconds,
            memory=measure_memory(settings),
        )


def most_hidden(truth: DemoTruth) -> PlantedTrait:
    """Choose the planted trait with most loci below genome-wide significance; the first of equals."""
    return max(truth.traits, key=lambda trait: sum(locus.is_hidden for locus in trait.loci))


def _score(store: "Store", truth: DemoTruth, found: CandidateReport) -> tuple[ScoreBesideRandom, ScoreBesideRandom]:
    trait_id = found.trait.trait_id
    keys = [candidate.key for candidate in found.candidates]
    significant = [candidate.key for candidate in found.candidates if candidate.is_significant]
    return (
        score_beside_random(truth, trait_id, keys, draw_matched_keys(store, found, keys, n_lists=N_RANDOM_LISTS)),
        score_beside_random(
            truth, trait_id, significant, draw_matched_keys(store, found, significant, n_lists=N_RANDOM_LISTS)
        ),
    )

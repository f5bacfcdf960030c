"""The two ways to evaluate: graph files, or the release that is loaded in the store."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.pinsage.evaluation import Plan
from services.evaluation.errors import EvaluationError
from services.evaluation.inputs import SPLITS, EvaluationInput, find_graph_files, inputs_of_file, inputs_of_release
from services.evaluation.page import check_page
from services.evaluation.reference import ReferenceResults, read_reference
from services.evaluation.report import EvaluationReport
from services.evaluation.results import ResultsFile
from services.evaluation.running import Progress, choose_methods, run_methods
from services.export import export_bipartite
from services.graph.store import Store
from services.settings import Settings
from services.training import pinsage_settings

GRAPHS, RELEASE = "graphs", "release"


@dataclass(frozen=True, slots=True)
class EvaluationRequest:
    """What is asked of an evaluation.

    Attributes
    ----------
    budget
        Most settings that each ranker may try on validation pairs.
    seeds
        One fit each for methods with randomness; the first also cuts validation pairs and draws splits.
    methods
        Names; none = all.
    splits
        Of `SPLITS`.
    output
        File of results, kept up to date after every method; None = a file in the state folder.
    page
        Page whose tables are written anew.
    is_run
        False: show what the file of results holds, and run nothing.
    """

    budget: int = 6
    seeds: tuple[int, ...] = (0, 1, 2)
    methods: tuple[str, ...] = ()
    splits: tuple[str, ...] = ("S1",)
    output: Path | None = None
    page: Path | None = None
    is_run: bool = True

    def __post_init__(self) -> None:
        """Refuse splits that nobody offers.

        Raises
        ------
        EvaluationError
            Naming them.
        """
        unknown = [split for split in self.splits if split not in SPLITS]
        if unknown or not self.splits:
            raise EvaluationError(
                "an evaluation splits a graph in a way that it knows",
                seen=", ".join(unknown) or "none",
                remedy=f"use {', '.join(SPLITS)}",
            )


def evaluate_files(
    places: Sequence[Path], request: EvaluationRequest, settings: Settings, *, on_progress: Progress
) -> EvaluationReport:
    """Evaluate on graph files of the shared layout.

    Parameters
    ----------
    places
        Files and folders.
    request, settings
        What is asked; PinSage's settings and the state folder.
    on_progress
        Called with (done, total, text).

    Raises
    ------
    EvaluationError, FormatError
        When a place holds no graph, or a file breaks the layout.
    """
    files = find_graph_files(places)

    def read() -> list[EvaluationInput]:
        found: list[EvaluationInput] = []
        for done, path in enumerate(files):
            on_progress(done, len(files), "reading graphs")
            found += inputs_of_file(path, request.splits, seed=request.seeds[0])
        on_progress(len(files), len(files), "reading graphs")
        return found

    return _evaluate(GRAPHS, read, request, settings, reference=read_reference(files), on_progress=on_progress)


def evaluate_release(
    store: Store, request: EvaluationRequest, settings: Settings, *, on_progress: Progress
) -> EvaluationReport:
    """Evaluate on the release that is loaded in the store.

    Raises
    ------
    StoreError
        When it cannot be read.
    TooFewPairsError
        When the release holds too little evidence across loci.
    """

    def read() -> list[EvaluationInput]:
        snapshot = export_bipartite(store, settings, on_progress)
        return inputs_of_release(snapshot, request.splits, seed=request.seeds[0])

    return _evaluate(RELEASE, read, request, settings, reference=read_reference(()), on_progress=on_progress)


def _evaluate(
    section: str,
    read: Callable[[], list[EvaluationInput]],
    request: EvaluationRequest,
    settings: Settings,
    *,
    reference: ReferenceResults,
    on_progress: Progress,
) -> EvaluationReport:
    if request.page is not None:
        check_page(request.page, section)
    chosen = choose_methods(request.methods)
    plan = Plan(pinsage_settings(settings), request.budget, request.seeds)
    output = request.output or settings.home / "evaluation" / f"{section}.json"
    results = ResultsFile(output)
    groups = run_methods(read(), chosen.methods, plan, results, on_progress=on_progress, is_run=request.is_run)
    if not groups:
        raise EvaluationError(
            "showing kept results needs some of this code, these graphs, budget and seeds",
            seen="none",
            where=output,
            remedy="leave out --no-run, or name another file for --output",
        )
    report = EvaluationReport(section, plan, groups, chosen.left_out, reference)
    results.add_report(report.to_dict())
    if request.page is not None:
        report.write_page(request.page)
    return report

"""LD scores of a panel: computed chromosome by chromosome, kept as a run, shown on the SNPs of the graph."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from services.graph.connections import Progress
from services.graph.store import Store
from services.releases import current_release
from services.settings import Settings
from services.statistics.annotation_choice import ChosenAnnotations, choose_annotations
from services.statistics.chromosomes import Job, estimate_chromosomes
from services.statistics.commands import Computed, Stopwatch, analysing, make_run, no_progress
from services.statistics.ld_collection import LdCollection
from services.statistics.ld_staging import stage_ld_run
from services.statistics.panels import (
    Panel,
    describe_panel_files,
    find_panel_files,
    open_chromosomes,
    read_panel,
)
from services.statistics.refusals import InputsError
from services.statistics.reports import LdScoreReport
from services.statistics.requests import LdScoreRequest
from services.statistics.runs import LD_SCORES, describe_analysis
from services.statistics.values import to_json

_CHOICES = (
    "exponent", "minimum_maf", "is_exact", "chunk_size", "pair_threshold", "allow_whole_chromosome", "gene_window_bp",
)  # fmt: skip
_DEFAULT_WINDOW_CM = 1.0
PAIR_MARGIN = 1e-6
"""Pairs are kept so far below the threshold that rounding to float32 loses none at it."""


def compute_ld_scores(
    store: Store | None,
    settings: Settings,
    panel: str,
    *,
    options: LdScoreRequest = LdScoreRequest(),
    on_progress: Progress | None = None,
) -> LdScoreReport:
    """Compute the LD scores of a panel; of a loaded one they become properties of its SNPs, and pairs become edges.

    Parameters
    ----------
    store, settings
        The graph and the state folder; no graph is needed for files.
    panel
        Study id of a loaded LD panel, or path of a .bed (with ``@`` for the chromosome).
    options
        Window, annotations, precision, pairs, files to write.
    on_progress
        Called with (done, total, text).

    Raises
    ------
    StatisticsError
        When panel or annotations are not there or do not fit.
    LoadError
        When a file is damaged.
    HeritabilityError
        When genotypes or window do not allow it.

    Notes
    -----
    The nodes carry the scores of the run that finished last; those of other panels stay in their runs and serve
    regressions on traits of their ancestry.
    """
    watch, report = Stopwatch(), on_progress or no_progress
    window = _window_of(options)
    beds = find_panel_files(panel)
    if store is None or beds:
        found = describe_panel_files(panel, beds)
        chosen = choose_annotations(None, settings, None, options, found)
        metrics, _ = _compute(settings, found, chosen, options, report)
        return _to_report(to_json(metrics), status="written", run_id=None, release=None, seconds=watch.seconds)
    with analysing(store, settings, f"LD scores of {panel}"):
        release = current_release(store)
        found = read_panel(store, release, panel)
        chosen = choose_annotations(store, settings, release, options, found)
        studies = {**chosen.studies, panel: found.load_id or ""}
        analysis = describe_analysis(
            LD_SCORES,
            panel,
            inputs={**found.sha256s, **chosen.inputs},
            studies=studies,
            choices={
                **{name: getattr(options, name) for name in _CHOICES},
                "window": window[0],
                "window_unit": window[1],
                "annotations": list(options.annotations),
                "ancestry": found.ancestry,
                "build": found.build,
                "loads": studies,
            },
            release_number=release.number,
        )
        files: list[str] = []

        def compute() -> Computed:
            metrics, write = _compute(settings, found, chosen, options, report)
            files.extend(metrics["files"])
            return metrics, write

        outcome = make_run(
            store,
            settings,
            analysis,
            compute,
            stage=lambda folder: stage_ld_run(store, settings, analysis.run_id, folder, report),
        )
        if options.out is not None and not files:  # the run was found; its files were never asked for, or elsewhere
            compute()
        n_matched = store.read("statistics/count_ld_scores", run_id=analysis.run_id)[0]["n_snps"]
    made = _to_report(
        outcome.metrics,
        status=outcome.status,
        run_id=analysis.run_id,
        release=outcome.release,
        seconds=watch.seconds,
    )
    return dataclasses.replace(made, n_matched=n_matched, files=tuple(files))


def _window_of(options: LdScoreRequest) -> tuple[float, str]:
    """Half width of the window and its unit."""
    units = {"cM": options.window_cm, "kb": options.window_kb, "SNPs": options.window_snps}
    given = [(float(value), unit) for unit, value in units.items() if value is not None]
    if len(given) > 1:
        raise InputsError(
            "a window has one unit",
            seen=" and ".join(f"{value:g} {unit}" for value, unit in given),
            remedy="give one of cM, kb and SNPs",
        )
    return given[0] if given else (_DEFAULT_WINDOW_CM, "cM")


def _compute(
    settings: Settings, panel: Panel, chosen: ChosenAnnotations, options: LdScoreRequest, report: Progress
) -> Computed:
    from models.heritability.ld_scores import LdScoreOptions

    window, unit = _window_of(options)
    threshold = options.pair_threshold
    kernel = LdScoreOptions(
        window=window,
        is_exact=options.is_exact,
        chunk_size=options.chunk_size,
        exponent=options.exponent,
        minimum_maf=options.minimum_maf,
        allow_whole_chromosome=options.allow_whole_chromosome,
        pair_threshold=None if threshold is None else max(threshold - PAIR_MARGIN, 0.0),
    )
    jobs = [Job(each, first, unit, chosen.sources, kernel) for each, first in open_chromosomes(panel)]
    n_processes = settings.statistics_processes if options.n_processes is None else options.n_processes
    collection = LdCollection.gather(estimate_chromosomes(jobs, n_processes, report))
    has_annotations = options.exponent is None  # their weighted sums are not sums of annotations
    files = () if options.out is None else collection.write_files(options.out, has_annotations=has_annotations)
    scores = collection.base_scores
    metrics: dict[str, Any] = {
        "panel": panel.name,
        "build": panel.build,
        "n_people": jobs[0].genotypes.n_people,
        "n_variants": sum(job.genotypes.variants.height for job in jobs),
        "n_snps": int(scores.size),
        "n_dropped": collection.n_dropped,
        "names": list(collection.names),
        "m": collection.m.tolist(),
        "m_5_50": collection.m_5_50.tolist(),
        "mean_ld_score": float(scores.mean()),
        "maximum_ld_score": float(scores.max()),
        "window": f"{window:g} {unit}",
        "n_pairs": None if threshold is None else collection.n_pairs,
        "n_matched": None,
        "files": [str(path) for path in files],
        "flags": [*_flags(jobs[0].genotypes.n_people), *chosen.flags, *_flags_of_values(collection)],
    }
    source = f"panel {panel.name}, {window:g} {unit}"
    return metrics, lambda folder: collection.write_folder(folder, source=source, settings={"window": [window, unit]})


def _flags(n_people: int) -> list[str]:
    return ["few_people"] if n_people < _FEW_PEOPLE else []


def _flags_of_values(collection: LdCollection) -> list[str]:
    if collection.values.any(axis=0).all():
        return []
    return ["empty_annotation"]


_FEW_PEOPLE = 100
"""LD scores of smaller panels are too noisy for regressions."""


def _to_report(metrics: Mapping[str, Any], **more: Any) -> LdScoreReport:
    values = dict(metrics)
    for name in ("names", "m", "m_5_50", "files", "flags"):
        values[name] = tuple(values[name])
    return LdScoreReport(**{**values, **more})

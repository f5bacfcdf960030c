"""Trains on the current release and shows the predictions; one process at a time."""

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from models.pinsage import TooFewPairsError
from models.pinsage.evaluation import METHOD, UNTRAINED
from services.export import export_bipartite
from services.graph.store import Store
from services.registry import RunDescription, code_version, describe_run, has_artefact
from services.releases import current_release
from services.runs import (
    ModelRun,
    active_run,
    retire_predictions,
    run_settings,
    start_run,
    sweep_runs,
    training_lock,
)
from services.settings import Settings
from services.snapshot import Snapshot
from services.training.fitting import FittedRun, Progress, make_run, pinsage_settings
from services.training.outcome import TrainingOutcome, TrainingState
from services.write_back import PredictedEdge, predict_molecules, predict_traits, read_trait_queries, write_predictions
from services.write_back.loci import LociOfSnapshot
from services.write_back.targets import molecules_to_predict

logger = logging.getLogger(__name__)

_BUSY = TrainingOutcome(
    TrainingState.BUSY, "another process is training on this graph; its predictions will appear when it is done"
)


def train(store: Store, settings: Settings, *, seed: int = 0, on_progress: Progress | None = None) -> TrainingOutcome:
    """Train on the current release, evaluate, and show the predictions instead of the last run's.

    Parameters
    ----------
    store, settings
        The graph, the state folder and every choice of model and predictions.
    seed
        Seed of every random choice; the same seed on the same graph makes the same run.
    on_progress
        Called with (done, total, text).

    Returns
    -------
    TrainingOutcome
        A named result; a second process at the same time gets ``busy``, the same inputs again ``unchanged``.

    Raises
    ------
    StoreError
        When the graph cannot be read or written.
    SettingsError
        When ``LOCUSGRAPH_PINSAGE`` holds a name or a value that the model does not have.

    Notes
    -----
    A killed run goes on at its last checkpoint when the same command is given again.
    """
    with training_lock(settings) as is_ours:
        return _train(store, settings, seed, on_progress or _no_progress) if is_ours else _BUSY


def retrain_if_stale(
    store: Store, settings: Settings, *, seed: int = 0, on_progress: Progress | None = None
) -> TrainingOutcome:
    """Train only when loaded studies, settings, seed or code version differ from the run that readers see.

    Parameters, result and errors are those of `train`; the check itself reads no edges.
    """
    with training_lock(settings) as is_ours:
        if not is_ours:
            return _BUSY
        run = active_run(store)
        if run is not None and _is_fresh(run, store, settings, seed):
            sweep_runs(store, settings)
            return _unchanged(run)
        return _train(store, settings, seed, on_progress or _no_progress)


def _no_progress(_done: int, _total: int, _text: str) -> None:
    """Report to nobody."""


def _is_fresh(run: ModelRun, store: Store, settings: Settings, seed: int) -> bool:
    return (
        run.load_ids == current_release(store).load_ids
        and run.settings == _settings_text(settings)
        and run.code_version == code_version()
        and run.seed == seed
        and has_artefact(settings, run.run_id)
    )


def _settings_text(settings: Settings) -> str:
    return run_settings(settings, asdict(pinsage_settings(settings)))


def _unchanged(run: ModelRun) -> TrainingOutcome:
    return TrainingOutcome(
        TrainingState.UNCHANGED,
        f"run {run.run_id} was trained on these studies, settings and code: nothing to do",
        run_id=run.run_id,
        n_predictions=run.n_predictions,
        metrics=run.metrics,
    )


def _train(store: Store, settings: Settings, seed: int, on_progress: Progress) -> TrainingOutcome:
    text = _settings_text(settings)
    snapshot = export_bipartite(store, settings, on_progress)
    description = describe_run(snapshot, text, seed=seed)
    sweep_runs(store, settings, keep=description.run_id)
    run = active_run(store)
    if run is not None and run.run_id == description.run_id and has_artefact(settings, run.run_id):
        return _unchanged(run)
    start_run(store, description, snapshot.counts)
    try:
        made = make_run(settings, description, snapshot, on_progress)
    except TooFewPairsError as error:
        return _too_little(store, settings, snapshot, error)
    on_progress(0, 1, "writing predicted edges")
    outcome = _show(store, settings, description, snapshot, made)
    on_progress(1, 1, "writing predicted edges")
    return outcome


def _too_little(store: Store, settings: Settings, snapshot: Snapshot, error: TooFewPairsError) -> TrainingOutcome:
    retire_predictions(store, "too little evidence to train on")
    sweep_runs(store, settings)
    return TrainingOutcome(
        TrainingState.TOO_LITTLE,
        f"the loaded studies hold too little evidence to train on, so no predictions are shown: {error}",
        counts=snapshot.counts,
    )


def _show(
    store: Store, settings: Settings, description: RunDescription, snapshot: Snapshot, made: FittedRun
) -> TrainingOutcome:
    properties = {"metrics": json.dumps(made.metrics, sort_keys=True), **_headline(made.metrics)}
    edges = _predictions(store, settings, snapshot, made)
    n_written = write_predictions(store, settings, description.run_id, edges, properties)
    return TrainingOutcome(
        TrainingState.TRAINED,
        f"run {description.run_id} trained on {snapshot.counts.n_edges} edges; {n_written} predicted edges are shown",
        run_id=description.run_id,
        n_predictions=n_written,
        metrics=made.metrics,
        counts=snapshot.counts,
    )


def _predictions(store: Store, settings: Settings, snapshot: Snapshot, made: FittedRun) -> Iterator[PredictedEdge]:
    """The predictions of a model; fewer loci a target where all of them would pass the limit of edges."""
    loci = LociOfSnapshot(snapshot, len(made.fitted.block_vectors), made.fitted.is_embedded)
    queries = read_trait_queries(store, loci, settings, snapshot.load_ids)
    n_targets = len(molecules_to_predict(loci, settings)) + len(queries)
    k = max(1, min(settings.prediction_top_loci, settings.prediction_edge_limit // max(n_targets, 1)))
    logger.info("predicting the best %d loci of %d targets", k, n_targets)
    yield from predict_molecules(made.fitted, loci, settings, k=k)
    yield from predict_traits(made.fitted, loci, queries, settings, k=k)


def _headline(metrics: Mapping[str, Any]) -> dict[str, float]:
    """The two figures that stand on the ModelRun node itself; the model's own untrained features are no baseline."""
    hits = {
        row["method"]: float(row["hit_50"]["estimate"])
        for row in metrics["evaluation"]["rows"]
        if row["subset"] == "all"
    }
    baselines = [hit for method, hit in hits.items() if method not in {METHOD, UNTRAINED}]
    return {"hit_at_50": hits[METHOD], "hit_at_50_best_baseline": max(baselines, default=0.0)}

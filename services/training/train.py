"""Trains on the current release and shows the predictions; one process at a time."""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from models.pinsage import TooFewPairsError
from models.pinsage.evaluation import UNTRAINED
from models.pinsage.predictors import METHODS
from services.export import export_bipartite
from services.graph.store import Store
from services.registry import MODEL_NAME, code_version, describe_run, has_artefact
from services.releases import current_release
from services.runs import (
    ModelRun,
    active_run,
    active_runs,
    list_runs,
    retire_predictions,
    run_settings,
    start_run,
    sweep_runs,
    training_lock,
)
from services.settings import Settings
from services.snapshot import Snapshot
from services.training.fitting import FittedRun, Progress, Training, make_runs, pinsage_settings
from services.training.gate import Gate, judge
from services.training.outcome import TrainingOutcome, TrainingState
from services.write_back import RunToWrite, write_predictions

logger = logging.getLogger(__name__)

_BUSY = TrainingOutcome(
    TrainingState.BUSY, "another process is training on this graph; its predictions will appear when it is done"
)


def train(store: Store, settings: Settings, *, seed: int = 0, on_progress: Progress | None = None) -> TrainingOutcome:
    """Train on the current release, evaluate, and show the predictions instead of the champion's.

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
        fresh = find_fresh(store, settings, seed=seed)
        if fresh is not None:
            sweep_runs(store, settings)
            return _unchanged(store, fresh)
        return _train(store, settings, seed, on_progress or _no_progress)


def find_fresh(store: Store, settings: Settings, *, seed: int = 0) -> ModelRun | None:
    """A run made from the loaded studies, settings, seed and code as they are now; None when a training is due.

    It is one that readers may ask for, or one that was judged beside the present champion and kept out.
    """
    shown = active_runs(store, MODEL_NAME)
    champion = current_release(store).champion_run_id
    kept_out = (run for run in list_runs(store) if run not in shown and _is_kept_out(run, champion))
    return next((run for run in (*shown, *kept_out) if _is_fresh(run, store, settings, seed)), None)


def _is_kept_out(run: ModelRun, champion: str | None) -> bool:
    """Whether a training did not pass the gate, beside the run that is champion still; nobody promoted it since."""
    is_judged = run.model == MODEL_NAME and run.status in {"finished", "retired"} and run.promoted_at is None
    is_refused = run.metrics.get("gate", {}).get("passes") is False
    return is_judged and is_refused and run.metrics["choice"]["against_run"] == champion


def inputs_of_training(store: Store, settings: Settings, *, seed: int = 0) -> str:
    """Sha256 over what a training would be made from now: loaded studies, settings, code and seed."""
    parts = [list(current_release(store).load_ids), _settings_text(settings), code_version(), seed]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


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


def _unchanged(store: Store, run: ModelRun) -> TrainingOutcome:
    champion = active_run(store) or run
    other = "" if champion.training_id == run.training_id else f"; the champion is run {champion.run_id}"
    return TrainingOutcome(
        TrainingState.UNCHANGED,
        f"run {run.run_id} was trained on these studies, settings and code: nothing to do{other}",
        run_id=champion.run_id,
        n_predictions=champion.n_predictions,
        metrics=champion.metrics,
        trained_run_id=run.run_id,
    )


def _train(store: Store, settings: Settings, seed: int, on_progress: Progress) -> TrainingOutcome:
    text = _settings_text(settings)
    snapshot = export_bipartite(store, settings, on_progress)
    descriptions = [describe_run(snapshot, text, seed=seed, method=method) for method in METHODS]
    sweep_runs(store, settings, keep=[descriptions[0].training_id, *(run.run_id for run in descriptions)])
    shown = {run.run_id: run for run in active_runs(store, MODEL_NAME)}
    if all(run.run_id in shown and has_artefact(settings, run.run_id) for run in descriptions):
        return _unchanged(store, shown[descriptions[0].run_id])
    champion = active_run(store)
    for run in descriptions:
        start_run(store, run, snapshot.counts)
    try:
        made = make_runs(Training(store, settings, snapshot, descriptions, champion, on_progress))
    except TooFewPairsError as error:
        return _too_little(store, settings, snapshot, error)
    on_progress(0, 1, "writing predicted edges")
    outcome = _show(store, settings, snapshot, made)
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


def _show(store: Store, settings: Settings, snapshot: Snapshot, made: Sequence[FittedRun]) -> TrainingOutcome:
    """Write the edges of every method, and make the best one champion where the gate lets it pass."""
    choice = made[0].metrics["choice"]
    best = next(run for run in made if run.description.method == choice["method"])
    gate = judge(settings, best.metrics)
    crowned = best.description.run_id if gate.passes else None
    runs = [
        RunToWrite(run.description.run_id, run.description.method, run.edges(), _properties(run.metrics, gate))
        for run in made
    ]
    written = write_predictions(store, settings, runs, champion=crowned, reason=gate.reason)
    champion = active_run(store)
    stays = f"the predictions of champion {champion.run_id} stay" if champion else "no predictions are shown"
    shown = (
        f"its {written[best.description.run_id]} predicted edges are shown"
        if crowned
        else f"it is kept, and {stays}: {gate.reason}"
    )
    return TrainingOutcome(
        TrainingState.TRAINED,
        f"run {best.description.run_id} ({choice['method']}) trained on {snapshot.counts.n_edges} edges; {shown}",
        run_id=champion.run_id if champion else None,
        n_predictions=champion.n_predictions if champion else 0,
        metrics={**best.metrics, "gate": gate.to_dict()},
        counts=snapshot.counts,
        trained_run_id=best.description.run_id,
    )


def _properties(metrics: Mapping[str, Any], gate: Gate) -> dict[str, Any]:
    """Results for the ModelRun node; the maps and nulls themselves stay in the artefact."""
    shown = {name: value for name, value in metrics.items() if name != "trust"} | {"gate": gate.to_dict()}
    return {"metrics": json.dumps(shown, sort_keys=True), **_headline(metrics)}


def _headline(metrics: Mapping[str, Any]) -> dict[str, float]:
    """The two figures that stand on the ModelRun node itself; the model's own untrained features are no baseline."""
    hits = {
        row["method"]: float(row["hit_50"]["estimate"])
        for row in metrics["evaluation"]["rows"]
        if row["subset"] == "all"
    }
    baselines = [hit for method, hit in hits.items() if method not in {*METHODS, UNTRAINED}]
    return {"hit_at_50": hits[metrics["method"]], "hit_at_50_best_baseline": max(baselines, default=0.0)}

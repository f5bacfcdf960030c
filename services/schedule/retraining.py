"""Does one training: trains when something changed, lets the gate decide, and says how that ended."""

from datetime import datetime
from typing import Any

from services.graph.store import Store
from services.releases import current_release
from services.runs import ModelRun, list_runs
from services.schedule.heartbeat import Progress
from services.schedule.jobs import Job, JobKind, JobStatus, Request, fingerprint_of
from services.schedule.ledger import Ledger
from services.settings import Settings
from services.training import TrainingOutcome, TrainingState, find_fresh, inputs_of_training, retrain_if_stale

_FIGURES = ("hit_10", "hit_50", "mrr")
_LOOKED_BACK = 100
"""Entries of the ledger among which another thing that made the same run is looked for: those of about its time."""


def request_training(store: Store, settings: Settings) -> Request | None:
    """A training as it would be made now; None when a run was made from all of this already, or nothing is loaded."""
    if not current_release(store).load_ids or find_fresh(store, settings) is not None:
        return None
    inputs = inputs_of_training(store, settings)
    trigger = f"retrain {inputs} beside {current_release(store).champion_run_id or 'no champion'}"
    source = "new studies, settings or code"
    return Request(JobKind.RETRAIN, source, trigger, fingerprint_of([trigger]), {"inputs": inputs})


def retrain(store: Store, settings: Settings, ledger: Ledger, job: Job, on_progress: Progress) -> Job | None:
    """Train where something changed, and decide how the thing ends; None when another process trains.

    A training whose switch was made by an attempt that was killed afterwards is found as it is, and counts as made.

    Raises
    ------
    SettingsError
        When ``LOCUSGRAPH_PINSAGE`` holds what the model does not have.
    StoreError
        When the graph does not answer: it is tried again.
    """
    outcome = retrain_if_stale(store, settings, on_progress=on_progress)
    if outcome.state is TrainingState.BUSY:
        return None
    run = _best_of(outcome, list_runs(store))
    if run is None or not _is_of(job, run, outcome, ledger):
        return ledger.decide(job, JobStatus.UNCHANGED, outcome.message)
    verdict = JobStatus.PUBLISHED if run.run_id == current_release(store).champion_run_id else JobStatus.KEPT_OUT
    return ledger.decide(job, verdict, run.champion_reason or outcome.message, model_run_id=run.run_id, **_facts(run))


def _best_of(outcome: TrainingOutcome, runs: tuple[ModelRun, ...]) -> ModelRun | None:
    """The run that the outcome's training would make champion; None without a training."""
    found = next((run for run in runs if run.run_id == outcome.trained_run_id), None)
    if found is None or "choice" not in found.metrics:
        return found
    best = (run for run in runs if run.training_id == found.training_id)
    return next((run for run in best if run.method == found.metrics["choice"]["method"]), found)


def _is_of(job: Job, run: ModelRun, outcome: TrainingOutcome, ledger: Ledger) -> bool:
    """Whether the run was made by this thing, be it by an attempt before this one, and not by another thing."""
    if outcome.state is TrainingState.TRAINED:
        return True
    if run.created_at is None or job.created_at is None or datetime.fromisoformat(run.created_at) < job.created_at:
        return False
    others = (other for other in ledger.history(_LOOKED_BACK) if other.fingerprint != job.fingerprint)
    return all(other.model_run_id != run.run_id for other in others)


def _facts(run: ModelRun) -> dict[str, Any]:
    """What the report says of a run."""
    metrics = run.metrics
    rows = [row for row in metrics["evaluation"]["rows"] if row["subset"] == "all"]
    calibration = metrics["calibration"]["report"]
    return {
        "method": run.method,
        "n_predictions": run.n_predictions,
        "figures": [{"method": row["method"], **{name: row[name] for name in _FIGURES}} for row in rows],
        "calibration": None
        if calibration is None
        else {name: calibration["written"][name] for name in ("expected_calibration_error", "brier")},
        "gate": metrics.get("gate"),
        "snapshot": metrics["snapshot"],
    }

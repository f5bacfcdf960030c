"""Runs in the store: begun, finished, retired, swept; and the lock that lets one process train at a time.

A release names one run for each model and scope: PinSage has one scope, an analysis has its trait or its panel.
"""

import fcntl
import json
import logging
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from services.graph.store import Store, Transaction
from services.registry import MODEL_NAME, RunDescription, artefact_folder, remove_other_partials, runs_folder
from services.releases import Release, current_release, switch_release
from services.settings import Settings
from services.snapshot import SnapshotCounts

logger = logging.getLogger(__name__)

SETTINGS_OF_A_RUN = (
    "training_mqtl_p_threshold",
    "training_eqtl_p_threshold",
    "training_cluster_share_limit",
    "prediction_top_loci",
    "prediction_minimum_known_loci",
    "prediction_query_snps",
    "prediction_edge_limit",
    "trait_p_threshold",
    "trait_exclusion_bp",
)
"""Settings that change a model or its predictions; they are part of a run's fingerprint."""


@dataclass(frozen=True, slots=True)
class ModelRun:
    """A run as the store knows it.

    Attributes
    ----------
    run_id, model, scope, status, fingerprint
        Identity, model family, what it is about (empty for PinSage), and training, finished or retired.
    inputs
        name=sha256 of every input of an analysis.
    snapshot_fingerprint, release_number, load_ids, seed, settings, code_version
        What it was made from.
    method, training_id
        Which predictor of a training it is; the runs of one training share the id.
    champion_reason, promoted_at
        Why it is, or was not made, the champion, and when it last became it; None where that never was decided.
    metrics
        The evaluation; empty before the run is finished.
    n_predictions
        Predicted edges written.
    created_at, finished_at
        ISO times; None where not reached.
    """

    run_id: str
    model: str
    scope: str
    inputs: tuple[str, ...]
    status: str
    fingerprint: str
    snapshot_fingerprint: str
    release_number: int
    load_ids: tuple[str, ...]
    seed: int
    settings: str
    code_version: str
    metrics: Mapping[str, Any]
    n_predictions: int
    created_at: str | None
    finished_at: str | None
    method: str = ""
    training_id: str = ""
    champion_reason: str | None = None
    promoted_at: str | None = None


@contextmanager
def training_lock(settings: Settings) -> Iterator[bool]:
    """Hold the lock of training; yields False at once when another process holds it.

    The lock is the kernel's and ends with the process, so a killed one leaves nothing behind.
    """
    runs_folder(settings).mkdir(parents=True, exist_ok=True)
    with (runs_folder(settings) / "training.lock").open("a") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def run_settings(settings: Settings, model_settings: Mapping[str, Any]) -> str:
    """JSON of every setting that a run depends on, the model's included, sorted by name."""
    chosen = {name: getattr(settings, name) for name in SETTINGS_OF_A_RUN}
    return json.dumps({**chosen, "pinsage": dict(model_settings)}, sort_keys=True)


def list_runs(store: Store) -> tuple[ModelRun, ...]:
    """Every known run, the newest first."""
    return tuple(_to_run(row) for row in store.read("runs/list"))


def list_runs_in(transaction: Transaction) -> tuple[ModelRun, ...]:
    """Every known run as a transaction sees them, the newest first."""
    return tuple(_to_run(row) for row in transaction.run("runs/list"))


def active_runs(store: Store, *models: str) -> tuple[ModelRun, ...]:
    """The runs of some models that readers of the current release see, by model and scope."""
    run_ids = current_release(store).run_ids
    found = [run for run in list_runs(store) if run.run_id in run_ids and run.model in models]
    return tuple(sorted(found, key=lambda run: (run.model, run.scope)))


def active_run(store: Store) -> ModelRun | None:
    """Read the champion: the run whose predictions readers of the current release see; None before the first."""
    champion = current_release(store).champion_run_id
    return next((run for run in active_runs(store, MODEL_NAME) if run.run_id == champion), None)


def start_run(store: Store, description: RunDescription, counts: SnapshotCounts) -> None:
    """Note in the store that this run is being made."""
    properties = {
        "model": MODEL_NAME,
        "method": description.method,
        "training_id": description.training_id,
        "snapshot_fingerprint": description.snapshot_fingerprint,
        "release_number": description.release_number,
        "load_ids": list(description.load_ids),
        "seed": description.seed,
        "settings": description.settings,
        "code_version": description.code_version,
        "n_snps": counts.n_snps,
        "n_molecules": counts.n_cpgs + counts.n_genes,
        "n_edges": counts.n_edges,
    }
    store.write("runs/start", run_id=description.run_id, fingerprint=description.fingerprint, properties=properties)


def finish_run_in(
    transaction: Transaction, settings: Settings, run_id: str, properties: Mapping[str, Any]
) -> tuple[Release, tuple[str, ...]]:
    """Mark a run finished and let readers see it instead of the one of its model and scope.

    Parameters
    ----------
    transaction
        Of the caller's, who writes what belongs to the switch.
    settings
        Where the artefact lies.
    run_id
        The run; what it has to show is all written.
    properties
        Its results.

    Returns
    -------
    Release, tuple[str, ...]
        The new release, and the runs that it names no more.
    """
    path = artefact_folder(settings, run_id).relative_to(settings.home).as_posix()
    transaction.run("releases/lock")
    shown = list(current_release(transaction).run_ids)
    replaced = [row["run_id"] for row in transaction.run("runs/replaced", run_id=run_id, run_ids=shown)]
    transaction.run("runs/finish", run_id=run_id, properties={**properties, "artefact_path": path})
    transaction.run("runs/retire", run_ids=replaced)
    release = switch_release(transaction, f"model run {run_id}", add_run_ids=[run_id], remove_run_ids=replaced)
    return release, tuple(replaced)


def retire_predictions(store: Store, reason: str) -> None:
    """Let readers see no predictions any more, because nothing that is loaded supports them; other runs stay."""
    with store.transaction() as transaction:
        transaction.run("releases/lock")
        others = {row["run_id"] for row in transaction.run("runs/list") if row["model"] != MODEL_NAME}
        run_ids = [run_id for run_id in current_release(transaction).run_ids if run_id not in others]
        if run_ids:
            transaction.run("runs/retire", run_ids=run_ids)
            switch_release(transaction, reason, remove_run_ids=run_ids)


def sweep_runs(store: Store, settings: Settings, *, keep: Collection[str] = ()) -> int:
    """Remove what killed trainings left: predicted edges that no reader sees, run nodes, half-made folders.

    Runs of other models are not touched: an analysis may be at work.

    Parameters
    ----------
    store, settings
        The graph and the state folder. The caller holds the training lock.
    keep
        Runs about to be resumed, and their training: their nodes and checkpoints stay.

    Returns
    -------
    int
        Predicted edges deleted.
    """
    seen = current_release(store).run_ids
    stale = [row for row in store.read("write_back/edge_runs") if row["run_id"] not in seen]
    n_stale = sum(int(row["n_edges"]) for row in stale)
    if stale:
        logger.info("sweeping %d predicted edges of %d runs that no reader sees", n_stale, len(stale))
        run_ids = [row["run_id"] for row in stale]
        store.write("write_back/delete_run_edges", run_ids=run_ids, batch=settings.delete_batch_rows)
    store.write("runs/sweep_unfinished", models=[MODEL_NAME], keep=[*keep, *seen])
    remove_other_partials(settings, keep=keep)
    return n_stale


def _to_run(row: Mapping[str, Any]) -> ModelRun:
    return ModelRun(
        run_id=row["run_id"],
        model=row["model"],
        scope=row["scope"],
        inputs=tuple(row["inputs"]),
        status=row["status"],
        fingerprint=row["fingerprint"],
        snapshot_fingerprint=row["snapshot_fingerprint"] or "",
        release_number=row["release_number"] or 0,
        load_ids=tuple(row["load_ids"] or ()),
        seed=row["seed"] or 0,
        settings=row["settings"] or "{}",
        code_version=row["code_version"] or "",
        metrics=json.loads(row["metrics"] or "{}"),
        n_predictions=row["n_predictions"] or 0,
        created_at=row["created_at"],
        finished_at=row["finished_at"],
        method=row["method"],
        training_id=row["training_id"],
        champion_reason=row["champion_reason"],
        promoted_at=row["promoted_at"],
    )

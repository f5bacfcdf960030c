"""The champion: the run whose predictions readers see by default; shown, promoted and rolled back in one switch."""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from services.graph.store import Store, Transaction
from services.registry import MODEL_NAME, artefact_folder
from services.releases import Release, current_release, switch_release
from services.runs import ModelRun, list_runs_in
from services.settings import Settings

logger = logging.getLogger(__name__)

_NEVER: Final = "0001-01-01T00:00:00Z"


class ChampionError(Exception):
    """A run cannot become champion."""


def show_runs(
    store: Store,
    settings: Settings,
    finished: Mapping[str, Mapping[str, Any]],
    *,
    champion: str | None,
    reason: str,
) -> Release:
    """Finish runs whose edges are all written and say which one is champion: one small transaction.

    Parameters
    ----------
    store, settings
        The graph; ``prediction_runs_kept`` champions keep their edges.
    finished
        Properties of the runs of one training, by id.
    champion
        One of them that becomes champion; None leaves the present one, and these are kept beside it. Where there is
        none yet, they are retired and readers see no predictions.
    reason
        Why, kept on every one of them.

    Returns
    -------
    Release
        The new release: its runs are those whose edges stay.
    """
    with store.transaction() as transaction:
        transaction.run("releases/lock")
        for run_id, properties in finished.items():
            path = artefact_folder(settings, run_id).relative_to(settings.home).as_posix()
            own = {**properties, "artefact_path": path, "champion_reason": reason}
            transaction.run("runs/finish", run_id=run_id, properties=own)
        crowned = champion or current_release(transaction).champion_run_id
        if crowned is None:
            transaction.run("runs/retire", run_ids=sorted(finished))
            return current_release(transaction)
        if champion is not None:
            transaction.run("runs/promote", run_id=champion, reason=reason)
        return _switch(transaction, settings, crowned, newest=finished, reason=f"champion {crowned}")


def crown(store: Store, settings: Settings, run_id: str, *, reason: str) -> Release:
    """Make a finished run with edges in the graph the champion: the same switch, forward or back.

    Raises
    ------
    ChampionError
        When the run is not known, or was never finished.
    """
    with store.transaction() as transaction:
        transaction.run("releases/lock")
        run = next((run for run in list_runs_in(transaction) if run.run_id == run_id), None)
        if run is None or run.model != MODEL_NAME or run.status not in {"finished", "retired"}:
            seen = "is not known" if run is None else f"is a {run.status} run of {run.model}"
            raise ChampionError(
                f"only a finished run of {MODEL_NAME} can become champion, {run_id} {seen}: "
                "see `locusgraph models list`"
            )
        transaction.run("runs/promote", run_id=run_id, reason=reason)
        return _switch(transaction, settings, run_id, newest=(), reason=f"champion {run_id}: {reason}")


def prune_runs(store: Store, settings: Settings) -> tuple[str, ...]:
    """Let the release name only the champion, its training's other runs and the champions before it that are kept.

    Returns
    -------
    tuple[str, ...]
        Runs whose edges no reader can ask for any more; `sweep_runs` deletes them.
    """
    with store.transaction() as transaction:
        transaction.run("releases/lock")
        before = current_release(transaction)
        if before.champion_run_id is None:
            return ()
        kept = kept_runs(list_runs_in(transaction), before.champion_run_id, settings.prediction_runs_kept)
        dropped = _predicting(transaction, before.run_ids) - kept
        if dropped:
            _switch(transaction, settings, before.champion_run_id, newest=(), reason="old predictions pruned")
        return tuple(sorted(dropped))


def previous_champion(runs: Sequence[ModelRun], champion: str | None) -> ModelRun | None:
    """The run that was champion before `champion`: the one promoted last among the others."""
    others = [run for run in runs if run.promoted_at and run.run_id != champion]
    return max(others, key=_promoted, default=None)


def kept_runs(runs: Sequence[ModelRun], champion: str, n_champions: int, newest: Collection[str] = ()) -> set[str]:
    """Runs whose edges stay: the last champions, the runs of the champion's training, and the newest ones.

    Parameters
    ----------
    runs
        Every known run.
    champion
        The run that is champion now; it counts as one.
    n_champions
        Champions whose edges stay.
    newest
        Runs just finished: they stay whether or not one of them became champion.
    """
    listed = [run for run in runs if run.model == MODEL_NAME and run.status in {"finished", "retired"}]
    before = sorted((run for run in listed if run.promoted_at and run.run_id != champion), key=_promoted, reverse=True)
    training = next((run.training_id for run in listed if run.run_id == champion), "")
    siblings = {run.run_id for run in listed if training and run.training_id == training}
    return {champion, *siblings, *newest, *(run.run_id for run in before[: n_champions - 1])}


def _promoted(run: ModelRun) -> tuple[datetime, str]:
    """When, as a time: as text .12Z comes after .121Z, for the store writes no zeros at the end."""
    return datetime.fromisoformat(run.promoted_at or _NEVER), run.run_id


def _switch(
    transaction: Transaction, settings: Settings, champion: str, *, newest: Collection[str], reason: str
) -> Release:
    """Name the kept runs in a new release; those that readers see are finished, the other kept ones retired."""
    runs = list_runs_in(transaction)
    kept = kept_runs(runs, champion, settings.prediction_runs_kept, newest)
    with_edges = {row["run_id"] for row in transaction.run("write_back/edge_runs")} | {champion, *newest}
    kept &= with_edges
    seen = kept_runs(runs, champion, 1, newest) & kept
    named = _predicting(transaction, current_release(transaction).run_ids)
    transaction.run("runs/revive", run_ids=sorted(seen))
    transaction.run("runs/retire", run_ids=sorted((named | kept) - seen))
    logger.info("champion is run %s; edges kept of %s", champion, ", ".join(sorted(kept)))
    return switch_release(
        transaction,
        reason,
        add_run_ids=kept,
        remove_run_ids=named - kept,
        champion_run_id=champion,
    )


def _predicting(transaction: Transaction, run_ids: Collection[str]) -> set[str]:
    """Runs of PinSage among `run_ids`, and those that no node tells of."""
    others = {run.run_id for run in list_runs_in(transaction) if run.model != MODEL_NAME}
    return set(run_ids) - others

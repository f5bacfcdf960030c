"""Which run is champion, chosen by a person: promoted, rolled back, and what is kept cleared away."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from services.champion import ChampionError, crown, previous_champion, prune_runs
from services.graph.store import Store
from services.registry import MODEL_NAME, artefact_folder, check_files, has_artefact, runs_folder
from services.releases import current_release
from services.runs import ModelRun, list_runs, sweep_runs, training_lock
from services.settings import Settings
from services.write_back.files import PREDICTIONS_NAME, read_predictions
from services.write_back.staging import stage_predictions


@dataclass(frozen=True, slots=True)
class ListedRun:
    """A PinSage run and what may be done with it.

    Attributes
    ----------
    run
        As the store knows it.
    is_champion
        Readers see its predictions who name no run.
    is_kept
        Its edges are in the graph and may be asked for.
    has_files
        Its artefact is there, so that it can become champion even when its edges are gone.
    """

    run: ModelRun
    is_champion: bool
    is_kept: bool
    has_files: bool


@dataclass(frozen=True, slots=True)
class Promotion:
    """What a change of the champion did.

    Attributes
    ----------
    run_id, before
        The champion now, and the one before; None where there was none.
    n_predictions
        Its predicted edges.
    is_rewritten
        Its edges were gone and were written again from its artefact.
    """

    run_id: str
    before: str | None
    n_predictions: int
    is_rewritten: bool


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was cleared away.

    Attributes
    ----------
    run_ids, n_edges
        Runs that readers can ask for no more, and predicted edges deleted.
    folders
        Runs whose artefacts were deleted.
    """

    run_ids: tuple[str, ...]
    n_edges: int
    folders: tuple[str, ...]


def list_models(store: Store, settings: Settings) -> tuple[ListedRun, ...]:
    """Every PinSage run, the newest first."""
    release = current_release(store)
    return tuple(
        ListedRun(
            run,
            is_champion=run.run_id == release.champion_run_id,
            is_kept=run.run_id in release.run_ids,
            has_files=has_artefact(settings, run.run_id),
        )
        for run in list_runs(store)
        if run.model == MODEL_NAME
    )


def find_model(store: Store, settings: Settings, text: str) -> ListedRun:
    """The run whose id begins with `text`.

    Raises
    ------
    ChampionError
        When there is none, or more than one.
    """
    listed = list_models(store, settings)
    found = [entry for entry in listed if text and entry.run.run_id.startswith(text)]
    if len(found) != 1:
        known = ", ".join(entry.run.run_id for entry in found or listed) or "none: run `locusgraph train`"
        raise ChampionError(
            f"a run is named by its id or the beginning of it, {text!r} names {len(found)}; known are {known}"
        )
    return found[0]


def promote(store: Store, settings: Settings, text: str) -> Promotion:
    """Make a run the champion, whatever its figures; its edges are written again first where they are gone.

    Parameters
    ----------
    text
        The run's id, or the beginning of it.

    Raises
    ------
    ChampionError
        When the run is unknown or unfinished, or another process trains.
    ArtefactError
        When its edges are gone and so are its files.
    """
    with _alone(settings):
        return _crown(store, settings, find_model(store, settings, text), reason="promoted by hand")


def rollback(store: Store, settings: Settings) -> Promotion:
    """Make the champion before the present one champion again; done twice, it is as before.

    Raises
    ------
    ChampionError
        When no other run was ever champion, or another process trains.
    ArtefactError
        When its edges are gone and so are its files.
    """
    with _alone(settings):
        now = current_release(store).champion_run_id
        before = previous_champion([entry.run for entry in list_models(store, settings)], now)
        if before is None:
            raise ChampionError(
                f"a rollback needs a champion before the present one ({now or 'there is none'}), there was none: "
                "see `locusgraph models list`, and choose with `locusgraph models promote RUN`"
            )
        found = find_model(store, settings, before.run_id)
        return _crown(store, settings, found, reason=f"rolled back from run {now}")


def prune(store: Store, settings: Settings, *, with_files: bool = False, keep_newest: int = 0) -> Pruned:
    """Delete predicted edges that are neither the champion's, nor its training's, nor those of champions kept.

    Parameters
    ----------
    with_files
        Delete the artefacts of runs without edges too: they cannot become champion any more.
    keep_newest
        Runs, the newest, whose artefacts stay whether or not they have edges; when it is not 0, those of the champion
        before the present one stay too, so that a rollback always finds them.

    Raises
    ------
    ChampionError
        When another process trains.
    """
    with _alone(settings):
        run_ids = prune_runs(store, settings)
        n_edges = sweep_runs(store, settings)
        folders = _remove_folders(store, settings, keep_newest) if with_files else ()
        return Pruned(run_ids, n_edges, folders)


def _crown(store: Store, settings: Settings, found: ListedRun, *, reason: str) -> Promotion:
    run, before = found.run, current_release(store).champion_run_id
    n_edges = {row["run_id"]: int(row["n_edges"]) for row in store.read("write_back/edge_runs")}.get(run.run_id, 0)
    is_whole = found.is_kept and n_edges > 0
    if not is_whole and run.status in {"finished", "retired"}:
        folder = artefact_folder(settings, run.run_id)
        check_files(folder, run.run_id)
        n_edges = stage_predictions(store, run.run_id, run.method, read_predictions(folder / PREDICTIONS_NAME))
    crown(store, settings, run.run_id, reason=reason)
    sweep_runs(store, settings)
    return Promotion(run.run_id, before, n_edges, not is_whole)


def _remove_folders(store: Store, settings: Settings, keep_newest: int) -> tuple[str, ...]:
    release, listed = current_release(store), [entry.run for entry in list_models(store, settings)]
    before = previous_champion(listed, release.champion_run_id) if keep_newest else None
    newest = {run.run_id for run in listed[:keep_newest]}
    kept = {*release.run_ids, *newest, *([before.run_id] if before else [])}
    mine = {run.run_id for run in listed} - kept
    doomed = sorted(path for path in runs_folder(settings).iterdir() if path.is_dir() and path.name in mine)
    for path in doomed:
        shutil.rmtree(path)
    return tuple(path.name for path in doomed)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    with training_lock(settings) as is_ours:
        if not is_ours:
            raise ChampionError("the champion cannot change while another process trains: wait until it is done")
        yield

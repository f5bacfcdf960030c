"""Repairs what a kill left: finishes a switch that was made, clears away what was never switched on."""

import logging
import shutil
import uuid
from collections.abc import Collection

import polars as pl

from services.graph.connections import Progress
from services.graph.store import Store
from services.ingest.errors import ForeignStore
from services.ingest.facets import NODE_FACETS
from services.ingest.graph_rows import delete_facet
from services.ingest.keeping import kept_after_switch, kept_references
from services.ingest.publishing import delete_edges, finish, forget_load, is_switched, pending_view
from services.ingest.state import StateFolder, locked, remove_folder, sweep_partial, write_text
from services.ingest.views import View, read_current_view
from services.releases import current_release
from services.settings import Settings
from services.statistics.refresh import ask_if_needed, refresh_if_asked

_log = logging.getLogger(__name__)


def repair(
    store: Store, settings: Settings, *, keep: Collection[str] = (), on_progress: Progress | None = None
) -> None:
    """Bring graph and state folder to what the current release says; run before every change, harmless otherwise.

    A switch that was made is settled to its end. What was staged and never switched on is removed, unless the command
    that follows stages exactly the same loads. The caller holds the lock of the state folder.

    Parameters
    ----------
    keep
        The loads that shall be active after the command that follows; their prepared files stay.

    Raises
    ------
    ForeignStore
        When the graph is not the one that the state folder belongs to.
    """
    state = StateFolder(settings.home)
    check_store(store, state)
    for folder in (state.loads, state.views, state.journal.parent, state.home):
        sweep_partial(folder)
    current, pending = read_current_view(state), pending_view(state)
    if pending is not None and pending.name == current.name:
        state.journal.unlink()
        pending = None
    if pending is not None and is_switched(store, pending):
        _log.info("finishing a switch that was interrupted")
        finish(store, settings, current, pending, on_progress=on_progress)
        current, pending = pending, None
    _check_release(store, state, current)
    resumes = pending is not None and _resumes(store, settings, current, pending, keep)
    _sweep_views(state, current, pending if resumes else None)
    _sweep_loads(store, settings, current, keep=keep, resumes=resumes)
    if pending is not None and not resumes:
        _sweep_nodes(store, settings, current)
    if not resumes:
        store.write("releases/end_change")


def _resumes(store: Store, settings: Settings, current: View, pending: View, keep: Collection[str]) -> bool:
    """Whether the command that follows stages exactly what the pending view holds."""
    kept = tuple(record.load_id for record in kept_after_switch(store, settings, current, keep))
    return (tuple(sorted(keep)), kept) == (pending.load_ids, pending.kept_load_ids)


def check_store(store: Store, state: StateFolder) -> None:
    """See that graph and state folder belong together, and make them do so while both are new.

    Raises
    ------
    ForeignStore
        When they do not.
    """
    of_graph = next((row["store_id"] for row in store.read("ingest/read_store_id")), None)
    of_folder = state.store_id.read_text(encoding="utf-8").strip() if state.store_id.exists() else None
    if of_graph is not None and of_graph == of_folder:
        return
    has_loads = bool(current_release(store).load_ids)
    if of_folder is None and not has_loads:
        store_id = of_graph or uuid.uuid4().hex
        store.write("ingest/write_store_id", store_id=store_id)
        write_text(state.store_id, store_id)
        return
    raise ForeignStore(
        f"the graph at {store.address.uri} ({of_graph or 'without an id'}) and the state folder {state.home} "
        f"({of_folder or 'without an id'}) do not belong together: set LOCUSGRAPH_HOME to the folder that this graph "
        "was loaded from, or NEO4J_URI to the graph of this folder, or begin with an empty graph and an empty folder"
    )


def _check_release(store: Store, state: StateFolder, current: View) -> None:
    release = current_release(store)
    if release.load_ids != current.load_ids:
        raise ForeignStore(
            f"the graph at {store.address.uri} shows {len(release.load_ids)} loads and the state folder {state.home} "
            f"holds the view of {len(current.load_ids)} others: one of them was restored from an older copy; restore "
            "both from the same time"
        )


def _sweep_views(state: StateFolder, current: View, pending: View | None) -> None:
    kept = {view.name for view in (current, pending) if view is not None}
    if pending is None:
        state.journal.unlink(missing_ok=True)
    for folder in state.views.iterdir() if state.views.exists() else ():
        if folder.is_dir() and folder.name not in kept:
            remove_folder(folder)


def _sweep_loads(store: Store, settings: Settings, current: View, *, keep: Collection[str], resumes: bool) -> None:
    """Remove loads that no kept release shows: edges and nodes unless staging resumes, files unless kept."""
    state, active = StateFolder(settings.home), {*current.held}
    known = {row["load_id"] for row in store.read("ingest/list_load_ids")}
    active |= kept_references(store, settings, known)
    staged = known - active
    doomed = sorted(staged - {*keep}) if resumes else sorted(staged)
    for load_id in doomed:
        _log.info("removing load %s, which was never switched on", load_id)
        delete_edges(store, settings, load_id)
    for load_id in doomed:
        store.write("ingest/delete_load", load_id=load_id)
        if load_id not in keep:
            forget_load(store, state, load_id)
    for folder in state.loads.iterdir() if state.loads.exists() else ():
        if folder.name not in active and folder.name not in keep:
            shutil.rmtree(folder, ignore_errors=True)


def _sweep_nodes(store: Store, settings: Settings, current: View) -> None:
    """Remove nodes that the view does not have, whoever staged them."""
    for facet in NODE_FACETS:
        key = facet.keys[0]
        there = store.read_columns(f"ingest/keys_of_{facet.name}", ["key"])["key"]
        found = pl.DataFrame({key: there}, schema={key: pl.String})
        unknown = found.join(current.table(facet), on=key, how="anti")
        delete_facet(store, facet, unknown, batch=settings.node_batch_rows // 10)


def repair_state(store: Store, settings: Settings, *, on_progress: Progress | None = None) -> None:
    """Take the lock of the state folder and bring graph, statistics and folder to what the current release says."""
    with locked(StateFolder(settings.home), "repairing"):
        repair(store, settings, on_progress=on_progress)
        ask_if_needed(store, settings)
        refresh_if_asked(store, settings)

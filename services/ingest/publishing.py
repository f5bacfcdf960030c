"""Brings a set of loads before the readers: view, staging, one switch, clearing away, settling."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from services.graph.connections import Progress
from services.graph.store import Store
from services.ingest.keeping import kept_after_switch, kept_references
from services.ingest.records import EDGE_KINDS, KIND_ORDER, LoadRecord
from services.ingest.settling import settle
from services.ingest.staging import load_row, stage
from services.ingest.state import StateFolder, read_json, remove_folder, write_json
from services.ingest.views import View, build_view, read_current_view, read_view
from services.releases import current_release, switch_release
from services.settings import Settings

_log = logging.getLogger(__name__)


def publish(
    store: Store,
    settings: Settings,
    records: Sequence[LoadRecord],
    reason: str,
    *,
    reference_build: str,
    on_progress: Progress | None = None,
) -> None:
    """Make `records` the active loads, in one switch that readers never see half done; may be run again after a kill.

    Parameters
    ----------
    records
        Every load that shall be active, prepared.
    reason
        What made the switch, kept on the Release node.
    """
    state = StateFolder(settings.home)
    old = read_current_view(state)
    kept = kept_after_switch(store, settings, old, [record.load_id for record in records])
    new = open_view(state, records, kept, reference_build, on_progress)
    fresh = [record for record in records if record.load_id not in old.held]
    store.write("releases/begin_change", reason=reason)
    stage(store, settings, old, new, fresh, on_progress=on_progress)
    retired = sorted({*old.load_ids} - {*new.load_ids})
    switch(store, records, Changes(fresh, retired, {record.study_id for record in kept}), reason)
    _log.info("switched: %d loads active, %d retired, %d kept (%s)", len(records), len(retired), len(kept), reason)
    finish(store, settings, old, new, on_progress=on_progress)
    store.write("releases/end_change")


def finish(store: Store, settings: Settings, old: View, new: View, *, on_progress: Progress | None = None) -> None:
    """Do what follows a switch: delete edges that no kept release shows, settle the graph, forget those loads."""
    gone = sorted({*old.held} - {*new.held})
    for load_id in gone:
        delete_edges(store, settings, load_id)
    named = kept_references(store, settings, gone)
    settle(store, settings, old, new, on_progress=on_progress)
    for load_id in sorted({*gone} - named):
        forget_load(store, StateFolder(settings.home), load_id)


def delete_edges(store: Store, settings: Settings, load_id: str) -> None:
    """Delete the edges of a load that readers do not see, in batches."""
    for kind in EDGE_KINDS:
        store.write(f"ingest/delete_edges_{kind}", load_id=load_id, batch=settings.delete_batch_rows)


def forget_load(store: Store, state: StateFolder, load_id: str) -> None:
    """Remove the files and then the node of a load whose edges are gone."""
    remove_folder(state.load(load_id))
    store.write("ingest/delete_load", load_id=load_id)


def pending_view(state: StateFolder) -> View | None:
    """The view that was being written when its process ended; None when none was."""
    named = read_json(state.journal)
    if named is None or not state.view(named["view"]).exists():
        return None
    return read_view(state, named["view"])


def is_switched(store: Store, view: View) -> bool:
    """Whether readers see exactly the loads of a view."""
    return current_release(store).load_ids == view.load_ids


def study_row(record: LoadRecord) -> dict[str, Any]:
    """A Study node as the query takes it."""
    properties = {**record.study, "active_load_id": record.load_id}
    return {"study_id": record.study_id, "properties": properties}


def open_view(
    state: StateFolder,
    records: Sequence[LoadRecord],
    kept: Sequence[LoadRecord],
    reference_build: str,
    on_progress: Progress | None,
) -> View:
    """The pending view of these loads, or a new one; the journal names it before anything of it is written."""
    load_ids = tuple(sorted(record.load_id for record in records))
    pending = pending_view(state)
    kept_load_ids = tuple(record.load_id for record in kept)
    if pending is not None and (pending.load_ids, pending.kept_load_ids) == (load_ids, kept_load_ids):
        return pending
    name = _next_name(state)
    ordered = sorted(records, key=lambda record: (KIND_ORDER.index(record.kind), record.study_id))
    view = build_view(state, ordered, name, reference_build=reference_build, kept=kept, on_progress=on_progress)
    write_json(state.journal, {"view": name})
    return view


def _next_name(state: StateFolder) -> str:
    numbers = (
        [int(path.name) for path in state.views.glob("*") if path.name.isdecimal()] if state.views.exists() else []
    )
    return f"{max(numbers, default=0) + 1:06d}"


@dataclass(frozen=True)
class Changes:
    """What a switch does to loads and studies beside making the release.

    Attributes
    ----------
    fresh
        Loads whose edges were staged for it.
    retired
        Loads that readers of the current release lose.
    kept_study_ids
        Studies that an older, kept release still shows.
    """

    fresh: Sequence[LoadRecord]
    retired: Collection[str] = ()
    kept_study_ids: Collection[str] = ()


def switch(store: Store, records: Sequence[LoadRecord], changes: Changes, reason: str) -> None:
    """Change what readers see: release, Study nodes and the status of the loads, all in one transaction."""
    active = {record.study_id for record in records}
    load_ids = [record.load_id for record in records]
    hidden = sorted({*changes.kept_study_ids} - active)
    with store.transaction() as transaction:
        release = switch_release(transaction, reason, add_load_ids=load_ids, remove_load_ids=changes.retired)
        known = {row["study_id"] for row in transaction.run("ingest/list_study_ids")}
        transaction.run("ingest/write_loads", rows=[load_row(record, "active") for record in changes.fresh])
        transaction.run("ingest/set_load_status", load_ids=sorted(changes.retired), status="retired")
        transaction.run("ingest/set_load_status", load_ids=load_ids, status="active")
        transaction.run("ingest/write_studies", rows=[study_row(record) for record in records])
        without_load = [{"study_id": study_id, "properties": {"active_load_id": None}} for study_id in hidden]
        transaction.run("ingest/write_studies", rows=without_load)
        transaction.run("ingest/delete_studies", study_ids=sorted(known - active - {*hidden}))
    _log.info("release %d is current", release.number)

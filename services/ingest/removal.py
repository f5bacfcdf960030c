"""Removes a study, so that the graph is as if it had never been loaded."""

import difflib
import logging
from collections.abc import Sequence

from services.graph.connections import Progress
from services.graph.setup import read_stored_schema
from services.graph.store import Store
from services.ingest.errors import UnknownStudy
from services.ingest.publishing import publish
from services.ingest.records import LoadRecord, read_record
from services.ingest.state import StateFolder, locked
from services.ingest.sweeping import repair
from services.releases import current_release
from services.settings import Settings
from services.statistics.refresh import ask_if_needed, refresh_if_asked

_log = logging.getLogger(__name__)


def remove_study(store: Store, settings: Settings, study_id: str, *, on_progress: Progress | None = None) -> LoadRecord:
    """Remove a study: readers lose it in one switch, then its edges, nodes and files are deleted.

    What its rows had joined (merged SNP nodes, places, names) is undone. After a kill the same call, or any other
    change, finishes the work.

    Returns
    -------
    LoadRecord
        The load that was removed.

    Raises
    ------
    UnknownStudy
        When no such study is loaded, naming the nearest ids.
    IngestBusy
        When another process is changing the same state folder.
    """
    state = StateFolder(settings.home)
    with locked(state, f"removing {study_id}"):
        repair(store, settings, on_progress=on_progress)
        records = [read_record(state, load_id) for load_id in current_release(store).load_ids]
        removed = _find(records, study_id)
        schema = read_stored_schema(store)
        ask_if_needed(store, settings)
        publish(
            store,
            settings,
            [record for record in records if record is not removed],
            f"remove {study_id}",
            reference_build=schema.reference_build if schema else settings.reference_build,
            on_progress=on_progress,
        )
        refresh_if_asked(store, settings)
        _log.info("removed study %s", study_id)
        return removed


def _find(records: Sequence[LoadRecord], study_id: str) -> LoadRecord:
    by_id = {record.study_id: record for record in records}
    if study_id in by_id:
        return by_id[study_id]
    near = difflib.get_close_matches(study_id, list(by_id), n=3)
    hint = f"did you mean {', '.join(near)}?" if near else "see `locusgraph studies list`"
    raise UnknownStudy(f"no loaded study is called {study_id!r}: {hint}")

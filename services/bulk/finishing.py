"""What follows the import, here or on another server: counts compared, constraints and indexes, then the one switch."""

import logging
from collections.abc import Mapping

from graph_schema.constraints import SCHEMA_VERSION, constraint_statements
from services.bulk.errors import ImportIncomplete, NotPrepared
from services.bulk.plan import BulkPlan
from services.bulk.writing import timed
from services.graph.connections import Progress
from services.graph.setup import UNFINISHED_VERSION, read_stored_schema
from services.graph.status import count_everything
from services.graph.store import Store
from services.ingest.publishing import Changes, switch
from services.ingest.records import read_record
from services.ingest.settling import commit_view
from services.ingest.state import StateFolder
from services.ingest.views import EMPTY_VIEW, read_view
from services.releases import current_release
from services.settings import Settings

_log = logging.getLogger(__name__)


def finish_import(
    store: Store, settings: Settings, plan: BulkPlan, *, on_progress: Progress | None = None
) -> dict[str, float]:
    """Make an imported graph the current release; again after a kill, it does what is left.

    Parameters
    ----------
    store
        The graph with what was imported; the caller holds the lock of the state folder.
    plan
        What was imported.

    Returns
    -------
    dict
        Wall seconds by step.

    Raises
    ------
    NotPrepared
        When graph or state folder are not those that the files were written for.
    ImportIncomplete
        When the graph does not hold what the files hold.
    """
    state, seconds = StateFolder(settings.home), dict[str, float]()
    view = read_view(state, plan.view)
    if view.load_ids != plan.load_ids:
        raise NotPrepared(
            f"the state folder {state.home} has no view {plan.view} of the {len(plan.load_ids)} loads that were "
            "imported: set LOCUSGRAPH_HOME to the folder that the files were written from, or write them again"
        )
    if current_release(store).load_ids == plan.load_ids:
        commit_view(state, EMPTY_VIEW, view)
        store.write("releases/end_change")
        return seconds
    _check_graph(store, state, plan)
    _report(on_progress, 0, "making constraints and indexes")
    with timed(seconds, "constraints"):
        store.apply_schema(statement.cypher for statement in constraint_statements())
    store.write("bulk/finish_schema", version=SCHEMA_VERSION)
    _report(on_progress, 1, "switching the release")
    records = [read_record(state, load_id) for load_id in plan.load_ids]
    with timed(seconds, "switch"):
        switch(store, records, Changes(records), plan.reason)
        commit_view(state, EMPTY_VIEW, view)
    store.write("releases/end_change")
    _log.info("imported graph switched on: %d loads", len(records))
    return seconds


def _check_graph(store: Store, state: StateFolder, plan: BulkPlan) -> None:
    schema = read_stored_schema(store)
    rows = store.read("ingest/read_store_id")
    is_ours = bool(rows) and rows[0]["store_id"] == plan.store_id
    if schema is None or schema.version not in {UNFINISHED_VERSION, SCHEMA_VERSION} or not is_ours:
        raise NotPrepared(
            f"the graph at {store.address.uri} is not the one that was imported from these files: run the import "
            "command first, on the server and database that NEO4J_URI and NEO4J_DATABASE name, and start the server"
        )
    if state.store_id.read_text(encoding="utf-8").strip() != plan.store_id:
        raise NotPrepared(
            f"the files belong to another state folder than {state.home}: set LOCUSGRAPH_HOME to that one"
        )
    nodes, edges = count_everything(store)
    wrong = [*_unlike(plan.n_nodes, nodes), *_unlike(plan.n_edges, edges)]
    if wrong:
        raise ImportIncomplete(
            f"the graph at {store.address.uri} does not hold what was written for the importer: {'; '.join(wrong)}. "
            "Nobody sees it; give the same 'locusgraph load --bulk' command again"
        )


def _unlike(wanted: Mapping[str, int], found: Mapping[str, int]) -> list[str]:
    return [
        f"{found[name]:,} {name} and {wanted.get(name, 0):,} were written"
        for name in found
        if found[name] != wanted.get(name, 0)
    ]


def _report(on_progress: Progress | None, done: int, text: str) -> None:
    if on_progress is not None:
        on_progress(done, 2, text)

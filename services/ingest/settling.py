"""Settles the graph after a switch: SNP nodes renamed and merged, properties and derived edges as the view says."""

import logging

from services.graph.connections import Progress
from services.graph.store import Store
from services.ingest.difference import Rows, compare_facet, compare_keys, new_keys
from services.ingest.edge_tables import changed_facts
from services.ingest.facets import DERIVED_FACETS, NODE_FACETS
from services.ingest.graph_rows import delete_facet, write_facet, write_facts
from services.ingest.records import EDGE_KINDS, read_record
from services.ingest.state import StateFolder, remove_folder, write_json
from services.ingest.views import View
from services.settings import Settings

MERGES_A_TRANSACTION = 100
"""Pairs of nodes merged in one transaction; a pair is never split between two."""

_log = logging.getLogger(__name__)


def settle(store: Store, settings: Settings, old: View, new: View, *, on_progress: Progress | None = None) -> None:
    """Make the graph hold the new view, whose loads are active and staged, and note that it does.

    Every step is read from the two views and may be repeated, so after a kill the whole is done again.
    """
    state = StateFolder(settings.home)
    fresh = sorted({*new.held} - {*old.held})
    changes = compare_keys(old, new, fresh)
    if on_progress is not None:
        on_progress(0, 3, "settling identities")
    store.write_rows("ingest/rename_snps", changes.renames.iter_rows(named=True))
    store.write_rows("ingest/move_edges", changes.moves.iter_rows(named=True), batch=MERGES_A_TRANSACTION)
    if on_progress is not None:
        on_progress(1, 3, "settling nodes and derived edges")
    differences = [compare_facet(old, new, facet, changes.renames) for facet in (*NODE_FACETS, *DERIVED_FACETS)]
    staged = {facet.name: new_keys(old, new, facet, changes.renames) for facet in NODE_FACETS}
    for rows in differences:
        nodes = rows.facet.nodes or rows.facet.name
        changed = rows.written.join(staged[nodes], on=rows.facet.keys[0], how="anti")
        write_facet(store, rows.facet, changed, batch=settings.edge_batch_rows)
    if on_progress is not None:
        on_progress(2, 3, "settling edges")
    for load_id in sorted({*new.held} & {*old.held}):
        _settle_facts(store, settings, state, old, new, load_id)
    _delete(store, settings, differences)
    _log.info("settled: %d nodes renamed, %d pairs merged", changes.renames.height, changes.moves.height)
    commit_view(state, old, new)


def commit_view(state: StateFolder, old: View, new: View) -> None:
    """Note that the graph holds the new view, and forget the old one."""
    write_json(state.current_view, {"view": new.name})
    state.journal.unlink(missing_ok=True)
    if old.name and old.name != new.name:
        remove_folder(state.view(old.name))


def _settle_facts(store: Store, settings: Settings, state: StateFolder, old: View, new: View, load_id: str) -> None:
    kind = read_record(state, load_id).kind
    if kind in EDGE_KINDS:
        facts = changed_facts(old.edges(load_id), new.edges(load_id))
        write_facts(store, kind, load_id, facts, batch=settings.edge_batch_rows)


def _delete(store: Store, settings: Settings, differences: list[Rows]) -> None:
    """Delete derived edges that hold no more, then nodes that nothing needs."""
    for rows in reversed(differences):
        batch = settings.edge_batch_rows if rows.facet.nodes else settings.node_batch_rows // 10
        delete_facet(store, rows.facet, rows.deleted, batch=batch)

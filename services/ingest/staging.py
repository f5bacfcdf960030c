"""Stages what readers do not see yet: new nodes with their derived edges, and the edges of new loads."""

import json
import logging
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from services.graph.connections import Progress
from services.graph.errors import ConstraintBroken
from services.graph.store import Store
from services.ingest.difference import compare_keys, new_keys
from services.ingest.facets import DERIVED_FACETS, NODE_FACETS
from services.ingest.graph_rows import iterate_edges, write_facet
from services.ingest.records import EDGE_KINDS, EDGES_NAME, KIND_ORDER, LoadRecord
from services.ingest.state import StateFolder
from services.ingest.views import View
from services.settings import Settings

_log = logging.getLogger(__name__)


def stage(
    store: Store,
    settings: Settings,
    old: View,
    new: View,
    fresh: Sequence[LoadRecord],
    *,
    on_progress: Progress | None = None,
) -> None:
    """Write what a view adds to the graph without changing anything that readers see; may be run again.

    Parameters
    ----------
    old, new
        The view that the graph holds, and the one it shall hold.
    fresh
        Loads of the new view whose edges are not in the graph, or not all of them.
    """
    store.write_rows("ingest/write_loads", [load_row(record, "staging") for record in fresh])
    renames = compare_keys(old, new, [record.load_id for record in fresh]).renames
    _stage_nodes(store, settings, old, new, renames, on_progress)
    state = StateFolder(settings.home)
    for record in sorted(fresh, key=lambda record: (KIND_ORDER.index(record.kind), record.study_id)):
        if record.kind in EDGE_KINDS:
            _stage_edges(store, settings, state, record, new.edges(record.load_id), on_progress)


def load_row(record: LoadRecord, status: str) -> dict[str, object]:
    """A Load node as the query takes it."""
    report = record.report
    return {
        "load_id": record.load_id,
        "created_at": record.created_at,
        "properties": {
            "study_id": record.study_id,
            "status": status,
            "fingerprint": record.fingerprint,
            "file_sha256s": [f"{name}={sha256}" for name, sha256 in sorted(record.file_sha256s.items())],
            "n_read": report.read,
            "n_written": report.written,
            "n_skipped": report.n_skipped,
            "n_refused": report.n_refused,
            "report": json.dumps(report.to_dict(), sort_keys=True),
        },
    }


def _stage_nodes(
    store: Store, settings: Settings, old: View, new: View, renames: pl.DataFrame, on_progress: Progress | None
) -> None:
    """Write the nodes that are new, whole, then the derived edges that start at them."""
    fresh = {facet.name: new_keys(old, new, facet, renames) for facet in NODE_FACETS}
    for facet in NODE_FACETS:
        rows = new.table(facet).join(fresh[facet.name], on=facet.keys[0], how="semi")
        write_facet(store, facet, rows, batch=settings.node_batch_rows, on_progress=on_progress)
    for facet in DERIVED_FACETS:
        rows = new.table(facet).join(fresh[facet.nodes], on=facet.keys[0], how="semi")
        write_facet(store, facet, rows, batch=settings.edge_batch_rows, on_progress=on_progress)


def _stage_edges(
    store: Store,
    settings: Settings,
    state: StateFolder,
    record: LoadRecord,
    facts: Path,
    on_progress: Progress | None,
) -> None:
    """Write one load's edges; created while there are none, merged where a kill or an outage left some."""
    n_there = store.read(f"ingest/count_{record.kind}", load_id=record.load_id)[0]["n_edges"]
    n_edges = pl.scan_parquet(facts).select(pl.len()).collect().item()
    if n_there == n_edges:
        return
    done = 0

    def count(n_rows: int) -> None:
        nonlocal done
        done += n_rows
        if on_progress is not None:
            on_progress(min(done, n_edges), n_edges, f"staging {record.study_id}")

    def write(verb: str) -> None:
        rows = iterate_edges(record.kind, record.load_id, state.load(record.load_id) / EDGES_NAME, facts)
        store.write_rows(
            f"ingest/{verb}_{record.kind}",
            rows,
            batch=settings.edge_batch_rows,
            on_rows=count,
            load_id=record.load_id,
            study_id=record.study_id,
        )

    try:
        write("merge" if n_there else "create")
    except ConstraintBroken:
        _log.info("some edges of %s were there already: merging them", record.study_id)
        done = 0
        write("merge")
    _log.info("staged %d edges of %s", n_edges, record.study_id)

"""Whether a graph may be loaded at size: it is empty, or holds only what an interrupted first load left."""

import shutil
from pathlib import Path
from typing import Final

from services.bulk.errors import StoreNotEmpty
from services.bulk.importer_files import LABEL_OF_FACET, GraphIdentity
from services.graph.errors import DiskFull
from services.graph.setup import UNFINISHED_VERSION, prepare_database, read_stored_schema
from services.graph.status import count_everything
from services.graph.store import Store
from services.ingest.publishing import pending_view
from services.ingest.state import StateFolder
from services.ingest.sweeping import check_store
from services.ingest.views import read_current_view
from services.releases import NO_RELEASE, current_release

BYTES_AN_EDGE: Final = 1_500
"""Disk that one edge takes while it is loaded: its line for the importer, its records, its part of the indexes."""
BYTES_A_NODE: Final = 2_500
_IMPORTED_LABELS: Final = (*LABEL_OF_FACET.values(), "Load")


def claim_store(store: Store, state: StateFolder, reference_build: str) -> GraphIdentity:
    """See that the graph is empty, set it up, and tie it to the state folder; the caller holds the folder's lock.

    Raises
    ------
    StoreNotEmpty
        When the graph holds what readers may need, naming how much.
    SchemaError, ForeignStore
        When the graph is of another program, version or state folder.
    """
    stored = read_stored_schema(store)
    if stored is None or stored.version != UNFINISHED_VERSION:
        prepare_database(store, reference_build)
    check_store(store, state)
    _check_empty(store, state)
    (row,) = store.read("bulk/read_schema_node")
    return GraphIdentity(reference_build, row["store_id"], row["created_at"])


def is_interrupted(store: Store, state: StateFolder) -> bool:
    """Whether readers never saw anything, and the graph holds what a load left that did not get to its switch."""
    return (
        current_release(store) == NO_RELEASE
        and pending_view(state) is not None
        and not read_current_view(state).load_ids
        and _n_nodes(store) == sum(count_everything(store)[0][label] for label in _IMPORTED_LABELS)
    )


def check_room(folder: Path, n_nodes: int, n_edges: int, minimum_mib: int) -> None:
    """See that the disk has room for the importer's files, the database and its indexes.

    Raises
    ------
    DiskFull
        When it has not.
    """
    needed = n_nodes * BYTES_A_NODE + n_edges * BYTES_AN_EDGE + (minimum_mib << 20)
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise DiskFull(
            f"loading {n_nodes:,} nodes and {n_edges:,} edges takes about {needed / 1e9:.1f} GB of disk in {folder} "
            f"and {free / 1e9:.1f} GB are free: free some space, or set LOCUSGRAPH_HOME to a larger disk; nothing was "
            "loaded"
        )


def _check_empty(store: Store, state: StateFolder) -> None:
    if not _n_nodes(store) or is_interrupted(store, state):
        return
    nodes, edges = count_everything(store)
    held = ", ".join(f"{n:,} {name}" for name, n in {**nodes, **edges}.items() if n) or f"{_n_nodes(store):,} nodes"
    raise StoreNotEmpty(
        f"a first load at size needs an empty graph, and the one at {store.address.uri} holds {held}: load the "
        "manifest with 'locusgraph ingest', which adds to what is there, or begin anew in an empty LOCUSGRAPH_HOME "
        "(for a server of your own: with an empty database too)"
    )


def _n_nodes(store: Store) -> int:
    """Nodes beside the graph's own one."""
    return int(store.read("setup/count_nodes")[0]["n_nodes"]) - 1

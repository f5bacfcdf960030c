"""The store's status on a real Neo4j."""

from collections.abc import Callable
from typing import Any

import pytest

from graph_schema.edges import EDGES
from graph_schema.nodes import NODES
from services.graph.errors import StoreUnavailable
from services.graph.status import count_everything, read_status
from services.graph.store import Store
from services.settings import Settings


def test_read_status__of_a_named_server(
    settings: Settings, store: Store, cypher: Callable[..., list[dict[str, Any]]]
) -> None:
    cypher("CREATE (:SNP {key: 'a'})-[:MQTL {edge_key: '1'}]->(:CpG {cpg_id: 'b'}), (:SNP {key: 'c'})")
    status = read_status(settings)
    assert (status.is_managed, status.is_running, status.uri) == (False, True, store.address.uri)
    assert (status.reference_build, status.password_file) == ("GRCh37", None)
    assert status.server_version is not None
    assert status.server_version.startswith("5.")
    assert (status.n_nodes["SNP"], status.n_nodes["CpG"], status.n_edges["MQTL"], status.n_edges["EQTL"]) == (
        2,
        1,
        1,
        0,
    )


def test_count_everything__names_are_the_registrys(store: Store) -> None:
    nodes, edges = count_everything(store)
    assert list(nodes) == [node.label for node in NODES.values()]
    assert list(edges) == [edge.type for edge in EDGES.values()]


def test_read_status__outage(settings: Settings) -> None:
    with pytest.raises(StoreUnavailable, match="does not answer"):
        read_status(settings.model_copy(update={"neo4j_uri": "bolt://127.0.0.1:1"}))


def test_read_status__a_managed_server_is_not_started(settings: Settings) -> None:
    status = read_status(settings.model_copy(update={"neo4j_uri": None}))
    assert (status.is_managed, status.is_running, status.password_file) == (True, False, None)
    assert not settings.graph_folder.exists()

"""Constraints, schema version and reference build on a real Neo4j."""

from collections.abc import Callable
from typing import Any

import pytest

from graph_schema.constraints import SCHEMA_VERSION, constraint_statements
from services.graph import setup
from services.graph.errors import SchemaError
from services.graph.setup import StoredSchema, migrate, prepare_database, read_stored_schema
from services.graph.store import Store

Cypher = Callable[..., list[dict[str, Any]]]


def test_prepare_database__makes_all_that_the_registry_asks_for(empty_store: Store, cypher: Cypher) -> None:
    assert prepare_database(empty_store, "GRCh37") == StoredSchema(SCHEMA_VERSION, "GRCh37")
    made = {row["name"] for row in cypher("SHOW CONSTRAINTS YIELD name")}
    made |= {row["name"] for row in cypher("SHOW INDEXES YIELD name, state WHERE state = 'ONLINE' RETURN name")}
    assert {statement.name for statement in constraint_statements()} <= made


def test_prepare_database__twice_is_the_same(store: Store, cypher: Cypher) -> None:
    assert prepare_database(store, "GRCh37") == StoredSchema(SCHEMA_VERSION, "GRCh37")
    assert cypher("MATCH (n:SchemaVersion) RETURN count(n) AS n") == [{"n": 1}]


def test_prepare_database__other_reference_build(store: Store) -> None:
    with pytest.raises(SchemaError, match=r"made for GRCh37 and GRCh38 was asked.*LOCUSGRAPH_REFERENCE_BUILD=GRCh37"):
        prepare_database(store, "GRCh38")


def test_prepare_database__somebody_elses_nodes(empty_store: Store, cypher: Cypher) -> None:
    cypher("CREATE (:Film), (:Film)")
    with pytest.raises(SchemaError, match=r"holds 2 nodes that this program did not write.*NEO4J_DATABASE"):
        prepare_database(empty_store)


@pytest.mark.parametrize(("difference", "remedy"), [(-1, "run 'locusgraph migrate'"), (1, "use the newer program")])
def test_prepare_database__other_schema_version(store: Store, cypher: Cypher, difference: int, remedy: str) -> None:
    cypher("MATCH (n:SchemaVersion) SET n.version = $v", v=SCHEMA_VERSION + difference)
    with pytest.raises(SchemaError, match=f"schema version {SCHEMA_VERSION + difference}, .* {remedy}"):
        prepare_database(store)


def test_migrate__from_an_older_version(store: Store, cypher: Cypher, monkeypatch: pytest.MonkeyPatch) -> None:
    cypher("MATCH (n:SchemaVersion) SET n.version = $v", v=SCHEMA_VERSION - 1)
    monkeypatch.setattr(setup, "MIGRATIONS", {SCHEMA_VERSION - 1: ("releases/lock",)})
    assert migrate(store).version == SCHEMA_VERSION
    assert prepare_database(store).version == SCHEMA_VERSION
    assert cypher("MATCH (n:SchemaVersion) RETURN n.switched_at IS NOT NULL AS ran") == [{"ran": True}]


def test_migrate__gives_reported_ld_scores_their_own_name(store: Store, cypher: Cypher) -> None:
    cypher("MATCH (n:SchemaVersion) SET n.version = 1")
    cypher("CREATE (:SNP {key: 'a', ld_score: 2.5}), (:SNP {key: 'b', ld_score: 1.5, ld_score_run_id: 'r'})")
    assert migrate(store).version == SCHEMA_VERSION
    rows = cypher("MATCH (n:SNP) RETURN n.reported_ld_score AS reported, n.ld_score AS computed ORDER BY n.key")
    assert rows == [{"reported": 2.5, "computed": None}, {"reported": None, "computed": 1.5}]


def test_migrate__of_a_current_store_changes_nothing(store: Store) -> None:
    assert migrate(store) == read_stored_schema(store)


def test_migrate__never_set_up(empty_store: Store) -> None:
    with pytest.raises(SchemaError, match="was never set up"):
        migrate(empty_store)


def test_migrate__newer_than_this_program(store: Store, cypher: Cypher) -> None:
    cypher("MATCH (n:SchemaVersion) SET n.version = $v", v=SCHEMA_VERSION + 1)
    with pytest.raises(SchemaError, match="use the newer program"):
        migrate(store)

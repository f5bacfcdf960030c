"""Constraints, schema version and reference build on a real Neo4j."""

from collections.abc import Callable
from typing import Any

import pytest

from graph_schema.constraints import SCHEMA_VERSION, constraint_statements
from services.graph import setup
from services.graph.errors import SchemaError
from services.graph.migrations import Migration, pending_migrations
from services.graph.setup import (
    StoredSchema,
    check_schema,
    migrate,
    plan_migration,
    prepare_database,
    read_migrations,
    read_stored_schema,
)
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


@pytest.mark.parametrize(("difference", "remedy"), [(-1, "run 'locusgraph migrate'"), (1, "upgrade the program")])
def test_prepare_database__other_schema_version(store: Store, cypher: Cypher, difference: int, remedy: str) -> None:
    cypher("MATCH (n:SchemaVersion) SET n.version = $v", v=SCHEMA_VERSION + difference)
    with pytest.raises(SchemaError, match=f"schema version {SCHEMA_VERSION + difference}, .* {remedy}"):
        prepare_database(store)


def test_migrate__from_an_older_version(store: Store, cypher: Cypher, monkeypatch: pytest.MonkeyPatch) -> None:
    cypher("MATCH (n:SchemaVersion) SET n.version = $v", v=SCHEMA_VERSION - 1)
    monkeypatch.setattr(setup, "MIGRATIONS", (Migration(SCHEMA_VERSION - 1, "a test", ("releases/lock",)),))
    assert [step.meaning for step in plan_migration(store)] == ["a test"]
    assert read_migrations(store) == ()
    assert migrate(store, "9.9").version == SCHEMA_VERSION
    (record,) = read_migrations(store)
    assert record.endswith(f"{SCHEMA_VERSION - 1} to {SCHEMA_VERSION} (a test) by locusgraph 9.9")
    assert prepare_database(store).version == SCHEMA_VERSION
    assert cypher("MATCH (n:SchemaVersion) RETURN n.switched_at IS NOT NULL AS ran") == [{"ran": True}]


def test_migrate__gives_reported_ld_scores_their_own_name(store: Store, cypher: Cypher) -> None:
    cypher("MATCH (n:SchemaVersion) SET n.version = 1")
    cypher("CREATE (:SNP {key: 'a', ld_score: 2.5}), (:SNP {key: 'b', ld_score: 1.5, ld_score_run_id: 'r'})")
    assert migrate(store).version == SCHEMA_VERSION
    rows = cypher("MATCH (n:SNP) RETURN n.reported_ld_score AS reported, n.ld_score AS computed ORDER BY n.key")
    assert rows == [{"reported": 2.5, "computed": None}, {"reported": None, "computed": 1.5}]


def test_migrate__a_store_as_the_previous_version_left_it(
    store: Store, cypher: Cypher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without what version 2 added: an index, the name of reported LD scores."""
    cypher("MATCH (n:SchemaVersion) SET n.version = 1, n.created_at = datetime('2025-01-01')")
    cypher("DROP INDEX gene_symbol IF EXISTS")
    cypher("UNWIND range(1, 30) AS i CREATE (:SNP {key: 'k' + i, ld_score: 1.0 * i})")
    for opening in (check_schema, prepare_database):
        with pytest.raises(SchemaError, match=r"schema version 1, this program works with 2: run 'locusgraph migrate'"):
            opening(store)
    with monkeypatch.context() as patch:
        patch.setattr(Store, "apply_schema", _killed)
        with pytest.raises(KeyboardInterrupt):
            migrate(store)
    cypher("MATCH (n:SchemaVersion) SET n.version = 1")  # as a kill before the record leaves it
    migrate(store)
    check_schema(store)
    assert cypher("MATCH (n:SNP) WHERE n.ld_score IS NULL RETURN sum(n.reported_ld_score) AS n") == [{"n": 465.0}]
    assert cypher("SHOW INDEXES YIELD name WHERE name = 'gene_symbol' RETURN count(*) AS n") == [{"n": 1}]
    assert plan_migration(store) == ()


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_pending_migrations__a_version_without_a_step_changes_no_data() -> None:
    (step, *_) = pending_migrations(SCHEMA_VERSION - 1, ())
    assert (step.queries, step.name) == ((), f"{SCHEMA_VERSION - 1} to {SCHEMA_VERSION}")
    assert pending_migrations(SCHEMA_VERSION) == ()


def test_migrate__of_a_current_store_changes_nothing(store: Store) -> None:
    assert migrate(store) == read_stored_schema(store)


def test_migrate__never_set_up(empty_store: Store) -> None:
    with pytest.raises(SchemaError, match="was never set up"):
        migrate(empty_store)


def test_migrate__newer_than_this_program(store: Store, cypher: Cypher) -> None:
    cypher("MATCH (n:SchemaVersion) SET n.version = $v", v=SCHEMA_VERSION + 1)
    with pytest.raises(SchemaError, match="upgrade the program"):
        migrate(store)

"""The registry is consistent with itself and follows the naming rules."""

import re

import pytest

from graph_schema import EDGES, NODES, Property, constraint_statements

ALL_PROPERTIES = [(kind, prop) for kind, entry in [*NODES.items(), *EDGES.items()] for prop in entry.properties]


@pytest.mark.parametrize("label", NODES)
def test_nodes__key_is_a_required_property(label: str) -> None:
    node = NODES[label]
    key = [prop for prop in node.properties if prop.name == node.key]
    assert len(key) == 1
    assert key[0].is_required


@pytest.mark.parametrize("type_", EDGES)
def test_edges__ends_are_labels_of_the_registry(type_: str) -> None:
    edge = EDGES[type_]
    assert {*edge.sources, *edge.targets} <= set(NODES)


@pytest.mark.parametrize("type_", EDGES)
def test_edges__identity_and_indexes_name_their_own_properties(type_: str) -> None:
    edge = EDGES[type_]
    names = {prop.name for prop in edge.properties}
    assert {edge.identity, *edge.indexed} - {""} <= names


@pytest.mark.parametrize("label", NODES)
def test_nodes__indexes_name_their_own_properties(label: str) -> None:
    node = NODES[label]
    names = {prop.name for prop in node.properties}
    assert {column for columns in node.indexed for column in columns} | set(node.full_text) <= names


@pytest.mark.parametrize(("kind", "prop"), ALL_PROPERTIES, ids=lambda value: getattr(value, "name", value))
def test_properties__name_and_meaning_follow_the_rules(kind: str, prop: Property) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", prop.name)
    assert prop.meaning.endswith(".")
    if prop.name.endswith("_bp"):
        assert prop.unit == "bp"


@pytest.mark.parametrize("entry", [*NODES.values(), *EDGES.values()], ids=lambda e: getattr(e, "label", "") or e.type)
def test_properties__no_name_twice_in_one_kind(entry: object) -> None:
    names = [prop.name for prop in entry.properties]  # type: ignore[attr-defined]
    assert len(names) == len(set(names))


def test_edges__measured_and_predicted_are_told_apart() -> None:
    predicted = {edge.type for edge in EDGES.values() if not edge.is_measured}
    assert predicted == {"PREDICTED_ASSOCIATION"}
    assert all("run_id" in {p.name for p in EDGES[t].properties} for t in predicted)
    written_by = {name: {"load_id", "run_id"} & {p.name for p in edge.properties} for name, edge in EDGES.items()}
    assert all(len(switch) == 1 for switch in written_by.values()), written_by  # one switch decides who sees an edge
    from_runs = {name for name, switch in written_by.items() if switch == {"run_id"}}
    assert from_runs == predicted | {"IN_LD_WITH", "ENRICHED_IN", "GENETIC_CORRELATION"}


def test_constraint_statements__unique_names_and_one_key_constraint_a_label() -> None:
    statements = constraint_statements()
    names = [statement.name for statement in statements]
    assert len(names) == len(set(names))
    for label, node in NODES.items():
        wanted = f"FOR (n:{label}) REQUIRE n.{node.key} IS UNIQUE"
        assert sum(wanted in statement.cypher for statement in statements) == 1


def test_constraint_statements__can_be_run_again() -> None:
    assert all("IF NOT EXISTS" in statement.cypher for statement in constraint_statements())

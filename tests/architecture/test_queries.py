"""Every query file, planned by the real server: no unknown label, property or missing index goes unseen."""

import re

import pytest
from neo4j import GraphDatabase

from graph_schema import EDGES, NODES
from services.graph.store import Store
from tests.architecture.test_shape import QUERIES, _name

KNOWN_LABELS = {*NODES, "SchemaVersion"}
WORD_AFTER_COLON = re.compile(r"[(\[]\w*:([A-Za-z_|&!]+)")


PARAMETER = re.compile(r"\$(\w+)")


@pytest.mark.store
def test_queries__are_planned_without_a_warning(store: Store) -> None:
    """The registry's names are made known to the server first, so a warning about a name is a misspelling."""
    _make_every_name_known(store)
    warnings = {}
    for path in QUERIES:
        parameters = dict.fromkeys(PARAMETER.findall(path.read_text(encoding="utf-8")))
        found = store.explain(f"{path.parent.name}/{path.stem}", **parameters)
        if found:
            warnings[_name(path)] = found
    assert not warnings


def _make_every_name_known(store: Store) -> None:
    """Write one node a label and one edge a type with all their properties, and delete them again."""
    address = store.address
    auth = (address.user, address.password.get_secret_value())
    with GraphDatabase.driver(address.uri, auth=auth) as driver:
        driver.execute_query("CREATE (n:SchemaVersion {store_id: 'x'}) DELETE n", database_=address.database)
        for label, node in NODES.items():
            text = f"CREATE (n:{label}) SET n += $properties DELETE n"
            driver.execute_query(
                text, properties={prop.name: "x" for prop in node.properties}, database_=address.database
            )
        for type_, edge in EDGES.items():
            text = f"CREATE (n)-[e:{type_}]->(n) SET e += $properties DETACH DELETE n"
            driver.execute_query(
                text, properties={prop.name: "x" for prop in edge.properties}, database_=address.database
            )


@pytest.mark.parametrize("path", QUERIES, ids=_name)
def test_query__names_only_what_the_registry_knows(path) -> None:
    code = "\n".join(
        line for line in path.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("//")
    )
    names = {name for found in WORD_AFTER_COLON.findall(code) for name in re.split(r"[|&!]", found) if name}
    assert names <= KNOWN_LABELS | set(EDGES)

"""Query files by name."""

import re
from collections.abc import Iterator

import neo4j
import pytest

from graph_schema.constraints import VERSION_LABEL, constraint_statements
from graph_schema.edges import EDGES
from graph_schema.nodes import NODES
from services.graph.connections import Address
from services.graph.errors import UnknownQuery
from services.graph.query_files import QUERIES_FOLDER, list_queries, read_query
from services.graph.store import Store
from services.settings import Settings

_PARAMETER = re.compile(r"\$(\w+)")
_KIND = re.compile(r"[(\[]\w*:([A-Za-z_|&!]+)")
_INTERNAL = ("name", "version", "reference_build", "store_id", "migrations")


def test_read_query__without_its_comments() -> None:
    query = read_query("status/sign_of_life")
    assert query.text == "RETURN 1 AS alive"
    assert not query.is_self_committing


@pytest.mark.parametrize("name", ["status/sign_of_lief", "../settings", "status/sign_of_life.cypher", ""])
def test_read_query__unknown_name(name: str) -> None:
    with pytest.raises(UnknownQuery, match=r"no query file is called .* in services/graph/queries"):
        read_query(name)


def test_read_query__unknown_name_lists_near_ones() -> None:
    with pytest.raises(UnknownQuery, match=r"did you mean status/sign_of_life"):
        read_query("status/sign_of_lief")
    with pytest.raises(UnknownQuery, match=r"there is none with a similar name"):
        read_query("§§§§§§§§")


def test_list_queries__every_file_once() -> None:
    names = list_queries()
    assert len(names) == len(set(names)) == len(list(QUERIES_FOLDER.rglob("*.cypher")))


@pytest.mark.parametrize("name", list_queries())
def test_query_file__begins_with_a_comment_that_says_what_it_answers(name: str) -> None:
    first = (QUERIES_FOLDER / f"{name}.cypher").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("// ")


@pytest.mark.parametrize("name", list_queries())
def test_query_file__planned_by_the_real_server(planned_store: Store, name: str) -> None:
    """A misspelt label, type or property, wrong syntax or a deprecated form is seen here."""
    text = read_query(name).text
    assert not re.search(r"\bapoc\.|(?<!\w)id\(|%s|\{\{", text), "only what Community has, and parameters only"
    assert planned_store.explain(name, **dict.fromkeys(_PARAMETER.findall(text))) == ()


@pytest.mark.parametrize("name", list_queries())
def test_query_file__names_only_what_the_registry_knows(name: str) -> None:
    found = {kind for kinds in _KIND.findall(read_query(name).text) for kind in re.split(r"[|&!]", kinds) if kind}
    assert found <= {*NODES, *EDGES, VERSION_LABEL}


@pytest.fixture(scope="module")
def planned_store(server_address: Address, raw_driver: neo4j.Driver) -> Iterator[Store]:
    """A store whose planner knows every label, type and property of the registry, and so warns of any other."""
    settings = Settings(neo4j_uri=server_address.uri, neo4j_password=server_address.password)
    of_nodes = {each.name for kind in NODES.values() for each in kind.properties}
    of_edges = {each.name for kind in EDGES.values() for each in kind.properties}
    names = of_nodes | of_edges | {*_INTERNAL}
    raw_driver.execute_query(
        "CREATE (probe) SET probe = $properties DELETE probe",
        {"properties": dict.fromkeys(names, 1)},
        database_=server_address.database,
    )
    with Store(server_address, settings) as opened:
        opened.apply_schema(statement.cypher for statement in constraint_statements())
        yield opened

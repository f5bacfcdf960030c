"""Hostile queries on a real Neo4j: each is stopped where it should be, and the store is as before and alive."""

from collections.abc import Iterator
from typing import Any

import neo4j
import pytest

from services.cypher.errors import Stop
from services.cypher.planning import check_plan
from services.cypher.running import CypherRunner, Question
from services.graph.foreign import Bounds, ForeignError, ForeignReader
from services.graph.store import Store
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.cypher.conftest import find_stop
from tests.services.cypher.hostile import HOSTILE, Hostile

pytestmark = pytest.mark.store

COUNTS = (
    "CALL { MATCH (n) RETURN count(n) AS nodes, sum(size(keys(n))) AS node_properties } "
    "CALL { MATCH ()-[e]->() RETURN count(e) AS edges, sum(size(keys(e))) AS edge_properties } RETURN *"
)
WRITES = [one for one in HOSTILE if one.kind in {"writes", "writes in subqueries", "users"}]


@pytest.fixture(scope="module")
def impatient(graph: Store, analyst_settings: Settings) -> Iterator[CypherRunner]:
    """A runner with a short limit of time."""
    hurried = analyst_settings.model_copy(update={"cypher_timeout_seconds": 1.5})
    with CypherRunner(graph, hurried) as opened:
        yield opened


@pytest.fixture(scope="module", autouse=True)
def unchanged(graph: Store, module_cypher: Cypher, raw_driver: neo4j.Driver) -> Iterator[None]:
    """The store holds the same before and after all of them, and answers."""
    before = _count(module_cypher, raw_driver)
    yield
    assert _count(module_cypher, raw_driver) == before
    assert graph.check().startswith("Neo4j/")


def _count(cypher: Cypher, driver: neo4j.Driver) -> list[Any]:
    with driver.session(database="system") as session:
        users = session.run("SHOW USERS YIELD user, passwordChangeRequired RETURN *").data()
    indexes = cypher("SHOW INDEXES YIELD name RETURN count(*) AS n")
    constraints = cypher("SHOW CONSTRAINTS YIELD name RETURN count(*) AS n")
    tokens = cypher("CALL db.labels() YIELD label RETURN collect(label) AS labels")
    return [cypher(COUNTS), users, indexes, constraints, "Evil" in tokens[0]["labels"]]


@pytest.mark.parametrize("one", HOSTILE, ids=[f"{one.kind}-{number}" for number, one in enumerate(HOSTILE)])
def test_hostile_query__is_stopped(one: Hostile, runner: CypherRunner, impatient: CypherRunner) -> None:
    chosen = impatient if one.stop is Stop.TIMEOUT else runner
    assert find_stop(chosen, Question(one.text, one.parameters, "a stranger", is_unsettled=True)) == one.stop


@pytest.mark.parametrize("one", WRITES, ids=[f"{one.kind}-{number}" for number, one in enumerate(WRITES)])
def test_read_access__refuses_every_write_by_itself(
    one: Hostile, graph: Store, analyst_settings: Settings, module_cypher: Cypher
) -> None:
    """Also where check and plan were passed over, the server refuses to write in a session that reads."""
    with ForeignReader(graph.address, analyst_settings) as reader:
        try:
            with reader.stream(one.text, one.parameters, Bounds(20, 20, 100_000)) as result:
                list(result.rows())
        except ForeignError as error:
            assert error.code
        else:
            assert "IN TRANSACTIONS OF 1 ROW RETURN" in one.text


def test_hostile_queries__are_many_and_of_every_kind() -> None:
    assert len({one.text + str(sorted(one.parameters)) for one in HOSTILE}) >= 60
    assert {one.stop for one in HOSTILE} == {
        Stop.CHECK,
        Stop.PARSER,
        Stop.EXPLAIN,
        Stop.TIMEOUT,
        Stop.MEMORY,
        Stop.BYTES,
        Stop.ROWS,
    }


def test_check_plan__stops_show_without_the_other_checks(graph: Store, analyst_settings: Settings) -> None:
    with ForeignReader(graph.address, analyst_settings) as reader:
        plan = reader.explain("SHOW INDEXES", {}, Bounds(20, 20, 100_000))
    assert plan.query_type == "r"
    with pytest.raises(Exception, match="ShowIndexes"):
        check_plan(plan)

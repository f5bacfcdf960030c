"""A small graph that is written once a test file, and runners of analysts' queries on it."""

from collections.abc import Callable, Iterator
from typing import Any

import neo4j
import pytest

from services.cypher.errors import CypherError, Stop
from services.cypher.running import Answer, CypherRunner, Question
from services.graph.connections import Address
from services.graph.opening import open_store
from services.graph.setup import prepare_database
from services.graph.store import Store
from services.settings import Settings
from tests.api.graph_rows import write_graph
from tests.api.statistics_rows import write_statistics
from tests.conftest import EMPTYING, Cypher

Ask = Callable[..., tuple[Answer, list[list[Any]]]]
CLIQUE = (
    "UNWIND range(1, 14) AS i MERGE (:SNP {key: 'clique' + i}) WITH count(*) AS n MATCH (a:SNP), (b:SNP) "
    "WHERE a.key STARTS WITH 'clique' AND b.key STARTS WITH 'clique' AND a.key < b.key "
    "CREATE (a)-[:IN_LD_WITH {run_id: 'ld-2', edge_key: a.key + b.key, r_squared: 0.1}]->(b)"
)
"""Fourteen SNPs, each joined to each, so that paths without a bound have no end."""


@pytest.fixture(scope="module")
def module_cypher(raw_driver: neo4j.Driver, server_address: Address) -> Cypher:
    """Run any Cypher text for a whole test file."""

    def run(text: str, **parameters: Any) -> list[dict[str, Any]]:
        with raw_driver.session(database=server_address.database) as session:
            return session.run(text, parameters).data()  # type: ignore[arg-type]

    return run


@pytest.fixture(scope="module")
def analyst_settings(server_address: Address, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with limits that a test reaches soon."""
    return Settings(
        home=tmp_path_factory.mktemp("home"),
        neo4j_uri=server_address.uri,
        neo4j_user=server_address.user,
        neo4j_password=server_address.password,
        neo4j_database=server_address.database,
        cypher_timeout_seconds=60,
        cypher_grace_seconds=60,
        cypher_wait_seconds=0.5,
        cypher_row_limit=1000,
        cypher_byte_limit=1_500_000,
    )


@pytest.fixture(scope="module")
def graph(analyst_settings: Settings, module_cypher: Cypher) -> Iterator[Store]:
    """A store with every kind of node and edge, statistics, and a clique of SNPs; tests leave it as they found it."""
    for statement in EMPTYING:
        module_cypher(statement)
    with open_store(analyst_settings) as opened:
        prepare_database(opened, "GRCh37")
        write_graph(module_cypher)
        write_statistics(module_cypher)
        module_cypher("MATCH ()-[e]->() WHERE e.run_id = 'staged' OR e.load_id STARTS WITH 'staged' DELETE e")
        module_cypher(CLIQUE)
        yield opened


@pytest.fixture(scope="module")
def runner(graph: Store, analyst_settings: Settings) -> Iterator[CypherRunner]:
    with CypherRunner(graph, analyst_settings) as opened:
        yield opened


@pytest.fixture
def ask(runner: CypherRunner) -> Ask:
    """Ask a question: the answer, and its rows."""

    def call(text: str, *, most_rows: int | None = None, **parameters: Any) -> tuple[Answer, list[list[Any]]]:
        with runner.ask(Question(text, parameters, "a test", most_rows)) as answer:
            rows = list(answer.rows())
        return answer, rows

    return call


def find_stop(runner: CypherRunner, question: Question) -> Stop | None:
    """What stops a question; None when it is answered whole."""
    try:
        with runner.ask(question) as answer:
            for _ in answer.rows():
                pass
    except CypherError as error:
        assert error.rule
        assert str(error)
        return error.stop
    return Stop.ROWS if answer.is_truncated else None

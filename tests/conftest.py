"""Fixtures that every test may use: a real Neo4j, emptied and set up before each test that asks for it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import neo4j
import pytest
from pydantic import SecretStr

from services.graph.connections import Address
from services.graph.opening import open_store, resolve_address
from services.graph.setup import prepare_database
from services.graph.store import Store
from services.settings import Settings, read_settings
from tests.goldens import QUANTITIES, render_goldens

Cypher = Callable[..., list[dict[str, Any]]]

EMPTYING = (
    "MATCH ()-[edge]->() CALL (edge) {DELETE edge} IN TRANSACTIONS OF 10000 ROWS",
    "MATCH (node) CALL (node) {DELETE node} IN TRANSACTIONS OF 10000 ROWS",
)


@pytest.fixture(scope="session")
def server_address(tmp_path_factory: pytest.TempPathFactory) -> Address:
    """One real Neo4j for the whole run: the one LOCUSGRAPH_TEST_NEO4J_URI names, else a managed one of our own.

    The managed one ends with this process by itself.
    """
    return resolve_address(_server_settings(tmp_path_factory.mktemp("server")))


@pytest.fixture
def settings(server_address: Address, tmp_path: Path) -> Settings:
    """Settings with an empty home of their own, pointing at the run's server."""
    return Settings(
        home=tmp_path / "home",
        jar_cache=read_settings().jar_cache_folder,
        neo4j_uri=server_address.uri,
        neo4j_user=server_address.user,
        neo4j_password=server_address.password,
        neo4j_database=server_address.database,
        server_stops_with_starter=True,
    )


@pytest.fixture
def empty_store(settings: Settings, cypher: Cypher) -> Iterator[Store]:
    """A store on an empty database that keeps its constraints and has no schema version."""
    for statement in EMPTYING:
        cypher(statement)
    with open_store(settings) as opened:
        yield opened


@pytest.fixture
def store(empty_store: Store) -> Store:
    """An empty store, set up for GRCh37."""
    prepare_database(empty_store, "GRCh37")
    return empty_store


@pytest.fixture(scope="session")
def raw_driver(server_address: Address) -> Iterator[neo4j.Driver]:
    """The bare driver on the run's server, for tests that look behind the store's back."""
    password = server_address.password.get_secret_value()
    with neo4j.GraphDatabase.driver(
        server_address.uri, auth=(server_address.user, password), notifications_min_severity="OFF"
    ) as driver:
        yield driver


@pytest.fixture
def cypher(raw_driver: neo4j.Driver, server_address: Address) -> Cypher:
    """Run any Cypher text: ``cypher(text, name=value)`` gives its rows as dicts."""

    def run(text: str, **parameters: Any) -> list[dict[str, Any]]:
        with raw_driver.session(database=server_address.database) as session:
            return session.run(text, parameters).data()

    return run


def _server_settings(folder: Path) -> Settings:
    if uri := os.environ.get("LOCUSGRAPH_TEST_NEO4J_URI"):
        return Settings(
            neo4j_uri=uri,
            neo4j_user=os.environ.get("LOCUSGRAPH_TEST_NEO4J_USER", "neo4j"),
            neo4j_password=SecretStr(os.environ.get("LOCUSGRAPH_TEST_NEO4J_PASSWORD", "")),
        )
    return Settings(
        home=folder,
        jar_cache=read_settings().jar_cache_folder,
        neo4j_uri=None,
        server_heap_mib=1024,
        server_initial_heap_mib=256,
        server_page_cache_mib=256,
        server_stops_with_starter=True,
    )


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--goldens`` prints the worst error of every quantity that was compared with a golden result."""
    parser.addoption("--goldens", action="store_true", help="print the worst error of every golden quantity")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The table of golden quantities, when asked for."""
    if config.getoption("--goldens") and QUANTITIES:
        terminalreporter.section("golden results")
        for line in render_goldens():
            terminalreporter.write_line(line)

"""A small graph on a real Neo4j, written once a test file, and the web application over it."""

from collections.abc import Callable, Iterator
from typing import Any

import neo4j
import pytest

from api.app import create_app
from services.graph.async_store import AsyncStore
from services.graph.connections import Address, Row
from services.graph.opening import open_store
from services.graph.setup import prepare_database
from services.graph.store import Store
from services.settings import Settings
from tests.api.browser import Browser, open_browser
from tests.api.graph_rows import Cypher, write_graph
from tests.conftest import EMPTYING

Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def run_cypher(raw_driver: neo4j.Driver, server_address: Address) -> Cypher:
    """Run any Cypher text for a whole test file."""

    def run(text: str, **parameters: Any) -> list[dict[str, Any]]:
        with raw_driver.session(database=server_address.database) as session:
            return session.run(text, parameters).data()  # type: ignore[arg-type]

    return run


@pytest.fixture(scope="module")
def api_settings(server_address: Address, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings that point at the run's server, for a whole test file."""
    return Settings(
        home=tmp_path_factory.mktemp("home"),
        api_answers_mib=0,  # tests change the graph within a release
        api_ready_parts=("store", "disk"),  # the small graph's champion has no files
        neo4j_uri=server_address.uri,
        neo4j_user=server_address.user,
        neo4j_password=server_address.password,
        neo4j_database=server_address.database,
    )


@pytest.fixture(scope="module")
def graph(api_settings: Settings, run_cypher: Cypher) -> Iterator[Store]:
    """A store that holds the small graph in release 3; tests leave it as they found it."""
    for statement in EMPTYING:
        run_cypher(statement)
    with open_store(api_settings) as opened:
        prepare_database(opened, "GRCh37")
        write_graph(run_cypher)
        yield opened


@pytest.fixture(scope="module")
def browser(graph: Store, api_settings: Settings) -> Iterator[Browser]:
    """The web application over the small graph."""
    with open_browser(create_app(api_settings)) as opened:
        yield opened


@pytest.fixture
def ask(browser: Browser) -> Ask:
    """Run a GraphQL query: ``ask(text, name=value)`` gives the whole answer."""
    return browser.ask


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the queries that the web application sends to the store, as they are sent."""
    sent: list[str] = []
    read = AsyncStore.read

    async def noted(store: AsyncStore, name: str, /, **parameters: Any) -> list[Row]:
        sent.append(name)
        return await read(store, name, **parameters)

    monkeypatch.setattr(AsyncStore, "read", noted)
    return sent

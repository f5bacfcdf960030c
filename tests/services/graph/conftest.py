"""Fixtures for tests that start managed servers of their own."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.graph import local_server, server_files
from services.graph.local_server import stop
from services.settings import Settings, read_settings


@pytest.fixture(scope="session")
def checked_jars() -> Path:
    """The user's own cache of server jars, so that tests fetch nothing twice."""
    return read_settings().jar_cache_folder


@pytest.fixture(scope="module")
def own_server_settings(tmp_path_factory: pytest.TempPathFactory, checked_jars: Path) -> Iterator[Settings]:
    """Settings of a managed server of the test module's own, not started; stopped and ended at its end."""
    settings = managed_settings(tmp_path_factory.mktemp("own"), checked_jars)
    yield settings
    stop(settings)


def managed_settings(home: Path, jar_cache: Path, **others: object) -> Settings:
    """Settings of a small managed server that ends with the tests."""
    return Settings(
        home=home,
        neo4j_uri=None,
        jar_cache=jar_cache,
        server_heap_mib=512,
        server_initial_heap_mib=128,
        server_page_cache_mib=64,
        server_transaction_memory_mib=128,
        server_total_transaction_memory_mib=256,
        server_stops_with_starter=True,
        **others,  # type: ignore[arg-type]
    )


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> "StandIn":
    """A settable stand-in for the Java server, and no password tool."""
    monkeypatch.setattr(local_server, "install_jars", lambda *_: None)
    monkeypatch.setattr(local_server, "make_first_password", lambda _: None)
    return StandIn(monkeypatch)


class StandIn:
    """Runs Python code in the server's place."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def runs(self, code: str) -> None:
        self._monkeypatch.setattr(server_files, "server_command", lambda *_: (sys.executable, "-c", code))

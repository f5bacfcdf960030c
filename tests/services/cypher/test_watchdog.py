"""A query that nothing interrupts: the managed server is restarted, its caller is told, and nothing is lost."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.cypher import running
from services.cypher.errors import ServerRestarted
from services.cypher.running import CypherRunner, Question
from services.graph.errors import StoreError
from services.graph.local_server import find_running, start, stop
from services.graph.opening import open_store
from services.graph.setup import prepare_database
from services.settings import Settings
from tests.services.graph.conftest import managed_settings

pytestmark = [pytest.mark.store, pytest.mark.slow]
STUCK = "WITH range(1, 100000) AS l RETURN size([x IN l WHERE any(y IN l WHERE any(z IN l WHERE z = -x))]) AS n"


@pytest.fixture
def managed(tmp_path: Path) -> Iterator[Settings]:
    from services.settings import read_settings

    settings = managed_settings(
        tmp_path / "home",
        read_settings().jar_cache_folder,
        cypher_timeout_seconds=10.0,
        cypher_grace_seconds=3.0,
        server_start_timeout_seconds=300.0,
    )
    start(settings)
    yield settings
    stop(settings)


def test_stuck_query__restarts_the_managed_server(managed: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "check_query", lambda *_: ())
    with open_store(managed) as store, CypherRunner(store, managed) as runner:
        prepare_database(store)
        before = find_running(managed)
        assert before is not None
        with (
            pytest.raises(ServerRestarted, match="was restarted and answers again"),
            runner.ask(Question(STUCK)) as answer,
        ):
            list(answer.rows())
        until = time.monotonic() + 240
        while (rows := _ask(runner)) is None and time.monotonic() < until:
            time.sleep(1)
        assert rows == [[1]]
        after = find_running(managed)
        assert after is not None
        assert after.state.n_starts == before.state.n_starts + 1


def _ask(runner: CypherRunner) -> list[list[object]] | None:
    """The answer to a plain question; None while the server is not back."""
    try:
        with runner.ask(Question("MATCH (n:SchemaVersion) RETURN count(n)")) as answer:
            return list(answer.rows())
    except StoreError:
        return None

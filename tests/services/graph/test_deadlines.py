"""A time limit reaches the server, which stops the query."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from services.graph import async_store
from services.graph import store as store_module
from services.graph.deadlines import remaining_seconds, time_limit
from services.graph.errors import TimedOut
from services.graph.opening import open_async_store
from services.graph.query_files import QueryText
from services.graph.store import Store
from services.settings import Settings

ENDLESS = QueryText(
    "graphql/endless", "UNWIND range(1, 100000000000) AS x WITH x WHERE x < 0 RETURN count(x) AS n", False
)


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    for module in (store_module, async_store):
        monkeypatch.setattr(module, "read_query", lambda _: ENDLESS)


def n_running(cypher: Callable[..., list[dict[str, Any]]]) -> int:
    shown = "SHOW TRANSACTIONS YIELD currentQuery WHERE currentQuery STARTS WITH 'UNWIND range' RETURN currentQuery"
    return len(cypher(shown))


@pytest.mark.usefixtures("endless")
def test_async_read__is_stopped_by_the_server(settings: Settings, cypher: Any) -> None:
    async def work() -> None:
        async with open_async_store(settings) as reader:
            with time_limit(0.5):
                await reader.read("graphql/endless")

    begin = time.monotonic()
    with pytest.raises(TimedOut, match="query graphql/endless took longer than it may and was stopped"):
        asyncio.run(work())
    assert 0.4 < time.monotonic() - begin < 15
    assert n_running(cypher) == 0


@pytest.mark.usefixtures("endless")
@pytest.mark.parametrize("read", [lambda s: s.read("x"), lambda s: s.read_columns("x", ["n"])], ids=["rows", "columns"])
def test_read__in_a_thread_of_a_limited_task_is_stopped(store: Store, cypher: Any, read: Any) -> None:
    async def work() -> None:
        with time_limit(0.5):
            await asyncio.to_thread(read, store)

    with pytest.raises(TimedOut, match="was stopped"):
        asyncio.run(work())
    assert n_running(cypher) == 0


def test_time_limit__nothing_is_asked_after_it_and_the_shorter_counts(store: Store) -> None:
    assert remaining_seconds() is None
    with time_limit(0.0), time_limit(60.0), pytest.raises(TimedOut, match="the time for this request was over"):
        store.read("setup/count_nodes")
    assert store.read("setup/count_nodes")

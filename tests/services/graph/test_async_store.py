"""The asynchronous twin on a real Neo4j."""

import asyncio

import pytest

from services.graph.async_store import AsyncStore
from services.graph.errors import QueryFailed, StoreUnavailable, UnknownQuery
from services.graph.opening import open_async_store
from services.graph.store import Store
from services.settings import Settings


def test_read__rows_at_once(settings: Settings, store: Store) -> None:
    async def work() -> list[int]:
        async with open_async_store(settings) as reader:
            assert (await reader.check()).startswith("Neo4j/5.")
            answers = await asyncio.gather(*(reader.read("setup/count_nodes") for _ in range(5)))
        return [rows[0]["n_nodes"] for rows in answers]

    assert asyncio.run(work()) == [1] * 5


def test_read__unknown_and_writing_queries(settings: Settings, store: Store) -> None:
    async def work(name: str) -> None:
        async with open_async_store(settings) as reader:
            await reader.read(name, version=2, reference_build="GRCh37")

    with pytest.raises(UnknownQuery, match="did you mean setup/count_nodes"):
        asyncio.run(work("setup/count_node"))
    with pytest.raises(QueryFailed, match="query setup/raise_schema_version failed"):
        asyncio.run(work("setup/raise_schema_version"))


def test_read__outage_is_an_error(settings: Settings) -> None:
    dead = settings.model_copy(update={"neo4j_uri": "bolt://127.0.0.1:1", "api_retry_seconds": 0.1})

    async def work() -> None:
        async with open_async_store(dead) as reader:
            assert isinstance(reader, AsyncStore)
            with pytest.raises(StoreUnavailable, match=r"does not answer .connecting"):
                await reader.check()
            await reader.read("setup/count_nodes")

    with pytest.raises(StoreUnavailable, match=r"bolt://127.0.0.1:1 does not answer \(query setup/count_nodes"):
        asyncio.run(work())

"""What a request shares: its release, and what is remembered for one."""

import asyncio
from typing import Any

import pytest

from api.gql.context import Desk, ReleaseMemory, RequestContext, SharedRead
from api.gql.errors import QueryError
from services.graph.errors import StoreUnavailable


class EmptyStore:
    """A store that was never loaded."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def read(self, name: str, /, **_: Any) -> list[dict[str, Any]]:
        self.asked.append(name)
        return []


def context_on(store: EmptyStore) -> RequestContext:
    def nothing(*_: Any) -> Any:
        raise AssertionError("not asked here")

    desk = Desk(
        store,
        find_candidates=nothing,
        resolve_trait=nothing,
        search=nothing,
        explain=nothing,
        scans=nothing,
        kinds={},
    )
    return RequestContext(desk, "request")


def test_loaded_release__of_an_empty_store_says_what_to_do() -> None:
    async def ask() -> None:
        await context_on(EmptyStore()).loaded_release()

    with pytest.raises(QueryError, match="nothing is loaded yet: run `locusgraph demo`") as caught:
        asyncio.run(ask())
    assert caught.value.extensions["code"] == "NO_RELEASE"


def test_release__is_read_once_a_request() -> None:
    store = EmptyStore()

    async def ask() -> None:
        context = context_on(store)
        await asyncio.gather(*(context.release() for _ in range(5)))
        await context.read("snps", keys=["a"])

    asyncio.run(ask())
    assert store.asked == ["releases/read_current", "graphql/snps"]


def test_release_memory__computes_once_and_forgets_failures_and_the_oldest() -> None:
    calls: list[str] = []

    async def compute(name: str) -> str:
        calls.append(name)
        await asyncio.sleep(0)
        if name == "bad":
            raise ValueError(name)
        return name

    async def ask() -> None:
        memory = ReleaseMemory(size=2)
        both = await asyncio.gather(*(memory.get(("a",), lambda: compute("a")) for _ in range(2)))
        assert both == ["a", "a"]
        for _ in range(2):
            with pytest.raises(ValueError, match="bad"):
                await memory.get(("bad",), lambda: compute("bad"))
        for name in ("b", "c", "a"):
            await memory.get((name,), lambda name=name: compute(name))

    asyncio.run(ask())
    assert calls == ["a", "bad", "bad", "b", "c", "a"]


def test_release_memory__drops_what_was_not_asked_longest() -> None:
    calls: list[str] = []

    async def compute(name: str) -> str:
        calls.append(name)
        return name

    async def ask() -> None:
        memory = ReleaseMemory(size=2)
        for name in ("a", "b", "a", "c", "a", "b"):
            await memory.get((name,), lambda name=name: compute(name))

    asyncio.run(ask())
    assert calls == ["a", "b", "c", "b"]


def test_shared_read__who_comes_during_one_shares_the_next() -> None:
    begun: list[int] = []
    gates = [asyncio.Event(), asyncio.Event()]

    async def read() -> int:
        begun.append(len(begun))
        mine = begun[-1]
        await gates[mine].wait()
        return mine

    async def ask() -> list[int]:
        shared = SharedRead()
        first = asyncio.create_task(shared.get(read))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        later = [asyncio.create_task(shared.get(read)) for _ in range(5)]
        await asyncio.sleep(0)
        assert begun == [0]
        gates[0].set()
        await first
        gates[1].set()
        return [await each for each in (first, *later)]

    assert asyncio.run(ask()) == [0, 1, 1, 1, 1, 1]
    assert begun == [0, 1]


def test_shared_read__a_failure_is_everybodys_and_ends_with_them() -> None:
    answers = iter([StoreUnavailable("away"), 7])

    async def read() -> object:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def ask() -> object:
        shared = SharedRead()
        with pytest.raises(StoreUnavailable, match="away"):
            await shared.get(read)
        return await shared.get(read)

    assert asyncio.run(ask()) == 7

"""DataLoaders: one query a kind and request."""

import asyncio
from typing import Any

from api.gql.batches import Batches, PageRequest
from api.gql.cursors import Position


class CountingStore:
    """Answers every key with one row, and remembers the questions."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []

    async def read(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        self.asked.append((name, parameters))
        return [{"key": key, "node": {"id": key}} for key in parameters["keys"] if key != "missing"]


def test_node__many_keys_are_one_query() -> None:
    store = CountingStore()

    async def ask() -> list[Any]:
        batches = Batches(store.read)
        return await asyncio.gather(*(batches.node("snps", key) for key in ("a", "b", "a", "missing", None)))

    found = asyncio.run(ask())
    assert [row and row["node"]["id"] for row in found] == ["a", "b", "a", None, None]
    assert store.asked == [("snps", {"keys": ["a", "b", "missing"]})]


def test_page__same_arguments_are_one_query_and_others_their_own() -> None:
    store = CountingStore()
    requests = [
        PageRequest("a", 3, None),
        PageRequest("b", 3, None),
        PageRequest("a", 3, Position(2.0, "k"), (("study_id", "godmc"),)),
    ]

    async def ask() -> list[Any]:
        batches = Batches(store.read)
        return await asyncio.gather(*(batches.page("mqtl_of_snps", request) for request in requests))

    found = asyncio.run(ask())
    assert [rows[0]["key"] for rows in found] == ["a", "b", "a"]
    assert [parameters["keys"] for _, parameters in store.asked] == [["a", "b"], ["a"]]
    assert store.asked[1][1]["after_key"] == "k"
    assert store.asked[1][1]["study_id"] == "godmc"

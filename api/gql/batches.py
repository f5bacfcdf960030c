"""DataLoaders: what one request needs of one kind is fetched by one query over ``UNWIND $keys``."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from strawberry.dataloader import DataLoader

from api.gql.cursors import Position

Row = dict[str, Any]
Read = Callable[..., Awaitable[list[Row]]]


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One page of one node's list.

    Attributes
    ----------
    key
        The node.
    limit
        Rows to read, one more than the page shows.
    after
        Place after which the page begins; None for the first.
    filters
        Further parameters of the query, sorted by name.
    """

    key: str
    limit: int
    after: Position | None
    filters: tuple[tuple[str, Any], ...] = ()

    def parameters(self) -> Row:
        """What the query is given besides the keys."""
        return {
            "limit": self.limit,
            "after_value": self.after.value if self.after else None,
            "after_key": self.after.key if self.after else None,
            **dict(self.filters),
        }


class Batches:
    """The DataLoaders of one request, made when first used.

    Parameters
    ----------
    read
        Runs a query of ``queries/graphql`` in the request's release: ``read(name, keys=..., **parameters)``.
    """

    def __init__(self, read: Read) -> None:
        self._read = read
        self._rows: dict[str, DataLoader[str, list[Row]]] = {}
        self._pages: dict[str, DataLoader[PageRequest, list[Row]]] = {}

    def rows(self, query: str, key: str) -> Awaitable[list[Row]]:
        """All rows that `query` gives for `key`."""
        if query not in self._rows:
            self._rows[query] = DataLoader(load_fn=self._load_rows(query))
        return self._rows[query].load(key)

    async def node(self, query: str, key: str | None) -> Row | None:
        """The first row that `query` gives for `key`; None where there is none."""
        rows = await self.rows(query, key) if key else []
        return rows[0] if rows else None

    def page(self, query: str, request: PageRequest) -> Awaitable[list[Row]]:
        """The rows of one page in the query's own order."""
        if query not in self._pages:
            self._pages[query] = DataLoader(load_fn=self._load_pages(query))
        return self._pages[query].load(request)

    def _load_rows(self, query: str) -> Callable[[list[str]], Awaitable[Sequence[list[Row]]]]:
        async def load(keys: list[str]) -> Sequence[list[Row]]:
            by_key = _group(await self._read(query, keys=keys))
            return [by_key[key] for key in keys]

        return load

    def _load_pages(self, query: str) -> Callable[[list[PageRequest]], Awaitable[Sequence[list[Row]]]]:
        async def load(requests: list[PageRequest]) -> Sequence[list[Row]]:
            found: dict[PageRequest, list[Row]] = {}
            for same in _with_same_arguments(requests):
                keys = [request.key for request in same]
                by_key = _group(await self._read(query, keys=keys, **same[0].parameters()))
                found |= {request: by_key[request.key] for request in same}
            return [found[request] for request in requests]

        return load


def _with_same_arguments(requests: Sequence[PageRequest]) -> list[list[PageRequest]]:
    """Requests that one query answers together: in practice all of one field."""
    groups: defaultdict[tuple[Any, ...], list[PageRequest]] = defaultdict(list)
    for request in requests:
        groups[request.limit, request.after, request.filters].append(request)
    return list(groups.values())


def _group(rows: Sequence[Row]) -> defaultdict[str, list[Row]]:
    by_key: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_key[row["key"]].append(row)
    return by_key

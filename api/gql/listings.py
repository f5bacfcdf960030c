"""Pages of edges: checks the arguments, asks the DataLoader, cuts the page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import strawberry

from api.gql.batches import PageRequest, Row
from api.gql.codes import ErrorCode
from api.gql.context import Info
from api.gql.cursors import Position, read_cursor
from api.gql.errors import QueryError, unknown_id
from api.gql.pages import Connection, Entry, check_page_size, make_connection

First = Annotated[int, strawberry.argument(description="Entries of the page, at least 1.")]
After = Annotated[str | None, strawberry.argument(description="pageInfo.endCursor of the page before.")]
RunFilter = Annotated[
    str | None, strawberry.argument(description="Show this model run's rows; null: those of the champion.")
]
MethodFilter = Annotated[
    str | None,
    strawberry.argument(description="Show the rows of this method (PinSage, hybrid) of the champion's training."),
]
MaxRank = Annotated[int | None, strawberry.argument(description="Keep ranks up to this; null keeps all.")]


@dataclass(frozen=True, slots=True)
class Listing:
    """An ordered list of the graph.

    Attributes
    ----------
    query
        Reads its pages.
    position
        Place of a row.
    is_descending
        Whether larger values come first; keys ascend always, as the query says.
    binding
        What its cursors are bound to; empty for the query's name.
    """

    query: str
    position: Callable[[Row], Position]
    is_descending: bool = False
    binding: str = ""

    def sort_key(self, row: Row) -> tuple[float, str]:
        """Orders rows as the query orders them."""
        position = self.position(row)
        return (-position.value if self.is_descending else position.value), position.key


def predicted(query: str) -> Listing:
    """Predicted edges, best rank first."""
    return Listing(query, lambda row: Position(row["edge"]["rank"], row["edge"]["edge_key"]))


def keyed(query: str, key_name: str) -> Listing:
    """Nodes in the order of the property called `key_name`."""
    return Listing(query, lambda row: Position(0.0, row["node"][key_name]))


async def predicted_filters(info: Info, *, run: str | None, method: str | None, max_rank: int | None) -> Row:
    """The parameters that every query of predicted edges takes: one run is shown, the champion where none is named.

    Raises
    ------
    QueryError
        ``BAD_ARGUMENT`` for run and method at once, ``UNKNOWN_ID`` for a method that the training has not.
    """
    release = await info.context.release()
    if method is None:
        return {"run_id": run or release.champion_run_id, "max_rank": max_rank}
    if run is not None:
        raise QueryError(
            ErrorCode.BAD_ARGUMENT, "`run` and `method` choose the same thing: give one", argument="method"
        )
    found = await info.context.batches.node("runs_by_method", method.lower())
    if found is None:
        raise unknown_id("method", method, ("PinSage", "hybrid"))
    return {"run_id": found["run_id"], "max_rank": max_rank}


async def read_page(
    info: Info,
    listing: Listing,
    key: str,
    build: Callable[[Row], Any],
    *,
    first: int,
    after: str | None,
    **filters: Any,
) -> Connection[Any]:
    """One page of a node's list.

    Parameters
    ----------
    key
        The node whose list it is.
    build
        Makes the GraphQL object of a row.
    filters
        Further parameters of the query.

    Raises
    ------
    QueryError
        ``BAD_ARGUMENT`` for the page size, or what the cursor deserves.
    """
    context = info.context
    check_page_size(first, context.limits.page)
    release = await context.loaded_release()
    binding = listing.binding or listing.query
    place = read_cursor(after, release=release.number, listing=binding) if after else None
    request = PageRequest(key, first + 1, place, tuple(sorted(filters.items())))
    rows = sorted(await context.batches.page(listing.query, request), key=listing.sort_key)
    return make_connection(
        [Entry(listing.position(row), build(row)) for row in rows],
        first=first,
        release=release.number,
        listing=binding,
        is_continued=place is not None,
    )

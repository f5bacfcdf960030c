"""Relay connections: a page of an ordered list, with the cursor after which the next page begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import strawberry

from api.gql.codes import ErrorCode
from api.gql.cursors import Position, write_cursor
from api.gql.errors import QueryError

DEFAULT_PAGE = 25
"""Entries of a page when the caller names no size; shown in the schema."""

ItemT = TypeVar("ItemT")


@strawberry.type(description="Where a page begins and ends, and whether more follows.")
class PageInfo:
    """Relay's PageInfo; lists are read forwards only."""

    has_next_page: bool = strawberry.field(description="True when entries follow after endCursor.")
    has_previous_page: bool = strawberry.field(description="True when the page was asked for with `after`.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first entry.")
    end_cursor: str | None = strawberry.field(description="Pass it as `after` to read on, within the same release.")


@strawberry.type(description="An entry of a list with its cursor.")
class Edge(Generic[ItemT]):
    """Relay's edge."""

    cursor: str
    node: ItemT


@strawberry.type(description="A page of a list whose order is fixed within one release.")
class Connection(Generic[ItemT]):
    """Relay's connection."""

    edges: list[Edge[ItemT]]
    nodes: list[ItemT]
    page_info: PageInfo


@dataclass(frozen=True, slots=True)
class Entry(Generic[ItemT]):
    """An entry before it is paged: its place and its value."""

    position: Position
    item: ItemT


def check_page_size(first: int, limit: int) -> int:
    """Return `first` when it may be asked for.

    Raises
    ------
    QueryError
        ``BAD_ARGUMENT`` for a size below 1 or above the limit.
    """
    if not 1 <= first <= limit:
        raise QueryError(ErrorCode.BAD_ARGUMENT, f"`first` must be 1 to {limit}, not {first}", argument="first")
    return first


def make_connection(
    entries: Sequence[Entry[Any]], *, first: int, release: int, listing: str, is_continued: bool
) -> Connection[Any]:
    """Cut a page out of entries that were read one beyond the page's end.

    Parameters
    ----------
    entries
        At most ``first + 1`` entries in order.
    first
        Page size.
    release, listing
        What the cursors are bound to.
    is_continued
        True when the page began after a cursor.
    """
    edges = [Edge(cursor=write_cursor(release, listing, entry.position), node=entry.item) for entry in entries[:first]]
    info = PageInfo(
        has_next_page=len(entries) > first,
        has_previous_page=is_continued,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    return Connection(edges=edges, nodes=[edge.node for edge in edges], page_info=info)

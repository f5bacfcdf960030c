"""Lists of measured edges as fields: one resolver for all of them, with the arguments that each can take."""

import inspect
from collections.abc import Callable, Collection
from enum import Enum
from typing import Annotated, Any

import strawberry

from api.gql.batches import Row
from api.gql.context import Info
from api.gql.cursors import Position
from api.gql.facets import FacetedConnection, add_facets, read_counts
from api.gql.filters import (
    BiotypeFilter,
    BuildFilter,
    CisTransFilter,
    MinNegLog10P,
    PMax,
    PText,
    RegionFilter,
    StudyFilter,
    TissueFilter,
    Wanted,
    read_filters,
)
from api.gql.listings import After, First, Listing, read_page
from api.gql.pages import DEFAULT_PAGE


@strawberry.enum(description="What a list of measured edges is ordered by; ties by edge id.")
class EdgeOrder(Enum):
    """The ordering value of a row."""

    P = strawberry.enum_value("P", description="Smallest p first.")
    POSITION = strawberry.enum_value(
        "POSITION", description="By chromosome and position of what `region` asks about; without a place last."
    )
    ID = strawberry.enum_value("ID", description="By edge id alone.")


EdgeOrderBy = Annotated[EdgeOrder, strawberry.argument(description="Order of the list.")]

PLACED = ("region", "build")
QTL = ("cis_trans", *PLACED)
"""What a list can be filtered by beyond study, tissue and p."""


def ordered_edges(query: str, order: EdgeOrder) -> Listing:
    """Measured edges in one of their orders; a cursor is bound to it."""
    return Listing(query, position_of_edge, binding=f"{query}:{order.value}")


def position_of_edge(row: Row) -> Position:
    """Place of a row with ``value`` and ``edge``."""
    return Position(row["value"], row["edge"]["edge_key"])


async def read_measured(  # noqa: PLR0913 (what a page is made of)
    info: Info,
    query: str,
    key: str,
    build: Callable[[Row], Any],
    *,
    first: int,
    after: str | None,
    order: EdgeOrder,
    filters: Row,
) -> FacetedConnection[Any]:
    """One page of a node's measured edges, with the facets of the whole list.

    Parameters
    ----------
    query
        Reads pages; ``facets_`` and its name counts.
    filters
        Of :func:`api.gql.filters.read_filters`.
    """
    listing = ordered_edges(query, order)
    page = await read_page(info, listing, key, build, first=first, after=after, **filters, order=str(order.value))
    return add_facets(page, lambda: read_counts(info, f"facets_{query}", key, filters))


def measured_field(
    query: str, node_key: str, make: Callable[[Row], Any], description: str, *, takes: Collection[str] = ()
) -> Any:
    """A field that lists measured edges of its object.

    Parameters
    ----------
    query
        As in :func:`read_measured`.
    node_key
        Attribute of the object that holds its key.
    make
        Makes the GraphQL object of a row.
    takes
        Which of cis_trans, region, build and biotype the list can be filtered by.
    """

    async def resolve(  # noqa: PLR0913, PLR0917 (one argument a filter)
        self: Any,
        info: Info,
        first: First = DEFAULT_PAGE,
        after: After = None,
        study: StudyFilter = None,
        tissue: TissueFilter = None,
        p_max: PMax = 1.0,
        p: PText = None,
        min_neg_log10_p: MinNegLog10P = 0.0,
        cis_trans: CisTransFilter = None,
        region: RegionFilter = None,
        build: BuildFilter = None,
        biotype: BiotypeFilter = None,
        order_by: EdgeOrderBy = EdgeOrder.P,
    ) -> Any:
        wanted = Wanted(study, tissue, p_max, p, min_neg_log10_p, cis_trans, region, build, biotype)
        filters = await read_filters(info, wanted)
        key = getattr(self, node_key)
        return await read_measured(info, query, key, make, first=first, after=after, order=order_by, filters=filters)

    left_out = {"cis_trans", "region", "build", "biotype"} - {*takes}
    return strawberry.field(resolver=without_arguments(resolve, left_out), description=description)


def without_arguments(resolve: Callable[..., Any], names: Collection[str]) -> Callable[..., Any]:
    """The resolver with fewer arguments (their defaults hold), and the type that its field declares."""
    signature = inspect.signature(resolve)
    kept = [parameter for name, parameter in signature.parameters.items() if name not in names]
    resolve.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=kept, return_annotation=inspect.Signature.empty
    )
    return resolve

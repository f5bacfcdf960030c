"""Facets: how many entries of a list there are of each study, tissue, place and biotype, under the list's filters."""

# mypy: disable-error-code="untyped-decorator, no-any-return"
# strawberry.field types its decorated form as Any.

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Generic

import strawberry

from api.gql.batches import PageRequest, Row
from api.gql.context import Info
from api.gql.pages import Connection, Edge, ItemT, PageInfo

_LETTERED = {"X": 23, "Y": 24, "MT": 25}

Count = Callable[[], Awaitable[Sequence[Row]]]


@strawberry.type(description="How many entries have a value.")
class FacetCount:
    """A value with its count."""

    value: str | None = strawberry.field(description="Null for entries without one.")
    count: int


@strawberry.type(
    description="Counts of everything that passes the list's filters, whatever the page; a kind that the list does "
    "not know is empty."
)
class Facets:
    """Counts by kind."""

    total: int
    studies: list[FacetCount] = strawberry.field(description="By study id, largest first.")
    tissues: list[FacetCount] = strawberry.field(description="By the studies' tissues, largest first.")
    cis_trans: list[FacetCount] = strawberry.field(description="cis, trans and unknown.")
    chromosomes: list[FacetCount] = strawberry.field(
        description="Of the place that `region` asks about, in the genome's order."
    )
    biotypes: list[FacetCount] = strawberry.field(description="Of the genes, largest first.")


@strawberry.type(name="Connection", description="A page of a list whose order is fixed within one release.")
class FacetedConnection(Generic[ItemT]):
    """Relay's connection, with the facets of its list."""

    edges: list[Edge[ItemT]]
    nodes: list[ItemT]
    page_info: PageInfo
    count: strawberry.Private[Count]

    @strawberry.field(description="Counts of the whole list; they are not cut by `first` and `after`.")
    async def facets(self, info: Info) -> Facets:
        """Counts under the list's filters."""
        return await count_facets(info, await self.count())


def add_facets(page: Connection[Any], count: Count) -> FacetedConnection[Any]:
    """The same page with facets, counted when they are asked for."""
    return FacetedConnection(edges=page.edges, nodes=page.nodes, page_info=page.page_info, count=count)


async def read_counts(info: Info, query: str, key: str, filters: Row) -> Sequence[Row]:
    """Rows of a facet query for one node, through its DataLoader."""
    request = PageRequest(key, 0, None, tuple(sorted(filters.items())))
    return await info.context.batches.page(query, request)


async def count_facets(info: Info, rows: Sequence[Row]) -> Facets:
    """Facets of rows with ``study_id``, ``cis_trans``, ``chromosome``, ``biotype`` and their number ``n``."""
    by_study = _count(rows, "study_id")
    studies = [study for study in by_study if study is not None]
    found = await info.context.load_nodes("Study", studies)
    tissue_of = {study: node.tissue if node else None for study, node in zip(studies, found, strict=True)}
    tissues: Counter[str | None] = Counter()
    for study in studies:
        tissues[tissue_of[study]] += by_study[study]
    return Facets(
        total=sum(row["n"] for row in rows),
        studies=_listed(by_study) if studies else [],
        tissues=_listed(tissues),
        cis_trans=_listed(_count(rows, "cis_trans")) if _knows(rows, "cis_trans") else [],
        chromosomes=_in_genome_order(_count(rows, "chromosome")) if _knows(rows, "chromosome") else [],
        biotypes=_listed(_count(rows, "biotype")) if _knows(rows, "biotype") else [],
    )


def _count(rows: Iterable[Row], name: str) -> Counter[str | None]:
    counts: Counter[str | None] = Counter()
    for row in rows:
        counts[row[name]] += row["n"]
    return counts


def _knows(rows: Iterable[Row], name: str) -> bool:
    return any(row[name] is not None for row in rows)


def _listed(counts: Counter[str | None]) -> list[FacetCount]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0] is None, item[0] or ""))
    return [FacetCount(value=value, count=count) for value, count in ordered]


def _in_genome_order(counts: Counter[str | None]) -> list[FacetCount]:
    ordered = sorted(counts.items(), key=lambda item: _rank(item[0]))
    return [FacetCount(value=value, count=count) for value, count in ordered]


def _rank(chromosome: str | None) -> tuple[int, str]:
    """Place of a canonical chromosome in the genome; what has none comes last."""
    name = chromosome or ""
    return (int(name) if name.isdecimal() else _LETTERED.get(name, 99)), name

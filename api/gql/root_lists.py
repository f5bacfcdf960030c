"""Root fields that list what the release holds: nodes of a region, and measured edges whatever their ends."""

from enum import Enum
from typing import Annotated, Any

import strawberry

from api.gql.batches import PageRequest, Row
from api.gql.codes import ErrorCode
from api.gql.context import Info
from api.gql.cursors import Position, read_cursor
from api.gql.errors import QueryError
from api.gql.evidence import (
    Association,
    Eqtl,
    LazyCpG,
    LazyGene,
    LazySnp,
    LazyTrait,
    Mqtl,
    PredictedAssociation,
    build_association,
    build_eqtl,
    build_mqtl,
    build_prediction,
)
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
    read_region,
)
from api.gql.listings import (
    After,
    First,
    Listing,
    MaxRank,
    MethodFilter,
    RunFilter,
    keyed,
    predicted,
    predicted_filters,
    read_page,
)
from api.gql.measured import EdgeOrder, EdgeOrderBy, position_of_edge
from api.gql.pages import DEFAULT_PAGE, Connection, Entry, check_page_size, make_connection

WHOLE = "current"
"""The one key of a list of the whole release."""

_MAKERS = {"mqtl": build_mqtl, "eqtl": build_eqtl, "associations": build_association}


@strawberry.enum(description="What a list of nodes is ordered by.")
class NodeOrder(Enum):
    """The ordering value of a node."""

    POSITION = strawberry.enum_value("POSITION", description="By position; needs a region.")
    ID = strawberry.enum_value("ID", description="By id.")


@strawberry.enum(description="Which kind of QTL.")
class QtlKind(Enum):
    """The kind of an edge."""

    MQTL = strawberry.enum_value("mqtl", description="With methylation of a CpG.")
    EQTL = strawberry.enum_value("eqtl", description="With expression of a gene.")


Qtl = Annotated[
    Mqtl | Eqtl,
    strawberry.union("Qtl", description="Methylation or expression; what both have is under `... on Evidence`."),
]
NodeOrderBy = Annotated[
    NodeOrder | None, strawberry.argument(description="Order; null: by position in a region, else by id.")
]


async def resolve_snps(
    info: Info,
    first: First = DEFAULT_PAGE,
    after: After = None,
    region: RegionFilter = None,
    build: BuildFilter = None,
    order_by: NodeOrderBy = None,
) -> FacetedConnection[LazySnp] | None:
    """SNPs with evidence, a page."""
    place = await read_region(info, region, build)
    return await _read_nodes(info, "SNP", "key", first=first, after=after, order=order_by, filters=place)


async def resolve_cpgs(
    info: Info,
    first: First = DEFAULT_PAGE,
    after: After = None,
    region: RegionFilter = None,
    build: BuildFilter = None,
    order_by: NodeOrderBy = None,
) -> FacetedConnection[LazyCpG] | None:
    """CpGs, a page."""
    place = await read_region(info, region, build)
    return await _read_nodes(info, "CpG", "cpg_id", first=first, after=after, order=order_by, filters=place)


async def resolve_genes(  # noqa: PLR0913, PLR0917 (one argument a filter)
    info: Info,
    first: First = DEFAULT_PAGE,
    after: After = None,
    region: RegionFilter = None,
    build: BuildFilter = None,
    biotype: BiotypeFilter = None,
    order_by: NodeOrderBy = None,
) -> FacetedConnection[LazyGene] | None:
    """Genes, a page."""
    filters = {**await read_region(info, region, build), "biotype": biotype}
    return await _read_nodes(info, "Gene", "gene_id", first=first, after=after, order=order_by, filters=filters)


async def resolve_traits(info: Info, first: First = DEFAULT_PAGE, after: After = None) -> Connection[LazyTrait] | None:
    """Traits, a page."""
    make = info.context.desk.kinds["Trait"].build
    return await read_page(info, keyed("traits_by_id", "trait_id"), WHOLE, make, first=first, after=after)


async def resolve_associations(  # noqa: PLR0913, PLR0917 (one argument a filter)
    info: Info,
    first: First = DEFAULT_PAGE,
    after: After = None,
    study: StudyFilter = None,
    tissue: TissueFilter = None,
    p_max: PMax = 1.0,
    p: PText = None,
    min_neg_log10_p: MinNegLog10P = 0.0,
    region: RegionFilter = None,
    build: BuildFilter = None,
    order_by: EdgeOrderBy = EdgeOrder.ID,
) -> FacetedConnection[Association] | None:
    """ASSOCIATED_WITH edges, a page."""
    wanted = Wanted(study, tissue, p_max, p, min_neg_log10_p, None, region, build)
    return await _read_edges(info, ("associations",), wanted, first=first, after=after, order=order_by)


async def resolve_qtls(  # noqa: PLR0913, PLR0917 (one argument a filter)
    info: Info,
    first: First = DEFAULT_PAGE,
    after: After = None,
    kind: Annotated[QtlKind | None, strawberry.argument(description="Keep this kind; null keeps both.")] = None,
    study: StudyFilter = None,
    tissue: TissueFilter = None,
    p_max: PMax = 1.0,
    p: PText = None,
    min_neg_log10_p: MinNegLog10P = 0.0,
    cis_trans: CisTransFilter = None,
    region: RegionFilter = None,
    build: BuildFilter = None,
    biotype: BiotypeFilter = None,
    order_by: EdgeOrderBy = EdgeOrder.ID,
) -> FacetedConnection[Qtl] | None:
    """MQTL and EQTL edges in one order, a page."""
    wanted = Wanted(study, tissue, p_max, p, min_neg_log10_p, cis_trans, region, build, biotype)
    kinds: tuple[str, ...] = ("mqtl", "eqtl") if kind is None else (str(kind.value),)
    if biotype is not None:
        kinds = tuple(name for name in kinds if name == "eqtl")
    return await _read_edges(info, kinds, wanted, first=first, after=after, order=order_by)


async def resolve_predictions(
    info: Info,
    first: First = DEFAULT_PAGE,
    after: After = None,
    run: RunFilter = None,
    max_rank: MaxRank = None,
    method: MethodFilter = None,
) -> Connection[PredictedAssociation] | None:
    """PREDICTED_ASSOCIATION edges of one run, a page."""
    filters = await predicted_filters(info, run=run, method=method, max_rank=max_rank)
    chosen = filters.pop("run_id") or ""
    listing = predicted("predictions_of_runs")
    return await read_page(info, listing, chosen, build_prediction, first=first, after=after, **filters)


async def _read_nodes(  # noqa: PLR0913 (what a page is made of)
    info: Info, label: str, key_name: str, *, first: int, after: str | None, order: NodeOrder | None, filters: Row
) -> FacetedConnection[Any]:
    kinds = {"SNP": "snps", "CpG": "cpgs", "Gene": "genes"}
    is_region = filters["chromosome"] is not None
    chosen = order or (NodeOrder.POSITION if is_region else NodeOrder.ID)
    if chosen is NodeOrder.POSITION and not is_region:
        message = "`orderBy: POSITION` needs a `region`: without one every node would be sorted for each page"
        raise QueryError(ErrorCode.BAD_ARGUMENT, message, argument="orderBy")
    query = f"{kinds[label]}_in_region" if is_region else f"{kinds[label]}_by_id"
    facets = f"facets_{kinds[label]}_in_region" if is_region else f"facets_all_{kinds[label]}"
    listing = Listing(
        query, lambda row: Position(row["value"], row["node"][key_name]), binding=f"{query}:{chosen.value}"
    )
    make = info.context.desk.kinds[label].build
    order_value = str(chosen.value)
    page = await read_page(info, listing, WHOLE, make, first=first, after=after, **filters, order=order_value)
    return add_facets(page, lambda: _counts(info, (facets,), filters))


async def _read_edges(
    info: Info, kinds: tuple[str, ...], wanted: Wanted, *, first: int, after: str | None, order: EdgeOrder
) -> FacetedConnection[Any]:
    """A page of edges of one or two kinds, each read by its own query and merged in one order."""
    check_page_size(first, info.context.limits.page)
    release = await info.context.loaded_release()
    filters = await read_filters(info, wanted)
    binding = f"{'+'.join(kinds)}:{order.value}"
    place = read_cursor(after, release=release.number, listing=binding) if after else None
    ways = {kind: _way(kind, order, is_region=wanted.region is not None) for kind in kinds}
    asked = tuple(sorted({**filters, "order": str(order.value)}.items()))
    entries = []
    for kind in kinds:
        rows = await info.context.batches.page(ways[kind][0], PageRequest(WHOLE, first + 1, place, asked))
        entries += [Entry(position_of_edge(row), _MAKERS[kind](row)) for row in rows]
    entries.sort(key=lambda entry: (entry.position.value, entry.position.key))
    page = make_connection(
        entries[: first + 1], first=first, release=release.number, listing=binding, is_continued=place is not None
    )
    return add_facets(page, lambda: _counts(info, tuple(ways[kind][1] for kind in kinds), filters))


def _way(kind: str, order: EdgeOrder, *, is_region: bool) -> tuple[str, str]:
    """The query of pages and the query of facets: by the places' index, by the ids' index, or over everything."""
    if is_region:
        return f"{kind}_in_region", f"facets_{kind}_in_region"
    return (f"{kind}_by_id" if order is EdgeOrder.ID else f"all_{kind}"), f"facets_all_{kind}"


async def _counts(info: Info, queries: tuple[str, ...], filters: Row) -> list[Row]:
    """Rows of facets of the whole release, counted once for it."""
    release = await info.context.release()

    async def count() -> list[Row]:
        return [row for query in queries for row in await read_counts(info, query, WHOLE, filters)]

    key = ("facets", release.number, queries, tuple(sorted(filters.items())))
    rows: list[Row] = await info.context.desk.remembered.get(key, count)
    return rows

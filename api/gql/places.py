"""GraphQL types of places: LD blocks, functional categories, the genes nearby."""

# mypy: disable-error-code="untyped-decorator, no-any-return"
# strawberry.field types its decorated form as Any, and a DataLoader gives whatever the node's kind builds.

from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from api.gql.batches import Row
from api.gql.building import build_object
from api.gql.context import Info
from api.gql.enrichment import (
    Enrichment,
    EnrichmentOrder,
    ModelFilter,
    OrderBy,
    build_enrichment,
    enriched,
    enrichment_filters,
)
from api.gql.facets import FacetedConnection, add_facets, read_counts
from api.gql.listings import After, First, keyed, read_page
from api.gql.nearby import AnnotationMembership, build_membership, memberships
from api.gql.pages import DEFAULT_PAGE, Connection
from api.gql.provenance import Study

if TYPE_CHECKING:
    from api.gql.molecules import CpG, Gene
    from api.gql.variants import Snp

LazySnp = Annotated["Snp", strawberry.lazy("api.gql.variants")]
LazyCpG = Annotated["CpG", strawberry.lazy("api.gql.molecules")]
LazyGene = Annotated["Gene", strawberry.lazy("api.gql.molecules")]


@strawberry.type(name="LDBlock", description="An approximately independent block of linkage disequilibrium.")
class LdBlock:
    """A block."""

    block_id: strawberry.Private[str]
    chromosome: str | None
    build: str | None
    start_bp: int | None = strawberry.field(description="1-based first base.")
    end_bp: int | None = strawberry.field(description="1-based last base.")
    is_pseudo: bool | None = strawberry.field(description="True for a 2-Mb window outside every published block.")
    study_id: strawberry.Private[str | None]

    @strawberry.field(description="build:chromosome:start-end")
    def id(self) -> strawberry.ID:
        """Block id."""
        return strawberry.ID(self.block_id)

    @strawberry.field(description="The study it comes from.")
    async def study(self, info: Info) -> Study | None:
        """Study, through its DataLoader."""
        return await info.context.load_node("Study", self.study_id)

    @strawberry.field(description="SNPs with evidence in it, by id.")
    async def snps(self, info: Info, first: First = DEFAULT_PAGE, after: After = None) -> FacetedConnection[LazySnp]:
        """IN_LD_BLOCK edges of SNPs, a page."""
        return await _read_inside(info, "SNP", "snps_of_blocks", self.block_id, first=first, after=after)

    @strawberry.field(description="CpGs in it, by id.")
    async def cpgs(self, info: Info, first: First = DEFAULT_PAGE, after: After = None) -> FacetedConnection[LazyCpG]:
        """IN_LD_BLOCK edges of CpGs, a page."""
        return await _read_inside(info, "CpG", "cpgs_of_blocks", self.block_id, first=first, after=after)


@strawberry.type(description="One of the three nearest genes within 500 kb.")
class NearbyGene:
    """A NEAR edge."""

    gene_id: strawberry.Private[str]
    study_id: strawberry.Private[str]
    distance_bp: int = strawberry.field(description="Distance to the gene's body; 0 inside it.")
    rank: int = strawberry.field(description="1 for the nearest.")

    @strawberry.field(description="The gene table that places the gene.")
    async def study(self, info: Info) -> Study | None:
        """Study, through its DataLoader."""
        return await info.context.load_node("Study", self.study_id)

    @strawberry.field(description="The gene.")
    async def gene(self, info: Info) -> LazyGene | None:
        """Gene, through its DataLoader."""
        return await info.context.load_node("Gene", self.gene_id)


@strawberry.type(description="A functional category: a set of intervals of the genome.")
class Annotation:
    """A category."""

    annotation_id: strawberry.Private[str]
    study_id: strawberry.Private[str]
    name: str
    tissue: str | None
    build: str | None
    n_intervals: int | None
    covered_bp: int | None = strawberry.field(description="Bases covered, overlaps counted once.")

    @strawberry.field(description="study/name")
    def id(self) -> strawberry.ID:
        """Annotation id."""
        return strawberry.ID(self.annotation_id)

    @strawberry.field(description="The study it comes from.")
    async def study(self, info: Info) -> Study | None:
        """Study, through its DataLoader."""
        return await info.context.load_node("Study", self.study_id)

    @strawberry.field(description="SNPs inside its intervals, by id.")
    async def snps(self, info: Info, first: First = DEFAULT_PAGE, after: After = None) -> FacetedConnection[LazySnp]:
        """SNPs of the category, a page."""
        return await _read_inside(info, "SNP", "snps_of_annotations", self.annotation_id, first=first, after=after)

    @strawberry.field(description="SNPs of the category with their values, by the SNP's id.")
    async def memberships(
        self, info: Info, first: First = DEFAULT_PAGE, after: After = None
    ) -> Connection[AnnotationMembership]:
        """IN_ANNOTATION edges, a page."""
        listing = memberships("memberships_of_annotations", "source")
        return await read_page(info, listing, self.annotation_id, build_membership, first=first, after=after)

    @strawberry.field(description="Traits with their heritability in the category, as orderBy says.")
    async def enriched_traits(
        self,
        info: Info,
        first: First = DEFAULT_PAGE,
        after: After = None,
        model: ModelFilter = None,
        order_by: OrderBy = EnrichmentOrder.ENRICHMENT_P,
    ) -> Connection[Enrichment]:
        """ENRICHED_IN edges, a page."""
        filters = enrichment_filters(order_by, model)
        listing = enriched("enrichments_of_annotations", order_by)
        return await read_page(info, listing, self.annotation_id, build_enrichment, first=first, after=after, **filters)


def build_ld_block(row: Row) -> LdBlock:
    """A block of a row with ``node``."""
    return build_object(LdBlock, row["node"])


def build_annotation(row: Row) -> Annotation:
    """A category of a row with ``node``."""
    return build_object(Annotation, row["node"])


async def load_nearby_genes(info: Info, query: str, key: str) -> list[NearbyGene]:
    """Nearest genes of one place; where several gene tables are loaded, each gene once."""
    rows = await info.context.batches.rows(query, key)
    nearest = {row["target"]: row for row in reversed(rows)}
    ordered = sorted(nearest.values(), key=lambda row: (row["rank"], row["target"]))
    return [
        NearbyGene(gene_id=row["target"], study_id=row["study_id"], distance_bp=row["distance_bp"], rank=row["rank"])
        for row in ordered
    ]


async def _read_inside(
    info: Info, label: str, query: str, key: str, *, first: int, after: str | None
) -> FacetedConnection[Any]:
    """A page of the nodes of one kind inside a block or a category, by id."""
    listing = keyed(query, {"SNP": "key", "CpG": "cpg_id"}[label])
    page = await read_page(info, listing, key, info.context.desk.kinds[label].build, first=first, after=after)
    return add_facets(page, lambda: read_counts(info, f"facets_{query}", key, {}))

"""The GraphQL types of what SNPs act on: CpGs and genes."""

# mypy: disable-error-code="untyped-decorator, no-any-return"
# strawberry.field types its decorated form as Any, and a DataLoader gives whatever the node's kind builds.

import strawberry

from api.gql.batches import Row
from api.gql.building import build_object
from api.gql.context import Info
from api.gql.evidence import (
    Eqtl,
    Eqtm,
    Mqtl,
    PredictedAssociation,
    build_eqtl,
    build_eqtm,
    build_mqtl,
    build_prediction,
)
from api.gql.facets import FacetedConnection
from api.gql.listings import After, First, MaxRank, MethodFilter, RunFilter, predicted, predicted_filters, read_page
from api.gql.measured import PLACED, QTL, measured_field
from api.gql.nearby import NearbyCpG, NearbySnp, build_nearby_cpg, build_nearby_snp, nearby
from api.gql.pages import DEFAULT_PAGE, Connection
from api.gql.places import LdBlock, NearbyGene, build_ld_block, load_nearby_genes


@strawberry.type(description="A methylation site measured by an array.")
class CpG:
    """A CpG."""

    cpg_id: strawberry.Private[str]
    chromosome: str | None
    build: str | None = strawberry.field(description="Genome build of the position.")
    position_bp: int | None = strawberry.field(description="1-based position in the build.")
    strand: str | None
    island: str | None
    island_relation: str | None = strawberry.field(description="Island, N_Shore, S_Shore, N_Shelf, S_Shelf, OpenSea.")
    snp_in_probe: str | None = strawberry.field(description="A SNP under the probe: a known source of false mQTL.")
    array: str | None

    @strawberry.field(description="Illumina probe id.")
    def id(self) -> strawberry.ID:
        """CpG id."""
        return strawberry.ID(self.cpg_id)

    mqtl: FacetedConnection[Mqtl] = measured_field(
        "mqtl_of_cpgs",
        "cpg_id",
        build_mqtl,
        "Measured associations of SNPs with its methylation, strongest first.",
        takes=QTL,
    )
    eqtm: FacetedConnection[Eqtm] = measured_field(
        "eqtm_of_cpgs",
        "cpg_id",
        build_eqtm,
        "Measured associations of its methylation with expression, strongest first.",
        takes=(*PLACED, "biotype"),
    )

    @strawberry.field(description="Predicted, not measured: best rank first.")
    async def predicted_associations(
        self,
        info: Info,
        first: First = DEFAULT_PAGE,
        after: After = None,
        run: RunFilter = None,
        max_rank: MaxRank = None,
        method: MethodFilter = None,
    ) -> Connection[PredictedAssociation]:
        """PREDICTED_ASSOCIATION edges, a page."""
        filters = await predicted_filters(info, run=run, method=method, max_rank=max_rank)
        return await read_page(
            info, predicted("predictions_of_cpgs"), self.cpg_id, build_prediction, first=first, after=after, **filters
        )

    @strawberry.field(description="The three nearest genes within 500 kb.")
    async def nearest_genes(self, info: Info) -> list[NearbyGene]:
        """NEAR edges."""
        return await load_nearby_genes(info, "genes_near_cpgs", self.cpg_id)

    @strawberry.field(description="Its LD block.")
    async def ld_block(self, info: Info) -> LdBlock | None:
        """IN_LD_BLOCK edge."""
        row = await info.context.batches.node("blocks_of_cpgs", self.cpg_id)
        return build_ld_block(row) if row else None


@strawberry.type(description="An Ensembl gene.")
class Gene:
    """A gene."""

    gene_id: strawberry.Private[str]
    symbol: str | None
    chromosome: str | None
    build: str | None = strawberry.field(description="Genome build of the positions.")
    start_bp: int | None = strawberry.field(description="1-based first base.")
    end_bp: int | None = strawberry.field(description="1-based last base.")
    tss_bp: int | None = strawberry.field(description="Transcription start: startBp on +, endBp on -.")
    strand: str | None
    biotype: str | None
    description: str | None

    @strawberry.field(description="Ensembl id without version.")
    def id(self) -> strawberry.ID:
        """Gene id."""
        return strawberry.ID(self.gene_id)

    eqtl: FacetedConnection[Eqtl] = measured_field(
        "eqtl_of_genes",
        "gene_id",
        build_eqtl,
        "Measured associations of SNPs with its expression, strongest first.",
        takes=QTL,
    )
    eqtm: FacetedConnection[Eqtm] = measured_field(
        "eqtm_of_genes",
        "gene_id",
        build_eqtm,
        "Measured associations of CpGs with its expression, strongest first.",
        takes=PLACED,
    )

    @strawberry.field(description="Predicted, not measured: best rank first.")
    async def predicted_associations(
        self,
        info: Info,
        first: First = DEFAULT_PAGE,
        after: After = None,
        run: RunFilter = None,
        max_rank: MaxRank = None,
        method: MethodFilter = None,
    ) -> Connection[PredictedAssociation]:
        """PREDICTED_ASSOCIATION edges, a page."""
        filters = await predicted_filters(info, run=run, method=method, max_rank=max_rank)
        listing = predicted("predictions_of_genes")
        return await read_page(info, listing, self.gene_id, build_prediction, first=first, after=after, **filters)

    @strawberry.field(description="SNPs to which it is one of the three nearest genes within 500 kb, by distance.")
    async def nearby_snps(self, info: Info, first: First = DEFAULT_PAGE, after: After = None) -> Connection[NearbySnp]:
        """NEAR edges of SNPs, a page."""
        listing = nearby("snps_near_genes")
        return await read_page(info, listing, self.gene_id, build_nearby_snp, first=first, after=after)

    @strawberry.field(description="CpGs to which it is one of the three nearest genes within 500 kb, by distance.")
    async def nearby_cpgs(self, info: Info, first: First = DEFAULT_PAGE, after: After = None) -> Connection[NearbyCpG]:
        """NEAR edges of CpGs, a page."""
        listing = nearby("cpgs_near_genes")
        return await read_page(info, listing, self.gene_id, build_nearby_cpg, first=first, after=after)


def build_cpg(row: Row) -> CpG:
    """A CpG of a row with ``node``."""
    return build_object(CpG, row["node"])


def build_gene(row: Row) -> Gene:
    """A gene of a row with ``node``."""
    return build_object(Gene, row["node"])

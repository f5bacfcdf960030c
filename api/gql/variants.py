"""The GraphQL type of a SNP and its edges."""

# mypy: disable-error-code="untyped-decorator, no-any-return"
# strawberry.field types its decorated form as Any, and a DataLoader gives whatever the node's kind builds.

import strawberry

from api.gql.batches import Row
from api.gql.building import build_object
from api.gql.context import Info
from api.gql.evidence import (
    Association,
    Eqtl,
    Mqtl,
    PredictedAssociation,
    build_association,
    build_eqtl,
    build_mqtl,
    build_prediction,
)
from api.gql.facets import FacetedConnection
from api.gql.heritability import ExpectedHeritability, read_expected_heritability, read_ld_score
from api.gql.linkage import LdPartner, MinRSquared, read_ld_partners
from api.gql.listings import (
    After,
    First,
    MaxRank,
    MethodFilter,
    RunFilter,
    keyed,
    predicted,
    predicted_filters,
    read_page,
)
from api.gql.measured import QTL, measured_field
from api.gql.mixed_model_results import MixedModelResult, TraitFilter, read_mixed_model_results
from api.gql.nearby import AnnotationMembership, build_membership, memberships
from api.gql.pages import DEFAULT_PAGE, Connection
from api.gql.places import Annotation, LdBlock, NearbyGene, build_annotation, build_ld_block, load_nearby_genes
from api.gql.provenance import ModelRun


@strawberry.type(name="SNP", description="A variant: one place and one pair of alleles, or an rsid nothing can place.")
class Snp:
    """A SNP with evidence in the current release."""

    key: strawberry.Private[str]
    rsids: list[str] = strawberry.field(description="rsids known for the variant.")
    chromosome: str | None
    build: str | None = strawberry.field(description="Genome build of the position.")
    position_bp: int | None = strawberry.field(description="1-based position in the build.")
    allele_1: str | None = strawberry.field(name="allele1", description="Aligned effects refer to it.")
    allele_2: str | None = strawberry.field(name="allele2")
    flags: list[str] = strawberry.field(description="What was noticed, such as multi_variant_rsid or unplaced.")
    reported_ld_score: float | None = strawberry.field(description="Sum of r², as a positions source reports it.")
    node_properties: strawberry.Private[Row]
    minor_allele_frequency: float | None
    reference_allele_frequency: float | None = strawberry.field(description="Frequency of allele1 in an LD panel.")
    place_source: str | None = strawberry.field(description="Positions study that placed it; null when its rows did.")

    @strawberry.field(description="build:chromosome:position:allele:allele, else the rsid.")
    def id(self) -> strawberry.ID:
        """SNP key."""
        return strawberry.ID(self.key)

    mqtl: FacetedConnection[Mqtl] = measured_field(
        "mqtl_of_snps", "key", build_mqtl, "Measured associations with methylation, strongest first.", takes=QTL
    )
    eqtl: FacetedConnection[Eqtl] = measured_field(
        "eqtl_of_snps",
        "key",
        build_eqtl,
        "Measured associations with expression, strongest first.",
        takes=(*QTL, "biotype"),
    )
    associations: FacetedConnection[Association] = measured_field(
        "associations_of_snps", "key", build_association, "Measured associations with traits, strongest first."
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
            info, predicted("predictions_of_snps"), self.key, build_prediction, first=first, after=after, **filters
        )

    @strawberry.field(description="Functional categories that it lies in, by id.")
    async def annotations(self, info: Info, first: First = DEFAULT_PAGE, after: After = None) -> Connection[Annotation]:
        """Categories, a page."""
        listing = keyed("annotations_of_snps", "annotation_id")
        return await read_page(info, listing, self.key, build_annotation, first=first, after=after)

    @strawberry.field(description="The same with its value in each, where the category has values.")
    async def annotation_memberships(
        self, info: Info, first: First = DEFAULT_PAGE, after: After = None
    ) -> Connection[AnnotationMembership]:
        """IN_ANNOTATION edges, a page."""
        listing = memberships("memberships_of_snps", "target")
        return await read_page(info, listing, self.key, build_membership, first=first, after=after)

    @strawberry.field(description="The three nearest genes within 500 kb.")
    async def nearest_genes(self, info: Info) -> list[NearbyGene]:
        """NEAR edges."""
        return await load_nearby_genes(info, "genes_near_snps", self.key)

    @strawberry.field(description="Its LD block.")
    async def ld_block(self, info: Info) -> LdBlock | None:
        """IN_LD_BLOCK edge."""
        row = await info.context.batches.node("blocks_of_snps", self.key)
        return build_ld_block(row) if row else None

    @strawberry.field(description="Sum of r² with the SNPs around it, computed from an LD panel by ldScoreRun.")
    async def ld_score(self, info: Info) -> float | None:
        """LD score by a run of the current release."""
        found = read_ld_score(self.node_properties, (await info.context.release()).run_ids)
        return found[0] if found else None

    @strawberry.field(description="The run that computed ldScore; its scope is the LD panel.")
    async def ld_score_run(self, info: Info) -> ModelRun | None:
        """Run, through its DataLoader."""
        found = read_ld_score(self.node_properties, (await info.context.release()).run_ids)
        return await info.context.load_node("ModelRun", found[1]) if found else None

    @strawberry.field(description="SNPs in linkage disequilibrium with it in an LD panel, largest r² first.")
    async def ld_partners(
        self, info: Info, first: First = DEFAULT_PAGE, after: After = None, min_r_squared: MinRSquared = 0.0
    ) -> Connection[LdPartner]:
        """IN_LD_WITH edges, a page."""
        return await read_ld_partners(info, self.key, min_r_squared=min_r_squared, first=first, after=after)

    @strawberry.field(description="Heritability it is expected to carry by stratified LDSC, largest first.")
    async def expected_heritability(
        self, info: Info, first: First = DEFAULT_PAGE, after: After = None
    ) -> Connection[ExpectedHeritability]:
        """One value for each trait with a run in the current release, a page."""
        return await read_expected_heritability(info, self.node_properties, first=first, after=after)

    @strawberry.field(description="What scans of people say of it, smallest p first; the newest scans of some traits.")
    async def mixed_model_results(
        self, info: Info, trait: TraitFilter = None, first: First = DEFAULT_PAGE, after: After = None
    ) -> Connection[MixedModelResult]:
        """One result for each trait with a scan in the current release, a page."""
        return await read_mixed_model_results(info, self.node_properties, trait=trait, first=first, after=after)


def build_snp(row: Row) -> Snp:
    """A SNP of a row with ``node``."""
    return build_object(Snp, row["node"], node_properties=row["node"])

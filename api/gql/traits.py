"""The GraphQL type of a trait and its edges."""

# mypy: disable-error-code="untyped-decorator, no-any-return"
# strawberry.field types its decorated form as Any, and a DataLoader gives whatever the node's kind builds.

from typing import Annotated

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
from api.gql.evidence import Association, PredictedAssociation, build_association, build_prediction
from api.gql.facets import FacetedConnection
from api.gql.genetic_correlations import GeneticCorrelation, read_genetic_correlations
from api.gql.heritability import Heritability, build_heritability
from api.gql.listings import After, First, MaxRank, MethodFilter, RunFilter, predicted, predicted_filters, read_page
from api.gql.measured import PLACED, measured_field
from api.gql.mixed_models import MixedModel, read_mixed_model
from api.gql.naming import check_text, find_node
from api.gql.pages import DEFAULT_PAGE, Connection
from api.gql.provenance import Study

AnnotationFilter = Annotated[
    str | None, strawberry.argument(description="Keep this category's rows, by its id; null keeps all.")
]


@strawberry.type(description="A trait or disease: an ontology term, or a study's own name for one.")
class Trait:
    """A trait."""

    trait_id: strawberry.Private[str]
    name: str | None
    names: list[str] = strawberry.field(description="Every name under which studies report it.")
    definition: str | None
    synonyms: list[str]
    parents: list[str] = strawberry.field(description="CURIEs of its parents in its ontology.")
    study_id: strawberry.Private[str | None]
    node_properties: strawberry.Private[Row]

    @strawberry.field(description="CURIE such as EFO:0000685, else study/id.")
    def id(self) -> strawberry.ID:
        """Trait id."""
        return strawberry.ID(self.trait_id)

    @strawberry.field(description="The study, for a trait scoped to one.")
    async def study(self, info: Info) -> Study | None:
        """Study, through its DataLoader."""
        return await info.context.load_node("Study", self.study_id)

    associations: FacetedConnection[Association] = measured_field(
        "associations_of_traits",
        "trait_id",
        build_association,
        "Measured associations of SNPs with it, strongest first.",
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
        listing = predicted("predictions_of_traits")
        return await read_page(info, listing, self.trait_id, build_prediction, first=first, after=after, **filters)

    @strawberry.field(description="SNP heritability by LD score regression; null where no current run estimated it.")
    async def heritability(self, info: Info) -> Heritability | None:
        """Heritability by a run of the current release."""
        return build_heritability(self.node_properties, (await info.context.release()).run_ids)

    @strawberry.field(description="Mixed models of people; null where no current scan or REML of it exists.")
    async def mixed_model(self, info: Info) -> MixedModel | None:
        """Scan and REML by runs of the current release."""
        return await read_mixed_model(info, self.node_properties)

    @strawberry.field(description="How its heritability is spread over functional categories, as orderBy says.")
    async def enrichment(
        self,
        info: Info,
        first: First = DEFAULT_PAGE,
        after: After = None,
        annotation: AnnotationFilter = None,
        model: ModelFilter = None,
        order_by: OrderBy = EnrichmentOrder.ENRICHMENT_P,
    ) -> Connection[Enrichment]:
        """ENRICHED_IN edges, a page."""
        category = None
        if annotation is not None:
            text = check_text(annotation, argument="annotation")
            category = (await find_node(info.context, "Annotation", text)).annotation_id
        filters = {**enrichment_filters(order_by, model), "annotation_id": category}
        listing = enriched("enrichments_of_traits", order_by)
        return await read_page(info, listing, self.trait_id, build_enrichment, first=first, after=after, **filters)

    @strawberry.field(description="Genetic correlations with other traits, smallest p first.")
    async def genetic_correlations(
        self, info: Info, first: First = DEFAULT_PAGE, after: After = None
    ) -> Connection[GeneticCorrelation]:
        """GENETIC_CORRELATION edges, a page."""
        return await read_genetic_correlations(info, self.trait_id, first=first, after=after)


def build_trait(row: Row) -> Trait:
    """A trait of a row with ``node``."""
    return build_object(Trait, row["node"], node_properties=row["node"])

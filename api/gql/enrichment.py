"""The GraphQL type of an enrichment: how much heritability of a trait lies in a functional category."""

# mypy: disable-error-code="untyped-decorator, no-any-return"
# strawberry.field types its decorated form as Any, and a DataLoader gives whatever the node's kind builds.

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.flags import explain_flags
from api.gql.batches import Row
from api.gql.building import build_object
from api.gql.context import Info
from api.gql.cursors import Position
from api.gql.listings import Listing
from api.gql.provenance import ModelRun, Study
from api.p_values import render_p_value

if TYPE_CHECKING:
    from api.gql.places import Annotation
    from api.gql.traits import Trait

LazyTrait = Annotated["Trait", strawberry.lazy("api.gql.traits")]
LazyAnnotation = Annotated["Annotation", strawberry.lazy("api.gql.places")]


@strawberry.enum(description="What a list of enrichments is ordered by; rows that lack the value come last.")
class EnrichmentOrder(Enum):
    """The ordering value of a row."""

    ENRICHMENT_P = strawberry.enum_value("ENRICHMENT_P", description="Smallest p of the enrichment first.")
    TAU_P = strawberry.enum_value("TAU_P", description="Smallest p of tau first.")
    ENRICHMENT = strawberry.enum_value("ENRICHMENT", description="Largest enrichment first.")
    TAU_STAR = strawberry.enum_value("TAU_STAR", description="Largest tau* first.")


@strawberry.enum(description="Which regression estimated an enrichment.")
class EnrichmentModel(Enum):
    """The model of a row."""

    S_LDSC = strawberry.enum_value("s-ldsc", description="All categories at once.")
    CELL_TYPES = strawberry.enum_value("cell-types", description="One category at a time beside a base model.")


OrderBy = Annotated[EnrichmentOrder, strawberry.argument(description="Order of the list.")]
ModelFilter = Annotated[
    EnrichmentModel | None, strawberry.argument(description="Keep this regression's rows; null keeps all.")
]


@strawberry.type(description="Estimated by stratified LD score regression: each number beside its standard error.")
class Enrichment:
    """An ENRICHED_IN edge."""

    source: strawberry.Private[str]
    target: strawberry.Private[str]
    edge_key: strawberry.Private[str]
    study_id: strawberry.Private[str]
    run_id: strawberry.Private[str]
    model: str = strawberry.field(description="s-ldsc (all categories at once) or cell-types (one beside a base).")
    proportion_of_snps: float | None
    proportion_of_h2: float | None
    proportion_of_h2_se: float | None
    enrichment: float | None = strawberry.field(
        description="Share of the heritability over share of the SNPs; null for continuous categories."
    )
    enrichment_se: float | None
    enrichment_neg_log10_p: float | None = strawberry.field(
        name="enrichmentNegLog10P", description="Minus log10 of the two-sided p; null for the base category."
    )
    tau: float = strawberry.field(description="Heritability that one unit of the category adds, given all others.")
    tau_se: float
    tau_z: float | None
    tau_neg_log10_p: float | None = strawberry.field(
        name="tauNegLog10P", description="Minus log10 of tau's p: one-sided for cell-types, else two-sided."
    )
    tau_star: float | None = strawberry.field(
        description="tau for one sd of the category, over the mean heritability of a SNP: comparable between traits."
    )
    tau_star_se: float | None
    is_continuous: bool = strawberry.field(description="Whether the category has values other than 0 and 1.")
    flags: list[str] = strawberry.field(description="What to know before use.")
    knowledge_level: str = strawberry.field(description="statistical_estimate.")

    @strawberry.field(description="Identity of the row: run, trait, category and model.")
    def id(self) -> strawberry.ID:
        """Edge key."""
        return strawberry.ID(self.edge_key)

    @strawberry.field(description='Exact text such as "3.2E-412".')
    def enrichment_p_value(self) -> str | None:
        """The enrichment's p-value as text, which cannot underflow."""
        return None if self.enrichment_neg_log10_p is None else render_p_value(self.enrichment_neg_log10_p)

    @strawberry.field(description='Exact text such as "3.2E-412".')
    def tau_p_value(self) -> str | None:
        """The p-value of tau as text, which cannot underflow."""
        return None if self.tau_neg_log10_p is None else render_p_value(self.tau_neg_log10_p)

    @strawberry.field(description="The flags as sentences that say what to do.")
    def notes(self) -> list[str]:
        """A sentence for each flag."""
        return explain_flags(self.flags)

    @strawberry.field(description="The trait.")
    async def trait(self, info: Info) -> LazyTrait | None:
        """Trait, through its DataLoader."""
        return await info.context.load_node("Trait", self.source)

    @strawberry.field(description="The functional category.")
    async def annotation(self, info: Info) -> LazyAnnotation | None:
        """Category, through its DataLoader."""
        return await info.context.load_node("Annotation", self.target)

    @strawberry.field(description="The study whose statistics were regressed.")
    async def study(self, info: Info) -> Study | None:
        """Study, through its DataLoader."""
        return await info.context.load_node("Study", self.study_id)

    @strawberry.field(description="The run that estimated it, with its inputs and settings.")
    async def run(self, info: Info) -> ModelRun | None:
        """Run, through its DataLoader."""
        return await info.context.load_node("ModelRun", self.run_id)


def enriched(query: str, order: EnrichmentOrder) -> Listing:
    """Enrichments in one of their orders; a cursor is bound to it."""
    binding = f"{query}:{order.value}"
    return Listing(query, _position, is_descending=True, binding=binding)


def enrichment_filters(order: EnrichmentOrder, model: EnrichmentModel | None) -> Row:
    """The parameters that every query of enrichments takes."""
    return {"order": order.value, "model": None if model is None else model.value}


def build_enrichment(row: Row) -> Enrichment:
    """An enrichment of a row with ``edge``, ``source`` and ``target``."""
    return build_object(Enrichment, row["edge"], source=row["source"], target=row["target"])


def _position(row: Row) -> Position:
    return Position(row["value"], row["edge"]["edge_key"])

"""The GraphQL type of a genetic correlation, seen from one of its two traits."""

# mypy: disable-error-code="untyped-decorator, no-any-return"
# strawberry.field types its decorated form as Any, and a DataLoader gives whatever the node's kind builds.

from typing import TYPE_CHECKING, Annotated

import strawberry

from api.flags import explain_flags, explain_flags_of_people
from api.gql.batches import Row
from api.gql.building import build_object
from api.gql.context import Info
from api.gql.cursors import Position
from api.gql.listings import Listing, read_page
from api.gql.pages import Connection
from api.gql.provenance import ModelRun, Study
from api.p_values import render_p_value
from services.statistics.runs import GENETIC_CORRELATION

if TYPE_CHECKING:
    from api.gql.traits import Trait

LazyTrait = Annotated["Trait", strawberry.lazy("api.gql.traits")]

_LISTING = Listing(
    "genetic_correlations_of_traits",
    lambda row: Position(row["value"], row["edge"]["edge_key"]),
    is_descending=True,
)


@strawberry.type(description="Genetic correlation of two traits by one model: each number beside its standard error.")
class GeneticCorrelation:
    """A GENETIC_CORRELATION edge, read from one of its ends."""

    target: strawberry.Private[str]
    edge_key: strawberry.Private[str]
    study_id: strawberry.Private[str | None]
    other_study_id: strawberry.Private[str | None]
    run_id: strawberry.Private[str]
    model: str = strawberry.field(
        description="genetic-correlation: LD scores of two studies; reml-correlation: REML on people."
    )
    rg: float | None = strawberry.field(description="Null where one of the heritabilities is not positive.")
    rg_se: float | None
    rg_z: float | None
    rg_neg_log10_p: float | None = strawberry.field(
        name="rgNegLog10P", description="Minus log10 of the two-sided p of rg."
    )
    genetic_covariance: float
    genetic_covariance_se: float
    covariance_intercept: float | None = strawberry.field(
        description="Not 0 where the two studies share people; REML has none."
    )
    covariance_intercept_se: float | None = strawberry.field(description="Null where it was fixed.")
    n_snps: int | None = strawberry.field(description="SNPs in the regression, or in REML's kinship where known.")
    n_people: int | None = strawberry.field(description="People with either trait; null for LD scores of studies.")
    flags: list[str] = strawberry.field(description="What to know before use, such as rg_out_of_bounds.")
    knowledge_level: str = strawberry.field(description="statistical_estimate.")

    @strawberry.field(description="Identity of the row: run and the two traits.")
    def id(self) -> strawberry.ID:
        """Edge key."""
        return strawberry.ID(self.edge_key)

    @strawberry.field(description='Exact text such as "3.2E-412".')
    def rg_p_value(self) -> str | None:
        """The p-value of rg as text, which cannot underflow."""
        return None if self.rg_neg_log10_p is None else render_p_value(self.rg_neg_log10_p)

    @strawberry.field(description="The flags as sentences that say what to do.")
    def notes(self) -> list[str]:
        """A sentence for each flag, which may mean something else in another model."""
        return explain_flags(self.flags) if self.model == GENETIC_CORRELATION else explain_flags_of_people(self.flags)

    @strawberry.field(description="The other trait.")
    async def other_trait(self, info: Info) -> LazyTrait | None:
        """Trait, through its DataLoader."""
        return await info.context.load_node("Trait", self.target)

    @strawberry.field(description="The study of this trait.")
    async def study(self, info: Info) -> Study | None:
        """Study, through its DataLoader."""
        return await info.context.load_node("Study", self.study_id)

    @strawberry.field(description="The study of the other trait.")
    async def other_study(self, info: Info) -> Study | None:
        """Study, through its DataLoader."""
        return await info.context.load_node("Study", self.other_study_id)

    @strawberry.field(description="The run that estimated it, with its inputs and settings.")
    async def run(self, info: Info) -> ModelRun | None:
        """Run, through its DataLoader."""
        return await info.context.load_node("ModelRun", self.run_id)


async def read_genetic_correlations(
    info: Info, trait_id: str, *, first: int, after: str | None
) -> Connection[GeneticCorrelation]:
    """A page of a trait's genetic correlations, smallest p first.

    Raises
    ------
    QueryError
        ``BAD_ARGUMENT`` for the page size, or what the cursor deserves.
    """
    return await read_page(info, _LISTING, trait_id, build_genetic_correlation, first=first, after=after)


def build_genetic_correlation(row: Row) -> GeneticCorrelation:
    """A genetic correlation of a row with ``edge``, ``is_source`` and ``target``."""
    edge = row["edge"]
    studies = [*(edge.get("study_ids") or ()), None, None][:2]
    own, other = studies if row["is_source"] else reversed(studies)
    model = edge.get("model") or GENETIC_CORRELATION  # edges of before REML do not say it
    return build_object(GeneticCorrelation, edge, target=row["target"], study_id=own, other_study_id=other, model=model)

"""GraphQL types of heritability: what LD score regression says of a trait, and of one SNP's share of it."""

# mypy: disable-error-code="untyped-decorator, no-any-return"
# strawberry.field types its decorated form as Any, and a DataLoader gives whatever the node's kind builds.

from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.flags import explain_flags
from api.gql.batches import Row
from api.gql.building import build_object
from api.gql.context import Info
from api.gql.cursors import Position, read_cursor
from api.gql.pages import Connection, Entry, check_page_size, make_connection
from api.gql.provenance import ModelRun, Study

if TYPE_CHECKING:
    from api.gql.traits import Trait

LazyTrait = Annotated["Trait", strawberry.lazy("api.gql.traits")]


@strawberry.type(description="SNP heritability by LD score regression: each estimate beside its standard error.")
class Heritability:
    """The heritability of one trait by one run."""

    study_id: strawberry.Private[str | None]
    run_id: strawberry.Private[str]
    h2: float = strawberry.field(description="On the observed scale, share of variance; below 0 it is noise.")
    h2_se: float | None = strawberry.field(description="Block-jackknife standard error.")
    h2_liability: float | None = strawberry.field(description="On the liability scale; null without prevalences.")
    h2_liability_se: float | None
    sample_prevalence: float | None = strawberry.field(description="Share of cases in the sample.")
    population_prevalence: float | None = strawberry.field(description="Share of cases in the population.")
    intercept: float | None = strawberry.field(description="1 without confounding.")
    intercept_se: float | None = strawberry.field(description="Null where the intercept was fixed.")
    ratio: float | None = strawberry.field(
        description="(intercept - 1) / (mean chi² - 1); null where mean chi² is at most 1."
    )
    ratio_se: float | None
    lambda_gc: float | None = strawberry.field(description="Median chi² over the median under the null.")
    mean_chi2: float | None = strawberry.field(description="Mean chi² of the regression's SNPs.")
    n_snps: int | None = strawberry.field(description="SNPs in the regression.")
    flags: list[str] = strawberry.field(description="What to know before use, such as negative_h2.")

    @strawberry.field(description="The flags as sentences that say what to do.")
    def notes(self) -> list[str]:
        """A sentence for each flag."""
        return explain_flags(self.flags)

    @strawberry.field(description="The study whose statistics were regressed.")
    async def study(self, info: Info) -> Study | None:
        """Study, through its DataLoader."""
        return await info.context.load_node("Study", self.study_id)

    @strawberry.field(description="The run that estimated it, with its inputs and settings.")
    async def run(self, info: Info) -> ModelRun | None:
        """Run, through its DataLoader."""
        return await info.context.load_node("ModelRun", self.run_id)

    @strawberry.field(description="True when a study that it was made from was loaded anew or removed since.")
    async def is_stale(self, info: Info) -> bool:
        """Whether the run is, or is gone."""
        run: ModelRun | None = await info.context.load_node("ModelRun", self.run_id)
        return run is None or not set(run.load_ids) <= set((await info.context.release()).load_ids)


@strawberry.type(description="How much of a trait's heritability one SNP is expected to carry, by stratified LDSC.")
class ExpectedHeritability:
    """The value of one run."""

    run_id: strawberry.Private[str]
    value: float = strawberry.field(description="Sum of tau times annotation value; share of variance.")

    @strawberry.field(description="The run that estimated it, with the standard errors of its coefficients.")
    async def run(self, info: Info) -> ModelRun | None:
        """Run, through its DataLoader."""
        return await info.context.load_node("ModelRun", self.run_id)

    @strawberry.field(description="The trait.")
    async def trait(self, info: Info) -> LazyTrait | None:
        """The trait that the run is about, through its DataLoader."""
        run: ModelRun | None = await info.context.load_node("ModelRun", self.run_id)
        return None if run is None else await info.context.load_node("Trait", run.scope)


def build_heritability(properties: Row, run_ids: Collection[str]) -> Heritability | None:
    """What a trait's properties say, when the run that wrote them is among `run_ids`.

    Parameters
    ----------
    properties
        Of a Trait node.
    run_ids
        Runs of the current release.
    """
    run_id = properties.get("heritability_run_id")
    if run_id is None or run_id not in run_ids:
        return None
    return build_object(
        Heritability,
        properties,
        run_id=run_id,
        study_id=properties.get("heritability_study_id"),
        flags=properties.get("heritability_flags") or [],
    )


async def read_expected_heritability(
    info: Info, properties: Row, *, first: int, after: str | None
) -> Connection[ExpectedHeritability]:
    """A page of a SNP's expected heritabilities in the current release, largest first.

    Raises
    ------
    QueryError
        ``BAD_ARGUMENT`` for the page size, or what the cursor deserves.
    """
    check_page_size(first, info.context.limits.page)
    release, listing = await info.context.loaded_release(), f"expectedHeritability:{properties['key']}"
    place = read_cursor(after, release=release.number, listing=listing) if after else None
    pairs = zip(
        properties.get("expected_heritability") or (),
        properties.get("expected_heritability_run_ids") or (),
        strict=False,
    )
    ordered = sorted((-value, run_id) for value, run_id in pairs if run_id in release.run_ids)
    rest = [pair for pair in ordered if place is None or pair > (-place.value, place.key)]
    entries = [
        Entry(Position(-value, run_id), ExpectedHeritability(run_id=run_id, value=-value))
        for value, run_id in rest[: first + 1]
    ]
    return make_connection(
        entries, first=first, release=release.number, listing=listing, is_continued=place is not None
    )


def read_ld_score(properties: Row, run_ids: Collection[str]) -> tuple[float, str] | None:
    """A SNP's LD score by a run of the current release, with that run; None where there is none.

    A new run's values stand in a place of their own until all of them have moved, so either place may hold it.
    """
    for place in ("staged_ld_score", "ld_score"):
        value, run_id = properties.get(place), properties.get(f"{place}_run_id")
        if run_id in run_ids:  # a staged place without a value says that the new run has none
            return None if value is None else (value, str(run_id))
    return None

"""GraphQL types of what mixed models say of a trait: a scan of people, and REML of the genome and of its parts."""

# mypy: disable-error-code="untyped-decorator, no-any-return"
# strawberry.field types its decorated form as Any, and a DataLoader gives whatever the node's kind builds.

from collections.abc import Mapping
from enum import Enum
from typing import Annotated, Any

import strawberry

from api.flags import explain_flags_of_people
from api.gql.batches import Row
from api.gql.building import build_object
from api.gql.context import Info
from api.gql.evidence import Association, build_association
from api.gql.facets import FacetedConnection
from api.gql.filters import BuildFilter, MinNegLog10P, PMax, PText, RegionFilter, Wanted, read_filters
from api.gql.listings import After, First
from api.gql.measured import EdgeOrder, EdgeOrderBy, read_measured
from api.gql.pages import DEFAULT_PAGE
from api.gql.provenance import ModelRun, Study, build_model_run
from api.p_values import render_p_value


@strawberry.enum(description="Into which parts a genome was split, with a kinship for each.")
class PartitionKind(Enum):
    """The model of the run that estimated them."""

    CHROMOSOME = strawberry.enum_value("reml-chromosomes", description="Its chromosomes.")
    ANNOTATION = strawberry.enum_value("reml-annotations", description="Annotations, and the rest of the genome.")


@strawberry.type(description="What one part of the genome explains.")
class PartitionPart:
    """A component of a REML with several matrices."""

    name: str = strawberry.field(description="The chromosome, or the annotation.")
    share: float | None = strawberry.field(description="Share of variance.")
    share_se: float | None = strawberry.field(description="Its standard error; null where the bound holds it at 0.")
    share_of_snps: float | None = strawberry.field(description="Its SNPs over those of all parts.")
    lrt: float | None = strawberry.field(description="Likelihood ratio against the model without the part.")
    lrt_neg_log10_p: float | None = strawberry.field(name="negLog10P", description="Minus log10 p of that test.")
    is_at_bound: bool | None = strawberry.field(description="Whether the constraint holds it at 0.")

    @strawberry.field(description='Exact text such as "3.2E-412"; null where it was not tested.')
    def p_value(self) -> str | None:
        """The p-value as text, which cannot underflow."""
        return None if self.lrt_neg_log10_p is None else render_p_value(self.lrt_neg_log10_p)


@strawberry.interface(description="What REML found, or why it found nothing.")
class RemlOutcome:
    """How every REML ended, with the run that made it."""

    run: ModelRun = strawberry.field(description="The run that estimated it, with its inputs and settings.")
    h2: float | None = strawberry.field(description="Share of variance; of parts, their sum. Null where not found.")
    h2_se: float | None = strawberry.field(description="Its standard error.")
    is_converged: bool | None = strawberry.field(description="Whether the maximum was found; without it no values.")
    reason: str | None = strawberry.field(description="Why the maximum was not found, such as step_failed; else null.")
    flags: list[str] = strawberry.field(description="What to know before use, such as at_bound.")

    @strawberry.field(description="The flags and the reason as sentences that say what to do.")
    def notes(self) -> list[str]:
        """A sentence for each flag, then the reason's."""
        return explain_flags_of_people(self.flags if self.reason is None else [*self.flags, self.reason])

    @strawberry.field(description="True when a study that it was made from was loaded anew or removed since.")
    async def is_stale(self, info: Info) -> bool:
        """Whether the run is."""
        return await _is_stale(info, self.run)


@strawberry.type(description="REML with one kinship: what the SNPs of the whole genome explain.")
class RemlEstimate(RemlOutcome):
    """The estimate of one run."""

    h2_liability: float | None = strawberry.field(description="On the liability scale; null without a prevalence.")
    h2_liability_se: float | None
    sample_prevalence: float | None = strawberry.field(description="Share of cases in the sample.")
    population_prevalence: float | None = strawberry.field(description="Share of cases in the population.")
    share_scale: str | None = strawberry.field(
        description="plain: V(G)/Vp as GCTA's; trace: times the mean diagonal, as GEMMA's PVE."
    )
    grm_kind: str | None = strawberry.field(description="How the kinship is scaled; h2 depends on it.")
    minimum_maf: float | None = strawberry.field(description="Least minor allele frequency of the kinship's SNPs.")
    trace: float | None = strawberry.field(description="Mean diagonal of the kinship among the people analysed.")
    is_constrained: bool | None = strawberry.field(description="Whether variances were kept at or above 0.")
    n: int | None = strawberry.field(description="People analysed.")


@strawberry.type(description="REML with a kinship for each part of the genome: each share beside its error.")
class Partition(RemlOutcome):
    """The estimates of one run."""

    parts: list[PartitionPart] = strawberry.field(description="One a kinship, in the order of the run.")
    share_scale: str | None = strawberry.field(description="plain or trace, as of RemlEstimate.")
    is_constrained: bool | None = strawberry.field(description="Whether variances were kept at or above 0.")
    n: int | None = strawberry.field(description="People analysed.")


PartitionChoice = Annotated[PartitionKind, strawberry.argument(description="Which parts.")]


@strawberry.type(description="Mixed models of people: the scan's values are null where only REML was run.")
class MixedModel:
    """What the current release's runs of one trait say."""

    trait_id: strawberry.Private[str]
    study_id: strawberry.Private[str | None]
    trait_values: strawberry.Private[Row]
    runs: strawberry.Private[Mapping[str, ModelRun]]
    run: ModelRun | None = strawberry.field(description="The run of the scan, with its inputs and settings.")
    h2: float | None = strawberry.field(description="Share of variance that the scan's kinship explains (PVE).")
    h2_se: float | None = strawberry.field(description="Its standard error.")
    grm_kind: str | None = strawberry.field(description="How that kinship is scaled; h2 depends on it.")
    minimum_maf: float | None = strawberry.field(description="Least minor allele frequency of the kinship's SNPs.")
    trace: float | None = strawberry.field(description="Mean diagonal of the kinship among the people analysed.")
    lambda_gc: float | None = strawberry.field(description="Genomic control of the scan's main test.")
    test: str | None = strawberry.field(description="That test: wald, f or firth.")
    method: str | None = strawberry.field(description="exact, p3d, ols, firth, ridge or ridge-firth.")
    is_loco: bool | None = strawberry.field(description="Whether a chromosome is tested with the others' kinship.")
    n: int | None = strawberry.field(description="People in the scan.")
    n_snps: int | None = strawberry.field(description="SNPs tested.")
    flags: list[str] = strawberry.field(description="What to know before use of the scan.")
    table_url: str | None = strawberry.field(description="The whole scan as columns, Arrow or JSON: GET it here.")

    @strawberry.field(description="The flags as sentences that say what to do.")
    def notes(self) -> list[str]:
        """A sentence for each flag."""
        return explain_flags_of_people(self.flags)

    @strawberry.field(description="The study that the scan was loaded as.")
    async def study(self, info: Info) -> Study | None:
        """Study, through its DataLoader."""
        return await info.context.load_node("Study", self.study_id)

    @strawberry.field(description="True when the scan's study was loaded anew or removed since; null without a scan.")
    async def is_stale(self, info: Info) -> bool | None:
        """Whether the scan's run is."""
        return None if self.run is None else await _is_stale(info, self.run)

    @strawberry.field(description="REML with one kinship; null where no current run made it.")
    def reml(self) -> RemlEstimate | None:
        """Estimate by a run of the current release, also one that found nothing."""
        run = self.runs.get("reml")
        return None if run is None else _build_reml(self.trait_values, run)

    @strawberry.field(description="REML of the genome's parts; null where no current run made it.")
    def partition(self, kind: PartitionChoice = PartitionKind.CHROMOSOME) -> Partition | None:
        """Estimates by a run of the current release, also one that found nothing."""
        run = self.runs.get(str(kind.value))
        return None if run is None else _build_partition(run)

    @strawberry.field(description="Associations that the scan measured, as orderBy says; null without a scan.")
    async def top_associations(  # noqa: PLR0913, PLR0917 (one argument a filter)
        self,
        info: Info,
        first: First = DEFAULT_PAGE,
        after: After = None,
        p_max: PMax = 1.0,
        p: PText = None,
        min_neg_log10_p: MinNegLog10P = 0.0,
        region: RegionFilter = None,
        build: BuildFilter = None,
        order_by: EdgeOrderBy = EdgeOrder.P,
    ) -> FacetedConnection[Association] | None:
        """ASSOCIATED_WITH edges of the scan's study, a page."""
        if self.study_id is None:
            return None
        wanted = Wanted(p_max=p_max, p=p, min_neg_log10_p=min_neg_log10_p, region=region, build=build)
        return await read_measured(
            info,
            "scan_associations_of_traits",
            self.trait_id,
            build_association,
            first=first,
            after=after,
            order=order_by,
            filters=await read_filters(info, wanted),
        )


async def read_mixed_model(info: Info, properties: Row) -> MixedModel | None:
    """What mixed models say of a trait in the current release; None where no run of one is in it.

    Parameters
    ----------
    properties
        Of a Trait node.
    """
    trait_id = properties["trait_id"]
    rows = await info.context.batches.rows("mixed_model_runs_of_traits", trait_id)
    runs = {row["node"]["model"]: build_model_run(row) for row in rows}
    return build_mixed_model(properties, runs) if runs else None


def build_mixed_model(properties: Row, runs: Mapping[str, ModelRun]) -> MixedModel:
    """What a trait's properties say, as far as the runs that wrote them are given.

    Parameters
    ----------
    properties
        Of a Trait node.
    runs
        Runs of the current release about the trait, by model.
    """
    run = runs.get("lmm")
    values = _written_by(properties, "lmm_", run)
    return build_object(
        MixedModel,
        values,
        trait_id=properties["trait_id"],
        study_id=values.get("study_id"),
        trait_values=properties,
        runs=runs,
        run=run,
        table_url=values.get("table"),
        flags=values.get("flags") or [],
    )


def _build_reml(properties: Row, run: ModelRun) -> RemlEstimate:
    values = _written_by(properties, "reml_", run)
    return build_object(RemlEstimate, values, **_outcome(run, values))


def _build_partition(run: ModelRun) -> Partition:
    facts = _facts(run)
    values = {} if facts.get("is_converged") is False else facts
    parts = [build_object(PartitionPart, component) for component in values.get("components") or ()]
    return build_object(Partition, facts, parts=parts, n=facts.get("n_people"), **_outcome(run, values))


def _outcome(run: ModelRun, values: Row) -> dict[str, Any]:
    """How a run ended, with the share of variance in its values; there is none where it did not converge."""
    facts = _facts(run)
    return {
        "run": run,
        "h2": values.get("h2"),
        "h2_se": values.get("h2_se"),
        "is_converged": facts.get("is_converged"),
        "reason": facts.get("reason") or None,
        "flags": values.get("flags") or facts.get("flags") or [],
    }


def _facts(run: ModelRun) -> Row:
    """The results that the run's node keeps."""
    found: Row = run.evaluation if isinstance(run.evaluation, dict) else {}
    return found


def _written_by(properties: Row, prefix: str, run: ModelRun | None) -> Row:
    """Values of a trait without their prefix, when this run wrote them; none otherwise."""
    if run is None or properties.get(f"{prefix}run_id") != run.run_id:
        return {}
    return {name.removeprefix(prefix): value for name, value in properties.items() if name.startswith(prefix)}


async def _is_stale(info: Info, run: ModelRun) -> bool:
    return not set(run.load_ids) <= set((await info.context.release()).load_ids)

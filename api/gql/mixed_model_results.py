"""The GraphQL type of what a scan of people says of one SNP."""

# mypy: disable-error-code="untyped-decorator, no-any-return"
# strawberry.field types its decorated form as Any, and a DataLoader gives whatever the node's kind builds.

import math
from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from api.gql.batches import Row
from api.gql.context import Info, RequestContext
from api.gql.cursors import Position, read_cursor
from api.gql.naming import check_text, find_trait
from api.gql.pages import Connection, Entry, check_page_size, make_connection
from api.gql.provenance import ModelRun
from api.p_values import render_p_value

if TYPE_CHECKING:
    from api.gql.traits import Trait

LazyTrait = Annotated["Trait", strawberry.lazy("api.gql.traits")]
TraitFilter = Annotated[
    str | None, strawberry.argument(description="Keep this trait's result, by its id or name; null keeps all.")
]


@strawberry.type(description="Measured: the SNP in a mixed model of a trait in people. The sign refers to allele1.")
class MixedModelResult:
    """The result of one run."""

    run_id: strawberry.Private[str]
    effect_size: float | None = strawberry.field(
        description="Effect of one more allele1, in the trait's unit; null where strand or sign is unknown."
    )
    standard_error: float | None
    neg_log10_p: float = strawberry.field(name="negLog10P", description="Minus log10 p of the scan's main test.")

    @strawberry.field(description='Exact text such as "3.2E-412".')
    def p_value(self) -> str:
        """The p-value as text, which cannot underflow."""
        return render_p_value(self.neg_log10_p)

    @strawberry.field(description="The run of the scan, with its inputs and settings.")
    async def run(self, info: Info) -> ModelRun | None:
        """Run, through its DataLoader."""
        return await info.context.load_node("ModelRun", self.run_id)

    @strawberry.field(description="The trait.")
    async def trait(self, info: Info) -> LazyTrait | None:
        """The trait that the run is about, through its DataLoader."""
        run: ModelRun | None = await info.context.load_node("ModelRun", self.run_id)
        return None if run is None else await info.context.load_node("Trait", run.scope)


async def read_mixed_model_results(
    info: Info, properties: Row, *, trait: str | None, first: int, after: str | None
) -> Connection[MixedModelResult]:
    """A page of a SNP's results in the current release, smallest p first.

    Parameters
    ----------
    properties
        Of a SNP node.
    trait
        Keep the result of the trait with this id or name; None keeps all.

    Raises
    ------
    QueryError
        ``BAD_ARGUMENT`` for the page size, what the cursor deserves, or what a trait's name does.
    """
    context = info.context
    check_page_size(first, context.limits.page)
    release, listing = await context.loaded_release(), f"mixedModelResults:{properties['key']}"
    place = read_cursor(after, release=release.number, listing=listing) if after else None
    found = read_results(properties, release.run_ids)
    if trait is not None:
        trait_id = await _find_trait_id(context, check_text(trait, argument="trait"))
        runs = await context.load_nodes("ModelRun", [result.run_id for result in found])
        found = [result for result, run in zip(found, runs, strict=True) if run is not None and run.scope == trait_id]
    positions = [(Position(result.neg_log10_p, result.run_id), result) for result in found]
    rest = [each for each in positions if place is None or _order(each[0]) > _order(place)]
    entries = [Entry(position, result) for position, result in rest[: first + 1]]
    return make_connection(
        entries, first=first, release=release.number, listing=listing, is_continued=place is not None
    )


def read_results(properties: Row, run_ids: Collection[str]) -> list[MixedModelResult]:
    """A SNP's results by runs among `run_ids`, smallest p first; one without a p says nothing and is left out."""
    columns = (properties.get(name) or () for name in _COLUMNS)
    found = [
        MixedModelResult(
            run_id=run_id, effect_size=_known(effect), standard_error=_known(error), neg_log10_p=neg_log10_p
        )
        for run_id, effect, error, neg_log10_p in zip(*columns, strict=False)
        if run_id in run_ids and _known(neg_log10_p) is not None
    ]
    return sorted(found, key=lambda result: (-result.neg_log10_p, result.run_id))


_COLUMNS = ("lmm_run_ids", "lmm_effect_sizes", "lmm_standard_errors", "lmm_neg_log10_ps")


def _order(position: Position) -> tuple[float, str]:
    return -position.value, position.key


def _known(value: float) -> float | None:
    """A number of a list, whose places cannot be empty: NaN stands for none."""
    return value if math.isfinite(value) else None


async def _find_trait_id(context: RequestContext, text: str) -> str:
    """Id of the trait that a text names; looked up once for a release, however many SNPs ask."""

    async def look_up() -> Any:
        return (await find_trait(context, text)).trait_id

    release = await context.release()
    found: str = await context.desk.remembered.get((release.number, "trait", text), look_up)
    return found

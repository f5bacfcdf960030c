"""GraphQL types about the whole graph: release, counts, versions, search hits."""

# mypy: disable-error-code="untyped-decorator, no-any-return"
# strawberry.field types its decorated form as Any, and a DataLoader gives whatever the node's kind builds.

from typing import Annotated

import strawberry

from api.gql.context import Info, RequestContext
from api.gql.evidence import LazyCpG, LazyGene, LazySnp, LazyTrait
from api.gql.places import Annotation
from api.gql.provenance import Release, Study, build_release
from api.versions import product_version
from graph_schema import SCHEMA_VERSION


@strawberry.type(description="How much readers see.")
class Counts:
    """Nodes and edges of the current release."""

    snps: int
    cpgs: int
    genes: int
    traits: int
    annotations: int
    ld_blocks: int
    mqtl: int
    eqtl: int
    associations: int
    eqtm: int
    predicted: int = strawberry.field(description="Predicted associations, not measured.")
    ld_pairs: int = strawberry.field(description="Pairs of SNPs in linkage disequilibrium.")
    enrichments: int = strawberry.field(description="Categories with their share of a trait's heritability.")
    genetic_correlations: int = strawberry.field(description="Pairs of traits.")


@strawberry.type(description="The graph as a whole.")
class Meta:
    """Release, counts and versions."""

    version: str = strawberry.field(description="Version of this program.")
    schema_version: int = strawberry.field(description="Version of the graph's schema.")

    @strawberry.field(description="What readers see now.")
    async def release(self, info: Info) -> Release | None:
        """The current release; null before the first load."""
        release = await info.context.release()
        row = await info.context.batches.node("releases", str(release.number))
        return None if row is None else build_release(row)

    @strawberry.field(description="How much there is of each kind; counted once a release.")
    async def counts(self, info: Info) -> Counts:
        """Counts, remembered for the release."""
        release = await info.context.release()
        key = ("counts", release.number)
        counted: Counts = await info.context.desk.remembered.get(key, lambda: _count(info.context))
        return counted


SearchTarget = Annotated[
    LazySnp | LazyCpG | LazyGene | LazyTrait | Annotation | Study,
    strawberry.union("SearchTarget", description="Anything that can be searched."),
]


@strawberry.type(description="Something whose indexed text matches.")
class SearchHit:
    """A hit."""

    kind: str = strawberry.field(description="SNP, CpG, Gene, Trait, Annotation or Study.")
    id: strawberry.ID
    name: str = strawberry.field(description="Name, symbol or rsids.")
    description: str = strawberry.field(description="What else helps to recognise it.")

    @strawberry.field(description="The thing itself.")
    async def node(self, info: Info) -> SearchTarget | None:
        """The node, through its DataLoader."""
        return await info.context.load_node(self.kind, str(self.id))


def read_meta() -> Meta:
    """Versions of program and schema."""
    return Meta(version=product_version(), schema_version=SCHEMA_VERSION)


async def _count(context: RequestContext) -> Counts:
    nodes, edges = await context.read("count_nodes"), await context.read("count_edges")
    return Counts(**nodes[0], **edges[0])

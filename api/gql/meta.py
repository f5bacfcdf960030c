"""GraphQL types about the whole graph: release, counts, versions, search hits."""

# mypy: disable-error-code="untyped-decorator, no-any-return"
# strawberry.field types its decorated form as Any, and a DataLoader gives whatever the node's kind builds.

from enum import Enum
from typing import Annotated, Any

import strawberry

from api.gql.codes import ErrorCode
from api.gql.context import Info, RequestContext
from api.gql.errors import QueryError
from api.gql.evidence import LazyCpG, LazyGene, LazySnp, LazyTrait
from api.gql.places import Annotation
from api.gql.provenance import Release, Study, build_release
from api.versions import product_version
from graph_schema import SCHEMA_VERSION
from services.search.text_search import KINDS as SEARCHABLE_LABELS


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


@strawberry.type(description="What an answer depends on.")
class Versions:
    """Versions."""

    program: str
    graph_schema: int = strawberry.field(description="Schema version of this program.")
    stored_schema: int | None = strawberry.field(description="Schema version of the stored graph.")
    reference_build: str | None = strawberry.field(description="Genome build of the store's positions.")
    neo4j: str | None = strawberry.field(description="Version of the graph's server.")
    neo4j_edition: str | None
    model_run_id: str | None = strawberry.field(description="The champion: the run whose predictions are shown.")
    model_code: str | None = strawberry.field(description="Version of the code that trained it.")
    model_method: str | None = strawberry.field(description="PinSage or hybrid.")


@strawberry.type(description="The graph as a whole.")
class Meta:
    """Release, counts and versions."""

    version: str = strawberry.field(description="Version of this program.")
    schema_version: int = strawberry.field(description="Version of the graph's schema.")

    @strawberry.field(description="Every version that an answer depends on.")
    async def versions(self, info: Info) -> Versions:
        """Versions of program, schema, store and model."""
        release = await info.context.release()
        key = ("versions", release.number)
        found: Versions = await info.context.desk.remembered.get(key, lambda: _read_versions(info.context))
        return found

    @strawberry.field(description="Releases that `@asOf(release:)` may name, newest first.")
    async def available_releases(self, info: Info) -> list[int]:
        """Numbers of the releases that stay loaded."""
        return list(await info.context.available_releases())

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


@strawberry.enum(description="How a text matched.")
class SearchMatch(Enum):
    """From the best to the least."""

    EXACT = strawberry.enum_value("EXACT", description="The whole of an id, name or synonym, in any case.")
    PREFIX = strawberry.enum_value("PREFIX", description="The beginning of one.")
    WORDS = strawberry.enum_value("WORDS", description="Each word is one of its words or begins one.")
    FUZZY = strawberry.enum_value("FUZZY", description="A letter or two differ.")
    REGION = strawberry.enum_value("REGION", description="It lies in the region.")


@strawberry.type(description="Something whose indexed text matches.")
class SearchHit:
    """A hit."""

    kind: str = strawberry.field(description="SNP, CpG, Gene, Trait, Annotation or Study.")
    id: strawberry.ID
    name: str = strawberry.field(description="Name, symbol or rsids.")
    description: str = strawberry.field(description="What else helps to recognise it.")
    match: SearchMatch = strawberry.field(description="How the text matched; better ones come first within a kind.")
    matched_text: str = strawberry.field(description="The id, name or synonym that matched.")

    @strawberry.field(description="The thing itself.")
    async def node(self, info: Info) -> SearchTarget | None:
        """The node, through its DataLoader."""
        return await info.context.load_node(self.kind, str(self.id))


def read_meta() -> Meta:
    """Versions of program and schema."""
    return Meta(version=product_version(), schema_version=SCHEMA_VERSION)


async def _read_versions(context: RequestContext) -> Versions:
    stored = await context.desk.store.read("setup/read_schema_version")
    (server,) = await context.desk.store.read("status/server_version")
    champion = (await context.release()).champion_run_id
    run = await context.load_node("ModelRun", champion)
    return Versions(
        program=product_version(),
        graph_schema=SCHEMA_VERSION,
        stored_schema=stored[0]["version"] if stored else None,
        reference_build=stored[0]["reference_build"] if stored else None,
        neo4j=server["version"],
        neo4j_edition=server["edition"],
        model_run_id=champion,
        model_code=run.code_version if run else None,
        model_method=run.method if run else None,
    )


async def _count(context: RequestContext) -> Counts:
    nodes, edges = await context.read("count_nodes"), await context.read("count_edges")
    return Counts(**nodes[0], **edges[0])


def build_hit(hit: Any) -> SearchHit:
    """A hit of the search as a GraphQL object."""
    return SearchHit(
        kind=hit.kind,
        id=strawberry.ID(hit.id),
        name=hit.name,
        description=hit.description,
        match=SearchMatch[hit.match.name],
        matched_text=hit.matched_text,
    )


def check_kinds(kinds: list[str] | None) -> list[str]:
    """Labels of the kinds that a caller names, in any case; all that can be searched for none.

    Raises
    ------
    QueryError
        ``BAD_ARGUMENT`` for another kind.
    """
    labels = {label.lower(): label for label in SEARCHABLE_LABELS}
    unknown = [kind for kind in kinds or () if kind.lower() not in labels]
    if unknown:
        message = f"`kinds` may hold {', '.join(SEARCHABLE_LABELS)}, not {', '.join(unknown)}"
        raise QueryError(ErrorCode.BAD_ARGUMENT, message, argument="kinds")
    return list(dict.fromkeys(labels[kind.lower()] for kind in kinds)) if kinds else list(SEARCHABLE_LABELS)

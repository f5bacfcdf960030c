"""GraphQL types of edges seen from the side of genes and categories: what lies near, what lies inside."""

# mypy: disable-error-code="untyped-decorator, no-any-return"
# strawberry.field types its decorated form as Any, and a DataLoader gives whatever the node's kind builds.

from typing import TYPE_CHECKING, Annotated

import strawberry

from api.gql.batches import Row
from api.gql.context import Info
from api.gql.cursors import Position
from api.gql.listings import Listing
from api.gql.provenance import Study

if TYPE_CHECKING:
    from api.gql.molecules import CpG
    from api.gql.places import Annotation
    from api.gql.variants import Snp

LazySnp = Annotated["Snp", strawberry.lazy("api.gql.variants")]
LazyCpG = Annotated["CpG", strawberry.lazy("api.gql.molecules")]
LazyAnnotation = Annotated["Annotation", strawberry.lazy("api.gql.places")]


@strawberry.type(name="NearbySNP", description="A SNP to which the gene is one of the three nearest within 500 kb.")
class NearbySnp:
    """A NEAR edge from its gene."""

    source: strawberry.Private[str]
    distance_bp: int = strawberry.field(description="Distance to the gene's body; 0 inside it.")
    rank: int = strawberry.field(description="1 where the gene is the SNP's nearest.")

    @strawberry.field(description="The SNP; null where it has no evidence in the release.")
    async def snp(self, info: Info) -> LazySnp | None:
        """SNP, through its DataLoader."""
        return await info.context.load_node("SNP", self.source)


@strawberry.type(description="A CpG to which the gene is one of the three nearest within 500 kb.")
class NearbyCpG:
    """A NEAR edge from its gene."""

    source: strawberry.Private[str]
    distance_bp: int = strawberry.field(description="Distance to the gene's body; 0 inside it.")
    rank: int = strawberry.field(description="1 where the gene is the CpG's nearest.")

    @strawberry.field(description="The CpG.")
    async def cpg(self, info: Info) -> LazyCpG | None:
        """CpG, through its DataLoader."""
        return await info.context.load_node("CpG", self.source)


@strawberry.type(description="A SNP inside a functional category, with its value where the category has values.")
class AnnotationMembership:
    """An IN_ANNOTATION edge."""

    source: strawberry.Private[str]
    target: strawberry.Private[str]
    study_id: strawberry.Private[str]
    value: float | None = strawberry.field(description="Of a continuous category; null for plain membership.")

    @strawberry.field(description="The SNP; null where it has no evidence in the release.")
    async def snp(self, info: Info) -> LazySnp | None:
        """SNP, through its DataLoader."""
        return await info.context.load_node("SNP", self.source)

    @strawberry.field(description="The category.")
    async def annotation(self, info: Info) -> LazyAnnotation | None:
        """Category, through its DataLoader."""
        return await info.context.load_node("Annotation", self.target)

    @strawberry.field(description="The study that the category comes from.")
    async def study(self, info: Info) -> Study | None:
        """Study, through its DataLoader."""
        return await info.context.load_node("Study", self.study_id)


def nearby(query: str) -> Listing:
    """NEAR edges of genes by distance."""
    return Listing(query, lambda row: Position(row["value"], row["source"]))


def memberships(query: str, end: str) -> Listing:
    """IN_ANNOTATION edges by the id of their other end."""
    return Listing(query, lambda row: Position(0.0, row[end]))


def build_nearby_snp(row: Row) -> NearbySnp:
    """A SNP near a gene, of a row with ``source``, ``value`` and ``rank``."""
    return NearbySnp(source=row["source"], distance_bp=int(row["value"]), rank=row["rank"])


def build_nearby_cpg(row: Row) -> NearbyCpG:
    """A CpG near a gene, of a row with ``source``, ``value`` and ``rank``."""
    return NearbyCpG(source=row["source"], distance_bp=int(row["value"]), rank=row["rank"])


def build_membership(row: Row) -> AnnotationMembership:
    """A membership of a row with ``edge``, ``source`` and ``target``."""
    edge = row["edge"]
    return AnnotationMembership(
        source=row["source"], target=row["target"], study_id=edge["study_id"], value=edge.get("value")
    )

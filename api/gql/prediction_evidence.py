"""GraphQL types of the evidence behind a predicted edge: query SNP, shared molecules with their edges, weight."""

# mypy: disable-error-code="untyped-decorator, no-any-return"
# strawberry.field types its decorated form as Any, and a DataLoader gives whatever the node's kind builds.

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from api.gql.building import build_record
from api.gql.context import Info
from api.gql.pages import check_page_size
from api.gql.provenance import Study

if TYPE_CHECKING:
    from api.gql.molecules import CpG, Gene
    from api.gql.variants import Snp

PATHS_SHOWN, PATHS_AT_MOST = 5, 50

LazySnp = Annotated["Snp", strawberry.lazy("api.gql.variants")]
SharedMolecule = Annotated[
    Annotated["CpG", strawberry.lazy("api.gql.molecules")] | Annotated["Gene", strawberry.lazy("api.gql.molecules")],
    strawberry.union("SharedMolecule", description="A CpG or a gene on which two loci act."),
]


@strawberry.type(description="The strongest measured association of a lead SNP with a molecule.")
class EvidenceEdge:
    """An MQTL or EQTL edge of a walk."""

    study_id: strawberry.Private[str]
    type: str = strawberry.field(description="MQTL or EQTL.")
    z_score: float | None = strawberry.field(description="Null where the sign is not known.")
    neg_log10_p: float = strawberry.field(name="negLog10P")
    p_value: str = strawberry.field(description='Exact text such as "3.2E-412".')
    cis_trans: str | None

    @strawberry.field(description="The study.")
    async def study(self, info: Info) -> Study | None:
        """Study, through its DataLoader."""
        return await info.context.load_node("Study", self.study_id)


@strawberry.type(description="One step: two loci act on one molecule.")
class EvidenceMolecule:
    """A shared molecule."""

    molecule_id: strawberry.Private[str]
    molecule_kind: strawberry.Private[str]
    from_key: strawberry.Private[str]
    to_key: strawberry.Private[str]
    from_edge: EvidenceEdge | None = strawberry.field(description="Null when the release holds it no more.")
    to_edge: EvidenceEdge | None = strawberry.field(description="Null when the release holds it no more.")

    @strawberry.field(description="The shared molecule.")
    async def molecule(self, info: Info) -> SharedMolecule | None:
        """CpG or gene, through its DataLoader."""
        return await info.context.load_node(self.molecule_kind, self.molecule_id)

    @strawberry.field(description="Its lead SNP in the locus that the walk comes from.")
    async def from_snp(self, info: Info) -> LazySnp | None:
        """SNP, through its DataLoader."""
        return await info.context.load_node("SNP", self.from_key)

    @strawberry.field(description="Its lead SNP in the locus that the walk goes to.")
    async def to_snp(self, info: Info) -> LazySnp | None:
        """SNP, through its DataLoader."""
        return await info.context.load_node("SNP", self.to_key)


@strawberry.type(description="A walk from a known SNP of the target to the predicted locus.")
class PredictionEvidence:
    """One path."""

    query_key: strawberry.Private[str]
    weight: float = strawberry.field(
        description="Probability of the walk times the linkage of the SNP with the lead SNP where it ends."
    )
    molecules: list[EvidenceMolecule] = strawberry.field(description="One, or two by way of a third locus.")

    @strawberry.field(description="The known SNP where the walk begins.")
    async def query_snp(self, info: Info) -> LazySnp | None:
        """SNP, through its DataLoader."""
        return await info.context.load_node("SNP", self.query_key)


async def read_evidence(
    info: Info, run_id: str, snp: str, query_keys: Sequence[str], *, first: int
) -> list[PredictionEvidence]:
    """The paths of one predicted edge, computed once for a release.

    Raises
    ------
    QueryError
        ``BAD_ARGUMENT`` for an impossible number of paths.
    """
    check_page_size(first, PATHS_AT_MOST)
    desk, release = info.context.desk, await info.context.release()
    info.context.refuse_as_of("evidence")
    key = ("prediction", release.number, run_id, snp, tuple(query_keys), first)
    paths = await desk.remembered.get(
        key, lambda: asyncio.to_thread(desk.explain, run_id, snp, tuple(query_keys), first)
    )
    return [
        PredictionEvidence(
            query_key=path.query_snp, weight=path.weight, molecules=[_build_step(step) for step in path.steps]
        )
        for path in paths
    ]


def _build_step(step: Any) -> EvidenceMolecule:
    return EvidenceMolecule(
        molecule_id=step.molecule,
        molecule_kind=step.molecule_kind,
        from_key=step.from_snp,
        to_key=step.to_snp,
        from_edge=_build_edge(step.from_edge),
        to_edge=_build_edge(step.to_edge),
    )


def _build_edge(edge: Any) -> EvidenceEdge | None:
    return None if edge is None else build_record(EvidenceEdge, edge)

"""GraphQL types of a candidate's evidence: measured edges, and apart from them what a model predicts."""

# mypy: disable-error-code="untyped-decorator, no-any-return"
# strawberry.field types its decorated form as Any, and a DataLoader gives whatever the node's kind builds.

from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from api.gql.building import build_record
from api.gql.context import Info
from api.gql.evidence import LazyCpG, LazyGene, LazySnp
from api.gql.provenance import ModelRun, Study

if TYPE_CHECKING:
    from services.search.report import Candidate, CandidateReport

Molecule = Annotated[
    LazyCpG | LazyGene, strawberry.union("Molecule", description="What two SNPs have in common: a CpG or a gene.")
]


@strawberry.type(description="A measured association of a SNP with a molecule: one step of an evidence path.")
class PathMolecularEdge:
    """An MQTL or EQTL edge of a path."""

    snp_key: strawberry.Private[str]
    study_id: strawberry.Private[str]
    type: str = strawberry.field(description="MQTL or EQTL.")
    z_score: float | None
    neg_log10_p: float = strawberry.field(name="negLog10P")
    p_value: str = strawberry.field(description='Exact text such as "3.2E-412".')
    weight: float = strawberry.field(description="Share of |z| among all molecular edges of the SNP.")
    cis_trans: str | None
    effect_allele: str | None = strawberry.field(description="As the study reports it; zScore refers to it.")
    other_allele: str | None

    @strawberry.field(description="The SNP; a neighbour in the same LD block where the path goes through LD.")
    async def snp(self, info: Info) -> LazySnp | None:
        """SNP, through its DataLoader."""
        return await info.context.load_node("SNP", self.snp_key)

    @strawberry.field(description="The study.")
    async def study(self, info: Info) -> Study | None:
        """Study, through its DataLoader."""
        return await info.context.load_node("Study", self.study_id)


@strawberry.type(description="A measured association of a SNP with the trait: the last step of an evidence path.")
class PathTraitEdge:
    """An association with the trait."""

    snp_key: strawberry.Private[str]
    study_id: strawberry.Private[str]
    z_score: float | None
    neg_log10_p: float = strawberry.field(name="negLog10P")
    p_value: str = strawberry.field(description='Exact text such as "3.2E-412".')

    @strawberry.field(description="The SNP.")
    async def snp(self, info: Info) -> LazySnp | None:
        """SNP, through its DataLoader."""
        return await info.context.load_node("SNP", self.snp_key)

    @strawberry.field(description="The GWAS.")
    async def study(self, info: Info) -> Study | None:
        """Study, through its DataLoader."""
        return await info.context.load_node("Study", self.study_id)


@strawberry.type(description="Between query and candidate where they share no molecule: a locus that acts on two.")
class Bridge:
    """A bridge."""

    molecule_id: strawberry.Private[str]
    molecule_kind: str = strawberry.field(description="CpG or Gene.")
    molecule_name: str = strawberry.field(description="Symbol or id of the second molecule.")
    edges: list[PathMolecularEdge] = strawberry.field(
        description="From the locus between to the first molecule, and to the second, which the candidate acts on."
    )

    @strawberry.field(description="The second molecule; the candidate's edge ends there.")
    async def molecule(self, info: Info) -> Molecule | None:
        """CpG or gene, through its DataLoader."""
        return await info.context.load_node(self.molecule_kind, self.molecule_id)


@strawberry.type(
    description="Why a SNP is a candidate: query SNP, shared molecule, candidate SNP, trait. Every edge is measured."
)
class EvidencePath:
    """One path."""

    query_key: strawberry.Private[str]
    molecule_id: strawberry.Private[str]
    molecule_kind: str = strawberry.field(description="CpG or Gene.")
    molecule_name: str = strawberry.field(description="Symbol or id.")
    query_edge: PathMolecularEdge
    candidate_edge: PathMolecularEdge
    query_trait_edge: PathTraitEdge
    candidate_trait_edge: PathTraitEdge | None = strawberry.field(description="Null where it was not tested.")
    weight: float = strawberry.field(description="Product of the weights of the two molecular edges.")
    is_through_ld: bool
    bridge: Bridge | None = strawberry.field(description="Null where one molecule is shared.")

    @strawberry.field(description="The known SNP at the path's beginning.")
    async def query_snp(self, info: Info) -> LazySnp | None:
        """SNP, through its DataLoader."""
        return await info.context.load_node("SNP", self.query_key)

    @strawberry.field(description="The shared molecule.")
    async def molecule(self, info: Info) -> Molecule | None:
        """CpG or gene, through its DataLoader."""
        return await info.context.load_node(self.molecule_kind, self.molecule_id)


@strawberry.type(description="What studies measured of a candidate; no number here comes from a model.")
class MeasuredEvidence:
    """The measured part."""

    in_gwas: PathTraitEdge | None = strawberry.field(
        description="The candidate in the GWAS it was tested on; null where none is complete."
    )
    paths: list[EvidencePath] = strawberry.field(description="From query SNPs to the candidate, the heaviest first.")


@strawberry.type(description="The model's walk along a measured path.")
class PredictedWalk:
    """A walk."""

    path: int = strawberry.field(description="Number of the path in measured.paths, from 1.")
    weight: float = strawberry.field(description="Probability of the walk times LD with the candidate.")


@strawberry.type(description="What the method says of a candidate; none of it was measured.")
class PredictedEvidence:
    """The predicted part."""

    run_id: strawberry.Private[str | None]
    query_key: strawberry.Private[str]
    method: str = strawberry.field(description="pinsage or two_hop.")
    score: float = strawberry.field(description="Comparable within one search only.")
    rank: int
    n_candidates: int
    walks: list[PredictedWalk] = strawberry.field(description="Empty where no model walked the measured paths.")

    @strawberry.field(description="The known SNP that it resembles most.")
    async def query_snp(self, info: Info) -> LazySnp | None:
        """SNP, through its DataLoader."""
        return await info.context.load_node("SNP", self.query_key)

    @strawberry.field(description="The run; null where no model proposed it.")
    async def model_run(self, info: Info) -> ModelRun | None:
        """Run, through its DataLoader."""
        return await info.context.load_node("ModelRun", self.run_id)


@strawberry.type(description="Why a SNP is a candidate: what was measured, and apart from it what is predicted.")
class CandidateEvidence:
    """The evidence of a candidate."""

    measured: MeasuredEvidence
    predicted: PredictedEvidence


def build_candidate_evidence(candidate: "Candidate", report: "CandidateReport") -> CandidateEvidence:
    """Evidence of one candidate of a report."""
    tested_on = next((study.study_id for study in report.studies if study.is_tested_on), None)
    in_gwas = None
    if tested_on is not None and candidate.neg_log10_p is not None:
        in_gwas = build_record(PathTraitEdge, candidate, snp_key=candidate.key, study_id=tested_on)
    numbered = enumerate(candidate.paths, start=1)
    walks = [PredictedWalk(path=at, weight=path.walk_weight) for at, path in numbered if path.walk_weight is not None]
    predicted = build_record(
        PredictedEvidence,
        candidate,
        run_id=report.run_id,
        query_key=candidate.query_snp,
        method=report.options.method,
        n_candidates=report.n_candidates,
        walks=walks,
    )
    measured = MeasuredEvidence(in_gwas=in_gwas, paths=[build_path(path) for path in candidate.paths])
    return CandidateEvidence(measured=measured, predicted=predicted)


def build_path(path: Any) -> EvidencePath:
    """One path with its edges."""
    last = path.candidate_trait_edge
    return build_record(
        EvidencePath,
        path,
        query_key=path.query_snp,
        molecule_id=path.molecule,
        query_edge=_build_edge(path.query_edge),
        candidate_edge=_build_edge(path.candidate_edge),
        bridge=_build_bridge(path) if path.bridge_edges else None,
        query_trait_edge=build_record(PathTraitEdge, path.query_trait_edge, snp_key=path.query_trait_edge.snp),
        candidate_trait_edge=build_record(PathTraitEdge, last, snp_key=last.snp) if last else None,
    )


def _build_bridge(path: Any) -> Bridge:
    return Bridge(
        molecule_id=path.second_molecule,
        molecule_kind="CpG" if path.candidate_edge.type == "MQTL" else "Gene",
        molecule_name=path.second_molecule_name,
        edges=[_build_edge(edge) for edge in path.bridge_edges],
    )


def _build_edge(edge: Any) -> PathMolecularEdge:
    return build_record(PathMolecularEdge, edge, snp_key=edge.snp)

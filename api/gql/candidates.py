"""GraphQL types of a search for candidate loci: its status, its test, and each candidate with its evidence."""

# mypy: disable-error-code="untyped-decorator, no-any-return"
# strawberry.field types its decorated form as Any, and a DataLoader gives whatever the node's kind builds.

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import strawberry

from api.gql.building import build_record
from api.gql.candidate_evidence import CandidateEvidence, EvidencePath, build_candidate_evidence
from api.gql.candidate_tests import (
    FalseDiscoveryResult,
    FalseDiscoveryTest,
    FamilyWiseResult,
    FamilyWiseTest,
    build_false_discovery,
    build_false_discovery_result,
    build_family_wise,
    build_family_wise_result,
)
from api.gql.context import Info
from api.gql.evidence import LazySnp, LazyTrait
from api.gql.pages import Connection
from api.gql.places import LdBlock
from api.gql.provenance import ModelRun, Study

if TYPE_CHECKING:
    from services.search.report import CandidateReport


@strawberry.type(description="A gene near a candidate; distanceBp is 0 inside it.")
class CandidateGene:
    """A gene nearby."""

    gene_id: strawberry.ID
    symbol: str | None
    distance_bp: int


@strawberry.type(description="A SNP proposed for the trait. Numbers refer to the first allele of its key.")
class Candidate:
    """A candidate."""

    key: strawberry.Private[str]
    query_key: strawberry.Private[str]
    rsids: list[str]
    chromosome: str
    position_bp: int
    ld_block_id: str | None
    is_in_mhc: bool = strawberry.field(description="Chromosome 6, 25 to 34 Mb.")
    rank: int = strawberry.field(description="1 for the best score among proposals that were not excluded.")
    score: float = strawberry.field(description="Comparable within one search only.")
    neg_log10_p: float | None = strawberry.field(name="negLog10P", description="Null where nothing was tested.")
    p_value: str | None = strawberry.field(description='Exact text such as "3.2E-412"; null where nothing was tested.')
    z_score: float | None
    effect_size: float | None
    standard_error: float | None
    n_samples: int | None
    is_significant: bool | None = strawberry.field(description="Null where it was not tested.")
    novelty: str = strawberry.field(description="novel, not assessed, not significant or not tested.")
    ld_source: str = strawberry.field(description="Where knowledge of its linkage to known SNPs comes from.")
    nearest_genes: list[CandidateGene]
    paths: list[EvidencePath] = strawberry.field(description="As evidence.measured.paths.")
    evidence: CandidateEvidence = strawberry.field(description="Why it is a candidate: measured, and apart predicted.")
    family_wise: FamilyWiseResult | None = strawberry.field(description="Null where it was not tested.")
    false_discovery: FalseDiscoveryResult | None = strawberry.field(
        description="Another guarantee than familyWise: never compared with it. Null where it was not tested."
    )

    @strawberry.field(description="SNP key.")
    def id(self) -> strawberry.ID:
        """SNP key."""
        return strawberry.ID(self.key)

    @strawberry.field(description="The SNP.")
    async def snp(self, info: Info) -> LazySnp | None:
        """SNP, through its DataLoader."""
        return await info.context.load_node("SNP", self.key)

    @strawberry.field(description="The known SNP that it resembles most.")
    async def query_snp(self, info: Info) -> LazySnp | None:
        """SNP, through its DataLoader."""
        return await info.context.load_node("SNP", self.query_key)

    @strawberry.field(description="Its LD block.")
    async def ld_block(self, info: Info) -> LdBlock | None:
        """Block, through its DataLoader."""
        return await info.context.load_node("LDBlock", self.ld_block_id)


@strawberry.type(description="A clump of significant candidates.")
class CandidateLocus:
    """A locus."""

    lead_id: strawberry.ID = strawberry.field(description="Key of the strongest SNP.")
    member_ids: list[strawberry.ID]
    chromosome: str
    start_bp: int
    end_bp: int
    ld_block_id: str | None
    is_in_mhc: bool
    neg_log10_p: float = strawberry.field(name="negLog10P")
    p_value: str
    novelty: str
    ld_source: str
    nearest_genes: list[CandidateGene]

    @strawberry.field(description="The strongest SNP.")
    async def lead(self, info: Info) -> LazySnp | None:
        """SNP, through its DataLoader."""
        return await info.context.load_node("SNP", str(self.lead_id))

    @strawberry.field(description="The LD block of the strongest SNP.")
    async def ld_block(self, info: Info) -> LdBlock | None:
        """Block, through its DataLoader."""
        return await info.context.load_node("LDBlock", self.ld_block_id)


@strawberry.type(description="What matched random candidates give at the same threshold.")
class NullExpectation:
    """The null."""

    n_sets: int
    n_pool: int = strawberry.field(description="SNPs that the sets were drawn from.")
    n_bins: int
    share_matched: float
    observed_survivors: int
    observed_loci: int
    survivors: float = strawberry.field(description="Mean number of significant SNPs of a random set.")
    survivors_interval: list[float] = strawberry.field(description="2.5th and 97.5th percentile.")
    loci: float = strawberry.field(description="Mean number of clumps of a random set.")
    loci_interval: list[float]
    share_with_any: float
    share_with_any_interval: list[float] = strawberry.field(description="Wilson's 95 % interval.")
    p_survivors: float
    p_loci: float


@strawberry.type(description="A GWAS that knows the trait.")
class CandidateStudy:
    """A study of the search."""

    study_id: strawberry.Private[str]
    statistics: str = strawberry.field(description="complete or truncated.")
    ancestry: str | None
    n_associations: int
    is_tested_on: bool

    @strawberry.field(description="The study.")
    async def study(self, info: Info) -> Study | None:
        """Study, through its DataLoader."""
        return await info.context.load_node("Study", self.study_id)


@strawberry.type(description="Proposals left out for one reason.")
class Exclusion:
    """A reason with its count."""

    reason: str
    count: int


@strawberry.type(
    description="Which other loci act on the same molecules as the known ones, and do they carry the trait?"
)
class CandidateLoci:
    """A search's result."""

    trait_id: strawberry.Private[str]
    run_id: strawberry.Private[str | None]
    status: str = strawberry.field(description="tested, untestable, no_query_snps or no_model.")
    release: int
    studies: list[CandidateStudy]
    n_known_snps: int = strawberry.field(description="Known SNPs of the trait.")
    query_snp_ids: list[strawberry.ID] = strawberry.field(description="The clumped known SNPs that asked.")
    n_proposed: int = strawberry.field(description="Proposals before anything was excluded.")
    n_candidates: int = strawberry.field(description="Tests paid for; fixed before any p-value was read.")
    threshold: float | None = strawberry.field(description="Minus log10 of alpha / nCandidates; null when untestable.")
    p_threshold: str | None = strawberry.field(description="The same as text.")
    n_significant: int
    family_wise: FamilyWiseTest | None = strawberry.field(description="What threshold and nSignificant come from.")
    false_discovery: FalseDiscoveryTest | None = strawberry.field(
        description="Benjamini-Hochberg without and with weights by score; never compared with familyWise."
    )
    guarantees: str = strawberry.field(description="How the two tests differ, in words.")
    candidates: Connection[Candidate] = strawberry.field(
        description="The page that first and after ask for: strongest first when tested, else best ranked first."
    )
    novel_loci: list[CandidateLocus]
    unassessed_loci: list[CandidateLocus] = strawberry.field(description="Significant, but novelty cannot be said.")
    excluded: list[Exclusion]
    null: NullExpectation | None
    warnings: list[str] = strawberry.field(description="What a reader must know beside the numbers.")

    @strawberry.field(description="The trait.")
    async def trait(self, info: Info) -> LazyTrait | None:
        """Trait, through its DataLoader."""
        return await info.context.load_node("Trait", self.trait_id)

    @strawberry.field(description="The model run that proposed the candidates.")
    async def model_run(self, info: Info) -> ModelRun | None:
        """Run, through its DataLoader."""
        return await info.context.load_node("ModelRun", self.run_id)


def build_candidate_loci(report: "CandidateReport", candidates: Connection[Candidate]) -> CandidateLoci:
    """A report as GraphQL objects, with one page of its candidates."""
    null = report.null
    return build_record(
        CandidateLoci,
        report,
        trait_id=report.trait.trait_id,
        studies=[build_record(CandidateStudy, study) for study in report.studies],
        query_snp_ids=[strawberry.ID(key) for key in report.query_snps],
        candidates=candidates,
        novel_loci=_build_loci(report.novel_loci),
        unassessed_loci=_build_loci(report.unassessed_loci),
        excluded=[Exclusion(reason=reason, count=count) for reason, count in report.excluded.items()],
        null=build_record(NullExpectation, null) if null else None,
        family_wise=build_family_wise(report.family_wise),
        false_discovery=build_false_discovery(report.false_discovery),
        warnings=list(report.warnings),
    )


def build_candidate(candidate: Any, report: "CandidateReport") -> Candidate:
    """One candidate of a report."""
    evidence = build_candidate_evidence(candidate, report)
    return build_record(
        Candidate,
        candidate,
        query_key=candidate.query_snp,
        ld_block_id=candidate.block,
        nearest_genes=_build_genes(candidate.nearest_genes),
        paths=evidence.measured.paths,
        evidence=evidence,
        family_wise=build_family_wise_result(candidate.family_wise),
        false_discovery=build_false_discovery_result(candidate.false_discovery),
    )


def _build_loci(loci: Sequence[Any]) -> list[CandidateLocus]:
    return [
        build_record(
            CandidateLocus,
            locus,
            lead_id=strawberry.ID(locus.lead),
            member_ids=[strawberry.ID(key) for key in locus.members],
            ld_block_id=locus.block,
            nearest_genes=_build_genes(locus.nearest_genes),
        )
        for locus in loci
    ]


def _build_genes(genes: Sequence[Any]) -> list[CandidateGene]:
    return [build_record(CandidateGene, gene) for gene in genes]

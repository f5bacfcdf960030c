"""What a search for candidate loci hands back: frozen records that turn into plain JSON values."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from services.search.error_rates import (
    DIFFERENT_GUARANTEES,
    FalseDiscoveryResult,
    FalseDiscoveryTest,
    FamilyWiseResult,
    FamilyWiseTest,
)
from services.search.options import CandidateOptions
from services.search.traits import Trait

Status = Literal["tested", "untestable", "no_query_snps", "no_model"]
Novelty = Literal["novel", "not assessed", "not significant", "not tested"]


@dataclass(frozen=True, slots=True)
class StudyUsed:
    """A GWAS that knows the trait.

    Attributes
    ----------
    study_id
        Its id.
    statistics
        ``complete`` or ``truncated``.
    ancestry
        Of its people, where known.
    n_associations
        Associations with the trait in the graph.
    is_tested_on
        Whether the candidates were tested on it.
    """

    study_id: str
    statistics: str
    ancestry: str | None
    n_associations: int
    is_tested_on: bool


@dataclass(frozen=True, slots=True)
class MolecularEdge:
    """A measured association of a SNP with a molecule, one step of an evidence path.

    Attributes
    ----------
    snp
        SNP key.
    type
        ``MQTL`` or ``EQTL``.
    study_id
        The study.
    z_score
        Signed z of the reported effect allele, where known.
    neg_log10_p, p_value
        Minus log10 p, and p as exact text.
    effect_allele, other_allele
        As the study reports them; the sign of z is that of the effect allele. None where it does not say.
    weight
        |z| of the edge as a share of the |z| of all molecular edges of its SNP.
    cis_trans
        ``cis`` or ``trans``, where known.
    """

    snp: str
    type: str
    study_id: str
    z_score: float | None
    neg_log10_p: float
    p_value: str
    weight: float
    cis_trans: str | None
    effect_allele: str | None = None
    other_allele: str | None = None


@dataclass(frozen=True, slots=True)
class TraitEdge:
    """A measured association of a SNP with the trait, the last step of an evidence path.

    Attributes
    ----------
    snp
        SNP key.
    study_id
        The GWAS.
    z_score
        Signed z, where known: of the reported allele for a query SNP, of the key's first allele for a candidate.
    neg_log10_p, p_value
        Minus log10 p, and p as exact text.
    """

    snp: str
    study_id: str
    z_score: float | None
    neg_log10_p: float
    p_value: str


@dataclass(frozen=True, slots=True)
class EvidencePath:
    """One path: query SNP, shared molecule (or two with a locus between), candidate SNP, trait.

    Attributes
    ----------
    query_snp, candidate_snp
        The two ends.
    molecule, molecule_kind, molecule_name
        The shared molecule: id, ``CpG`` or ``Gene``, symbol or id.
    query_edge, candidate_edge
        The two molecular associations. Where one starts at another SNP than the end, it is a neighbour in the same
        LD block (`is_through_ld`).
    query_trait_edge
        The query SNP's association with the trait.
    candidate_trait_edge
        The candidate's; None where it was not tested.
    weight
        Product of the weights of the molecular edges, which are measured.
    walk_weight
        The model's probability of the walk, times the candidate's LD with the walk's last SNP; None where no model
        walked this path. Predicted, not measured.
    is_through_ld
        Whether the path goes through a neighbour in the LD block of one of its ends (or of a bridge).
    second_molecule, second_molecule_name, bridge_edges
        Where query and candidate share no molecule the path may go over two: `bridge_edges` lead from a locus between
        them to `molecule` and to `second_molecule`, and `candidate_edge` ends at the latter. Else None and empty.
    """

    query_snp: str
    candidate_snp: str
    molecule: str
    molecule_kind: str
    molecule_name: str
    query_edge: MolecularEdge
    candidate_edge: MolecularEdge
    query_trait_edge: TraitEdge
    candidate_trait_edge: TraitEdge | None
    weight: float
    is_through_ld: bool
    second_molecule: str | None = None
    second_molecule_name: str | None = None
    bridge_edges: tuple[MolecularEdge, ...] = ()
    walk_weight: float | None = None


@dataclass(frozen=True, slots=True)
class NearGene:
    """A gene near a SNP; `distance_bp` is 0 inside it."""

    gene_id: str
    symbol: str | None
    distance_bp: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A SNP proposed for the trait.

    Attributes
    ----------
    key, rsids
        The SNP.
    chromosome, position_bp
        Its place in the reference build.
    block
        LD block, where it has one.
    is_in_mhc
        Whether it lies on chromosome 6 from 25 to 34 Mb.
    rank
        1 for the best score among all proposals that were not excluded.
    score
        Similarity to the best query SNP; comparable within one report only.
    query_snp
        That query SNP.
    neg_log10_p, p_value
        In the GWAS tested on; None where nothing was tested. ``p_value`` is exact text such as ``3.2E-412``.
    z_score, effect_size, standard_error, n_samples
        In the same GWAS, of the first allele of the key; None where unknown.
    is_significant
        Whether it passes; None where it was not tested.
    novelty
        ``novel``: it passes and every known SNP of the trait has a place; ``not assessed``: it passes, but a known
        SNP without a place may lie near; ``not significant``, ``not tested``.
    ld_source
        Where knowledge of its linkage to known SNPs comes from.
    nearest_genes
        Up to three.
    paths
        Evidence paths, the heaviest first.
    family_wise, false_discovery
        What each of the two tests says of it, apart from each other; None where it was not tested.
    """

    key: str
    rsids: tuple[str, ...]
    chromosome: str
    position_bp: int
    block: str | None
    is_in_mhc: bool
    rank: int
    score: float
    query_snp: str
    neg_log10_p: float | None
    p_value: str | None
    z_score: float | None
    effect_size: float | None
    standard_error: float | None
    n_samples: int | None
    is_significant: bool | None
    novelty: Novelty
    ld_source: str
    nearest_genes: tuple[NearGene, ...]
    paths: tuple[EvidencePath, ...]
    family_wise: FamilyWiseResult | None = None
    false_discovery: FalseDiscoveryResult | None = None


@dataclass(frozen=True, slots=True)
class Locus:
    """A clump of significant candidates.

    Attributes
    ----------
    lead
        Key of the strongest.
    members
        Keys of all, the lead first.
    chromosome, start_bp, end_bp
        Stretch of the members.
    block
        LD block of the lead.
    is_in_mhc
        Whether the lead lies in the MHC.
    neg_log10_p, p_value
        Of the lead.
    novelty
        ``novel`` or ``not assessed``.
    ld_source
        What the clump rests on.
    nearest_genes
        Of the lead.
    """

    lead: str
    members: tuple[str, ...]
    chromosome: str
    start_bp: int
    end_bp: int
    block: str | None
    is_in_mhc: bool
    neg_log10_p: float
    p_value: str
    novelty: Novelty
    ld_source: str
    nearest_genes: tuple[NearGene, ...]


@dataclass(frozen=True, slots=True)
class NullExpectation:
    """What matched random candidates give at the same threshold, beside what the real ones gave.

    Attributes
    ----------
    n_sets
        Random sets, each as large as the real one.
    n_pool
        SNPs they were drawn from: in the graph with molecular associations, in the GWAS tested on, not excluded (a
        sample of them where the GWAS holds very many).
    n_bins, share_matched
        Quantile bins of degree, frequency and LD score; share of candidates with at least five SNPs to one to draw.
    observed_survivors, observed_loci
        Of the real candidates.
    survivors, survivors_interval
        Mean number of significant SNPs of a random set; from the 2.5th to the 97.5th percentile of the sets.
    loci, loci_interval
        The same for clumps.
    share_with_any, share_with_any_interval
        Share of sets with any significant SNP, with Wilson's 95 % interval.
    p_survivors, p_loci
        Share of sets with at least as many as the real candidates, the real one counted as a set.
    """

    n_sets: int
    n_pool: int
    n_bins: int
    share_matched: float
    observed_survivors: int
    observed_loci: int
    survivors: float
    survivors_interval: tuple[float, float]
    loci: float
    loci_interval: tuple[float, float]
    share_with_any: float
    share_with_any_interval: tuple[float, float]
    p_survivors: float
    p_loci: float


@dataclass(frozen=True, slots=True)
class CandidateReport:
    """Which other loci act on the same molecules as the known ones, and whether they carry the trait.

    Attributes
    ----------
    trait, options
        What was asked.
    status
        ``tested``; ``untestable``: no complete GWAS of the trait holds a candidate, so they are listed without p;
        ``no_query_snps``: no known SNP of the trait has a place and a molecular association (or the model knows
        none); ``no_model``: nothing was trained yet.
    release, run_id
        Release read; model run, where one proposed the candidates.
    studies
        GWAS that know the trait.
    n_known_snps, query_snps
        Known SNPs of the trait; keys of the clumped ones that asked.
    n_proposed
        SNPs proposed by the query SNPs before anything was excluded.
    n_candidates
        Candidates, fixed before any p-value was read: those in the GWAS tested on, or, when untestable, all left.
    threshold, p_threshold
        Minus log10 of alpha / `n_candidates` and the same as text; None when untestable.
    n_significant
        Candidates that pass.
    family_wise, false_discovery
        The test that the fields above tell of, and apart from it the one at a false discovery rate, without and with
        weights by score; None when untestable. `guarantees` says how they differ.
    candidates
        The strongest first when tested (every significant one), else the best ranked first.
    novel_loci, unassessed_loci
        Clumps of significant candidates that are novel, and those of which that cannot be said.
    excluded
        Number of proposals left out, by reason.
    null
        Matched random candidates; None when untestable.
    warnings
        What a reader must know beside the numbers.
    """

    trait: Trait
    options: CandidateOptions
    status: Status
    release: int
    run_id: str | None
    studies: tuple[StudyUsed, ...] = ()
    n_known_snps: int = 0
    query_snps: tuple[str, ...] = ()
    n_proposed: int = 0
    n_candidates: int = 0
    threshold: float | None = None
    p_threshold: str | None = None
    n_significant: int = 0
    candidates: tuple[Candidate, ...] = ()
    novel_loci: tuple[Locus, ...] = ()
    unassessed_loci: tuple[Locus, ...] = ()
    excluded: Mapping[str, int] = field(default_factory=dict)
    null: NullExpectation | None = None
    warnings: tuple[str, ...] = ()
    family_wise: FamilyWiseTest | None = None
    false_discovery: FalseDiscoveryTest | None = None
    guarantees: str = DIFFERENT_GUARANTEES

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain JSON values, fields in the order of the records."""
        return asdict(self)

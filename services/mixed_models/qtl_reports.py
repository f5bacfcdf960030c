"""What a map of molecular traits answers."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.mixed_models.reports import KinshipFacts, PeopleReport


@dataclass(frozen=True, slots=True)
class QtlGene:
    """A trait and its strongest SNP; the effect is that of a copy of the effect allele.

    Attributes
    ----------
    neg_log10_p, neg_log10_p_gene
        Of the SNP, and of the trait once its tests are accounted for.
    q
        False discovery rate among the traits.
    """

    trait: str
    chromosome: str | None
    position_bp: int
    n: int
    n_tests: int
    rsid: str
    snp_position_bp: int
    effect_allele: str
    other_allele: str
    frequency: float
    beta: float | None
    se: float | None
    neg_log10_p: float
    neg_log10_p_gene: float
    q: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QtlReport(PeopleReport):
    """A map of SNPs and molecular traits.

    Attributes
    ----------
    mode, method, window_bp
        What was asked.
    trait_counts
        Rows of the table, and traits left out by reason.
    n_traits, n_traits_with_snps
        Traits tested, and those of them with a SNP within the window (of trans maps: with a test).
    n_snps, n_snps_passing, n_dropped
        SNPs read, those that pass the bars among everybody analysed, and the others by reason.
    n_cis_tests, n_cis_kept, n_trans_tests, n_trans_kept
        Pairs tested, and kept; None for a map that was not asked for.
    is_complete
        Whether the table holds every pair tested, all of them cis.
    n_permutations, judged_by
        Permutations, and how p-values of traits were made: beta, permutations or bonferroni.
    fdr, n_significant, n_significant_pairs, n_significant_bonferroni
        The rate, the traits that pass it by `judged_by`, their pairs that reach the trait's own threshold, and the
        traits that pass by Bonferroni within the trait.
    lambda_gc_cis
        Median chi² of the cis pairs over that of no effect, which true effects and LD raise; None without cis pairs, or
        if there were too many to hold.
    kinship
        With p3d.
    genes
        Traits with the smallest q, then the smallest p.
    """

    mode: str
    method: str
    window_bp: int
    trait_counts: Mapping[str, int]
    n_traits: int
    n_traits_with_snps: int
    n_snps: int
    n_snps_passing: int
    n_dropped: Mapping[str, int]
    n_cis_tests: int | None
    n_cis_kept: int | None
    n_trans_tests: int | None
    n_trans_kept: int | None
    is_complete: bool
    n_permutations: int
    judged_by: str
    fdr: float
    n_significant: int
    n_significant_pairs: int
    n_significant_bonferroni: int
    lambda_gc_cis: float | None
    kinship: KinshipFacts | None
    genes: tuple[QtlGene, ...]

"""The two questions that candidates are tested by, each with records of its own that cannot be exchanged."""

from dataclasses import dataclass

DIFFERENT_GUARANTEES = (
    "Bonferroni (family-wise) keeps the chance that even one candidate that passes is wrong at most at its rate; "
    "Benjamini-Hochberg, weighted or not (false discovery), keeps the share of wrong ones expected among those that "
    "pass at its rate. These are different guarantees: a count of the one is never compared with a count of the other."
)


@dataclass(frozen=True, slots=True)
class FamilyWiseTest:
    """Bonferroni over the candidates: the chance that even one that passes is wrong is at most `rate`.

    Attributes
    ----------
    rate
        Family-wise error rate asked for (``alpha``).
    n_candidates
        Tests paid for.
    threshold, p_threshold
        Minus log10 of rate / `n_candidates`, and the same as text.
    n_rejected, n_loci
        Candidates that pass, and their clumps.
    """

    rate: float
    n_candidates: int
    threshold: float
    p_threshold: str
    n_rejected: int
    n_loci: int


@dataclass(frozen=True, slots=True)
class FamilyWiseResult:
    """What Bonferroni says of one candidate.

    Attributes
    ----------
    p_adjusted
        p times the number of candidates, at most 1, as text.
    neg_log10_adjusted
        Minus log10 of it.
    is_rejected
        Whether it passes.
    """

    p_adjusted: str
    neg_log10_adjusted: float
    is_rejected: bool


@dataclass(frozen=True, slots=True)
class Discoveries:
    """What passes at a false discovery rate.

    Attributes
    ----------
    n_candidates
        Candidates that pass; the rate is promised for these.
    n_loci
        Their clumps; linked candidates of one locus pass together, so the rate is not promised for loci.
    """

    n_candidates: int
    n_loci: int


@dataclass(frozen=True, slots=True)
class WeightBin:
    """Candidates of similar score, and the weight they got.

    Attributes
    ----------
    number
        1 for the lowest scores.
    lowest_score, highest_score
        Of its candidates.
    n_candidates
        In it.
    lowest_weight, mean_weight, highest_weight
        Over its candidates: the weight differs between chromosomes, each learned without its own p-values.
    n_unweighted, n_weighted
        Discoveries in it, with equal weights and with these.
    """

    number: int
    lowest_score: float
    highest_score: float
    n_candidates: int
    lowest_weight: float
    mean_weight: float
    highest_weight: float
    n_unweighted: int
    n_weighted: int


@dataclass(frozen=True, slots=True)
class CovariateCheck:
    """Whether the score knows p where there is no effect: among SNPs with p above a bound, one an LD block.

    Attributes
    ----------
    among
        Which SNPs, and by which score.
    above
        The bound on p.
    n_blocks
        LD blocks with such a SNP.
    rank_correlation, interval, p_value
        Spearman's correlation of score and p, its 95 % interval, its p; None where there are too few blocks.
    n_strata, chi_square, degrees_of_freedom, histogram_p_value
        Whether p has the same histogram in every stratum of the score; None where there are too few blocks.
    reason
        Why nothing was checked; None where it was.
    """

    among: str
    above: float
    n_blocks: int | None
    rank_correlation: float | None
    interval: tuple[float, float] | None
    p_value: float | None
    n_strata: int | None
    chi_square: float | None
    degrees_of_freedom: int | None
    histogram_p_value: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class FalseDiscoveryTest:
    """Benjamini-Hochberg over the candidates: of those that pass, a share of `rate` is expected to be wrong.

    Attributes
    ----------
    rate
        False discovery rate asked for.
    n_candidates, n_chromosomes
        Tests, and the chromosomes they lie on: the folds of the weights.
    unweighted
        Benjamini and Hochberg's procedure, the baseline of the next.
    weighted
        The same on p over its weight (independent hypothesis weighting); None where `reason` says why not.
    reason
        Why the candidates were not weighted.
    covariate
        What weights are learned from.
    bins
        Weights by score, the lowest scores first; empty without weights.
    checks
        What shows that the covariate does not know p under the null.
    """

    rate: float
    n_candidates: int
    n_chromosomes: int
    unweighted: Discoveries
    weighted: Discoveries | None
    reason: str | None
    covariate: str
    bins: tuple[WeightBin, ...]
    checks: tuple[CovariateCheck, ...]


@dataclass(frozen=True, slots=True)
class FalseDiscoveryResult:
    """What Benjamini-Hochberg says of one candidate.

    Attributes
    ----------
    p_adjusted, neg_log10_adjusted
        Smallest rate at which it passes with equal weights, as text and as minus log10.
    is_discovery
        Whether it passes with equal weights.
    score_bin, weight
        Its bin (1 for the lowest scores) and its weight; None without weights.
    weighted_p_adjusted, weighted_neg_log10_adjusted, is_weighted_discovery
        The same with weights; None without.
    """

    p_adjusted: str
    neg_log10_adjusted: float
    is_discovery: bool
    score_bin: int | None
    weight: float | None
    weighted_p_adjusted: str | None
    weighted_neg_log10_adjusted: float | None
    is_weighted_discovery: bool | None

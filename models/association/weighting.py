"""Independent hypothesis weighting: tests weighted by a covariate, each fold with weights learned without it."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from models.association.errors import WeightingError
from models.association.weight_learning import learn_weights
from models.association.weighted_tests import (
    FalseDiscoveries,
    FamilyWise,
    weighted_benjamini_hochberg,
    weighted_bonferroni,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_MARGIN = 1.0
"""Standard errors, of the difference of paired counts, by which weighting must find more to be chosen."""


class UniformReason(StrEnum):
    """Why all weights are 1."""

    TOO_FEW_HYPOTHESES = "too few hypotheses"
    TOO_FEW_FOLDS = "fewer than three folds"
    CONSTANT_COVARIATE = "the covariate does not vary"
    NOTHING_LEARNED = "no fold's other hypotheses gave a weighting with more discoveries"


@dataclass(frozen=True, slots=True)
class WeightingOptions:
    """How weights are learned.

    Attributes
    ----------
    rate
        False discovery rate and, apart from it, family-wise error rate.
    most_bins, fewest_in_bin
        Bins of the covariate, and hypotheses that a bin needs; there are as many bins as both allow.
    variations
        Bounds on how much weights differ from bin to bin in sum, of which inner folds choose; 0 is no weighting.
    n_inner_folds
        Groups of the other folds that are left out in turn to choose among the bounds; at least 2.

    Raises
    ------
    WeightingError
        When an option is outside its range.
    """

    rate: float = 0.05
    most_bins: int = 8
    fewest_in_bin: int = 100
    variations: tuple[float, ...] = (0.0, 1.0, 2.0, 4.0, float("inf"))
    n_inner_folds: int = 3

    def __post_init__(self) -> None:
        if not 0.0 < self.rate < 1.0:
            raise WeightingError(
                f"a weighting's rate must lie between 0 and 1, not at {self.rate}; choose such as 0.05"
            )
        if min(self.most_bins, self.fewest_in_bin) < 1 or self.n_inner_folds < 2:
            raise WeightingError(
                "a weighting needs at least 1 bin, 1 hypothesis a bin and 2 inner folds, not "
                f"{self.most_bins}, {self.fewest_in_bin} and {self.n_inner_folds}; raise what is too small"
            )
        if not self.variations or any(not variation >= 0.0 for variation in self.variations):
            raise WeightingError(f"bounds of variation are 0 or more and one is needed, not {self.variations}")


@dataclass(frozen=True, slots=True)
class Weighting:
    """Weighted tests; rows are in the order given.

    Attributes
    ----------
    weight
        Of each hypothesis, 0 or more, of mean 1 within each fold (n).
    bin, n_bins
        Bin of the covariate, 0 for the lowest values (n), and how many there are.
    fold
        Number of each hypothesis's fold among the sorted names (n).
    bin_weight
        Weight of each bin in each fold, before it is scaled to mean 1 in the fold (folds, n_bins).
    variation
        The bound that each fold's others chose; 0 where their weights are all 1 (folds).
    false_discovery, family_wise
        Weighted Benjamini-Hochberg; weighted Bonferroni. They answer different questions: never set one's count
        against the other's.
    unweighted_false_discovery, unweighted_family_wise
        The same of the same p with all weights 1.
    reason
        Why all weights are 1; None where some are not.
    """

    weight: FloatArray
    bin: IntArray
    n_bins: int
    fold: IntArray
    bin_weight: FloatArray
    variation: FloatArray
    false_discovery: FalseDiscoveries
    family_wise: FamilyWise
    unweighted_false_discovery: FalseDiscoveries
    unweighted_family_wise: FamilyWise
    reason: UniformReason | None


def weigh_hypotheses(
    neg_log10_p: FloatArray, covariate: FloatArray, folds: NDArray[np.generic], options: WeightingOptions | None = None
) -> Weighting:
    """Weigh hypotheses by a covariate and test them.

    Parameters
    ----------
    neg_log10_p
        Minus log10 p, finite, 0 or more; any size, such as 400 (n).
    covariate
        Says how likely an effect is or how well it would be seen, such as a calibrated score; finite. Only its order
        counts. Under the null it must be independent of p (n).
    folds
        Name of each hypothesis's fold; p-values of different folds must be independent: chromosomes, not SNPs (n).
    options
        How weights are learned.

    Raises
    ------
    WeightingError
        When lengths differ, there is no hypothesis, or a number is not finite or a p above 1.

    Notes
    -----
    Each fold's weights come from the p-values of the others, so a hypothesis's weight does not know its own p.
    Weighted Bonferroni then keeps its rate exactly where folds are independent; weighted Benjamini-Hochberg keeps it
    for many hypotheses (Ignatiadis and Huber 2021) and in the simulations of docs/maths/weighting.md.

    References
    ----------
    Ignatiadis et al. 2016, doi:10.1038/nmeth.3885; Ignatiadis and Huber 2021, doi:10.1111/rssb.12411.
    """
    chosen = options or WeightingOptions()
    strength, scores = _check(neg_log10_p, covariate, folds)
    fold = np.asarray(np.unique(folds, return_inverse=True)[1], dtype=np.int64).reshape(-1)
    bins = covariate_bins(scores, min(chosen.most_bins, max(strength.size // chosen.fewest_in_bin, 1)))
    n_folds, n_bins = int(fold.max()) + 1, int(bins.max()) + 1
    reason = _reason(strength.size, n_folds, n_bins, chosen)
    bin_weight, variation = np.ones((n_folds, n_bins)), np.zeros(n_folds)
    if reason is None:
        for one in range(n_folds):
            others = fold != one
            variation[one] = _choose_variation(strength[others], bins[others], fold[others], n_bins, chosen)
            bin_weight[one] = _learn(strength[others], bins[others], n_bins, float(variation[one]), chosen)
    weight = _scale(bin_weight[fold, bins], fold)
    if reason is None and (weight == 1.0).all():
        reason = UniformReason.NOTHING_LEARNED
    plain = np.ones_like(weight)
    return Weighting(
        weight, bins, n_bins, fold, bin_weight, variation,
        weighted_benjamini_hochberg(strength, weight, chosen.rate), weighted_bonferroni(strength, weight, chosen.rate),
        weighted_benjamini_hochberg(strength, plain, chosen.rate), weighted_bonferroni(strength, plain, chosen.rate),
        reason,
    )  # fmt: skip


def covariate_bins(covariate: FloatArray, n_bins: int) -> IntArray:
    """Cut a covariate into bins of about equal size; equal values share a bin, so that there may be fewer.

    Returns
    -------
    NDArray[np.int64]
        Bin of each value, 0 for the lowest, none empty (n).
    """
    _, group, counts = np.unique(covariate, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - counts / 2.0
    bin_of_group = np.minimum((middle * n_bins / covariate.size).astype(np.int64), n_bins - 1)
    return np.asarray(np.unique(bin_of_group[group], return_inverse=True)[1], dtype=np.int64).reshape(-1)


def _choose_variation(
    strength: FloatArray, bins: IntArray, fold: IntArray, n_bins: int, options: WeightingOptions
) -> float:
    """The bound with most discoveries among these folds, each group of them weighted by the others; ties the least.

    It must find more than no weighting does by `_MARGIN` standard errors, else it is 0. Bounds are tried in rising
    order until one finds no more than the best before it.
    """
    _, rank = np.unique(fold, return_inverse=True)
    group = rank.reshape(-1) % options.n_inner_folds
    plain = weighted_benjamini_hochberg(strength, np.ones_like(strength), options.rate).is_discovery
    best, most = 0.0, int(plain.sum())
    for variation in sorted(options.variations):
        weight = np.ones_like(strength)
        for one in np.unique(group):
            kept = group != one
            weight[~kept] = _learn(strength[kept], bins[kept], n_bins, variation, options)[bins[~kept]]
        found = weighted_benjamini_hochberg(strength, _scale(weight, fold), options.rate).is_discovery
        if variation > 0.0 and found.sum() <= most:
            break
        most = int(found.sum())
        if most - int(plain.sum()) > _MARGIN * np.sqrt((found ^ plain).sum()):
            best = variation
    return best


def _learn(
    strength: FloatArray, bins: IntArray, n_bins: int, variation: float, options: WeightingOptions
) -> FloatArray:
    """Weights of bins; p below the smallest float are 0 there, which the estimator raises to its floor."""
    return learn_weights(10.0**-strength, bins, n_bins, rate=options.rate, variation=variation)


def _scale(weight: FloatArray, fold: IntArray) -> FloatArray:
    """Weights of mean 1 within each fold; 1 where a fold's are all 0."""
    _, fold = np.unique(fold, return_inverse=True)
    sizes, totals = np.bincount(fold), np.bincount(fold, weights=weight)
    means = np.where(totals > 0.0, totals / sizes, 1.0)[fold]
    return np.where(totals[fold] > 0.0, weight / means, 1.0)


def _reason(n: int, n_folds: int, n_bins: int, options: WeightingOptions) -> UniformReason | None:
    if n < 2 * options.fewest_in_bin:
        return UniformReason.TOO_FEW_HYPOTHESES
    if n_folds < 3:
        return UniformReason.TOO_FEW_FOLDS
    return UniformReason.CONSTANT_COVARIATE if n_bins < 2 else None


def _check(neg_log10_p: FloatArray, covariate: FloatArray, folds: NDArray[np.generic]) -> tuple[FloatArray, FloatArray]:
    """Both as float64, once they are known to fit together."""
    strength, scores = np.asarray(neg_log10_p, dtype=np.float64), np.asarray(covariate, dtype=np.float64)
    if strength.ndim != 1 or not strength.size or not strength.shape == scores.shape == np.shape(folds):
        raise WeightingError(
            "a weighting needs one p, one covariate and one fold of each of at least one hypothesis, not shapes "
            f"{strength.shape}, {scores.shape} and {np.shape(folds)}; give columns of one table"
        )
    if not np.isfinite(strength).all() or (strength < 0.0).any():
        raise WeightingError("minus log10 of every p must be finite and 0 or more; leave out hypotheses without a p")
    if not np.isfinite(scores).all():
        raise WeightingError("the covariate must be finite; leave out hypotheses that have none")
    return strength, scores

"""Checks that a covariate says nothing of p where there is no effect: rank correlation and histograms above p .5."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from models.association.errors import WeightingError
from models.association.weighting import covariate_bins

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

FEWEST_GROUPS = 20
"""Fewer groups with a p above the bound than this are not judged."""

_P_BINS, _MOST_STRATA, _FEWEST_IN_STRATUM = 5, 4, 25


@dataclass(frozen=True, slots=True)
class IndependenceCheck:
    """Whether large p-values know of the covariate; each group (LD block) gives one hypothesis.

    Attributes
    ----------
    above
        Only hypotheses with a larger p take part: most of them have no effect.
    n
        Groups with such a hypothesis.
    rank_correlation, interval, p_value
        Spearman's correlation of covariate and p, its 95 % interval, and its two-sided p; 0 is wanted.
    n_strata, chi_square, degrees_of_freedom, histogram_p_value
        Test that the histogram of p (five bins) is the same in every stratum of the covariate; None where there are
        too few for two strata of 25.
    """

    above: float
    n: int
    rank_correlation: float
    interval: tuple[float, float]
    p_value: float
    n_strata: int | None
    chi_square: float | None
    degrees_of_freedom: int | None
    histogram_p_value: float | None


def check_independence(
    p: FloatArray, covariate: FloatArray, groups: NDArray[np.generic], *, above: float = 0.5
) -> IndependenceCheck | None:
    """Check a covariate against the large p-values of the hypotheses that it is to weigh.

    Parameters
    ----------
    p
        p-values, NaN where unknown; those are left out (n).
    covariate
        Finite where p is known (n).
    groups
        Name of the group of each hypothesis, such as its LD block: hypotheses of different groups are independent.
        Of each group the first with p above the bound counts, so that linked SNPs are not counted again (n).
    above
        The bound, from 0 to below 1.

    Returns
    -------
    IndependenceCheck or None
        None where fewer than `FEWEST_GROUPS` groups take part, or where their covariate or p does not vary.

    Raises
    ------
    WeightingError
        When lengths differ or the bound is outside its range.

    Notes
    -----
    Independence under the null is what weighting rests on (Ignatiadis et al. 2016, who look at the same histograms).
    A small correlation among the large p of hypotheses with weak effects is no fault: look at its interval.

    References
    ----------
    Ignatiadis et al. 2016, doi:10.1038/nmeth.3885; interval: Bonett and Wright 2000, doi:10.1007/BF02294183.
    """
    strength, scores = np.asarray(p, dtype=np.float64), np.asarray(covariate, dtype=np.float64)
    if not strength.shape == scores.shape == np.shape(groups) or not 0.0 <= above < 1.0:
        raise WeightingError(
            "a check of independence needs one p, covariate and group of each hypothesis and a bound of 0 to below 1, "
            f"not shapes {strength.shape}, {scores.shape}, {np.shape(groups)} and {above}; give columns of one table"
        )
    large = np.flatnonzero(strength > above)
    chosen = large[np.unique(np.asarray(groups)[large], return_index=True)[1]]
    if chosen.size < FEWEST_GROUPS or np.ptp(scores[chosen]) == 0.0 or np.ptp(strength[chosen]) == 0.0:
        return None
    return _check(strength[chosen], scores[chosen], above)


def _check(p: FloatArray, covariate: FloatArray, above: float) -> IndependenceCheck:
    found = stats.spearmanr(covariate, p)
    correlation = float(found.statistic)
    error = np.sqrt((1.0 + correlation**2 / 2.0) / (p.size - 3))
    low, high = np.tanh(np.arctanh(np.clip(correlation, -1 + 1e-12, 1 - 1e-12)) + np.array([-1.0, 1.0]) * 1.96 * error)
    strata = covariate_bins(covariate, min(_MOST_STRATA, p.size // _FEWEST_IN_STRATUM or 1))
    n_strata = int(strata.max()) + 1
    histogram = _compare_histograms(p, strata, n_strata, above)
    return IndependenceCheck(
        above=above,
        n=int(p.size),
        rank_correlation=correlation,
        interval=(float(low), float(high)),
        p_value=float(found.pvalue),
        n_strata=n_strata if histogram else None,
        chi_square=histogram[0] if histogram else None,
        degrees_of_freedom=histogram[1] if histogram else None,
        histogram_p_value=histogram[2] if histogram else None,
    )


def _compare_histograms(
    p: FloatArray, strata: IntArray, n_strata: int, above: float
) -> tuple[float, int, float] | None:
    """Chi-square, its degrees of freedom and p of one histogram for all strata; None where there is one stratum."""
    at = np.minimum(((p - above) / (1.0 - above) * _P_BINS).astype(np.int64), _P_BINS - 1)
    counts = np.zeros((n_strata, _P_BINS))
    np.add.at(counts, (strata, at), 1.0)
    counts = counts[:, counts.sum(axis=0) > 0]
    if n_strata < 2 or counts.shape[1] < 2:
        return None
    found = stats.chi2_contingency(counts, correction=False)
    return float(found.statistic), int(found.dof), float(found.pvalue)

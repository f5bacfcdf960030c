"""Weighted Benjamini-Hochberg and weighted Bonferroni in log space: two answers to two questions, two types."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FalseDiscoveries:
    """What passes at a false discovery rate: of the discoveries, that share is expected to be wrong.

    Attributes
    ----------
    rate
        The rate asked for.
    neg_log10_adjusted
        Minus log10 of the smallest rate at which each hypothesis passes, 0 or more (n).
    is_discovery
        Whether it passes (n).
    """

    rate: float
    neg_log10_adjusted: FloatArray
    is_discovery: BoolArray

    @property
    def n_discoveries(self) -> int:
        """Number that pass."""
        return int(self.is_discovery.sum())


@dataclass(frozen=True, slots=True)
class FamilyWise:
    """What passes at a family-wise error rate: the chance that even one that passes is wrong is at most that.

    Attributes
    ----------
    rate
        The rate asked for.
    neg_log10_adjusted
        Minus log10 of the smallest rate at which each hypothesis passes, 0 or more (n).
    is_rejected
        Whether it passes (n).
    """

    rate: float
    neg_log10_adjusted: FloatArray
    is_rejected: BoolArray

    @property
    def n_rejected(self) -> int:
        """Number that pass."""
        return int(self.is_rejected.sum())


def weighted_benjamini_hochberg(neg_log10_p: FloatArray, weight: FloatArray, rate: float) -> FalseDiscoveries:
    """Benjamini and Hochberg's procedure on p divided by its weight.

    Parameters
    ----------
    neg_log10_p
        Minus log10 p, finite, 0 or more (n).
    weight
        0 or more, of mean 1 (n); what weighs 0 never passes.
    rate
        False discovery rate, above 0 and below 1.

    References
    ----------
    Genovese, Roeder and Wasserman 2006, doi:10.1093/biomet/93.3.509.
    """
    strength = _divided(neg_log10_p, weight)
    order = np.argsort(strength, kind="stable")  # weakest first
    ranks = np.arange(order.size, 0, -1)
    raw = strength[order] + np.log10(ranks) - math.log10(max(order.size, 1))
    adjusted = np.empty_like(strength)
    adjusted[order] = np.maximum(np.maximum.accumulate(raw), 0.0)
    return FalseDiscoveries(rate, adjusted, adjusted >= -math.log10(rate))


def weighted_bonferroni(neg_log10_p: FloatArray, weight: FloatArray, rate: float) -> FamilyWise:
    """Bonferroni's procedure on p divided by its weight; arguments as in `weighted_benjamini_hochberg`."""
    raw = _divided(neg_log10_p, weight) - math.log10(max(neg_log10_p.size, 1))
    adjusted = np.maximum(raw, 0.0)
    return FamilyWise(rate, adjusted, adjusted >= -math.log10(rate))


def _divided(neg_log10_p: FloatArray, weight: FloatArray) -> FloatArray:
    """Minus log10 of p over its weight; minus infinity where the weight is 0."""
    with np.errstate(divide="ignore"):
        return np.asarray(neg_log10_p + np.log10(weight))

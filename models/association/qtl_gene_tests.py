"""One p-value a gene from the p of its strongest SNP: Bonferroni, permutations, and their beta approximation."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import betainc, betaln, digamma, polygamma

from models.association.qtl_permutations import PermutedLeads
from models.significance import neg_log10_two_sided_t

FloatArray = NDArray[np.float64]

DEGREES_RANGE: Final = 4.0
"""Effective degrees of freedom are looked for within this factor of n - c - 1."""
FEWEST_TO_FIT: Final = 20
"""Permutations from which a beta distribution is fitted."""
_SMALLEST_TAIL: Final = 1e-280
_SMALLEST_VARIATION: Final = 1e-12
_MOST_STEPS, _SMALL_STEP = 200, 1e-10
_FIRST_STEP, _NEAR_ENOUGH, _FEW_STEPS = 0.05, 1e-6, 12


@dataclasses.dataclass(frozen=True, slots=True)
class GeneTests:
    """What permutations say of each trait; NaN where no SNP was tested, ``[t]`` each.

    Attributes
    ----------
    neg_log10_p_empirical
        Of ``(permutations at least as strong + 1) / (B + 1)``.
    neg_log10_p_beta
        By the beta distribution of the permutations' smallest p; NaN where it could not be fitted.
    shape_1, shape_2
        Of that distribution; the second is about the number of independent SNPs.
    effective_degrees
        Degrees of freedom at which the first shape is 1 (by moments).
    degrees
        n - c - 1 of the tests; 0 where there are none.
    """

    neg_log10_p_empirical: FloatArray
    neg_log10_p_beta: FloatArray
    shape_1: FloatArray
    shape_2: FloatArray
    effective_degrees: FloatArray
    degrees: NDArray[np.int64]


def gene_tests(leads: PermutedLeads) -> GeneTests:
    """Test each trait's strongest SNP against what permutations gave in the same window.

    Parameters
    ----------
    leads
        From `permute_leads`.

    References
    ----------
    Ongen et al. 2016, Bioinformatics 32:1479, doi:10.1093/bioinformatics/btv722, section 2.2; Phipson and Smyth 2010,
    doi:10.2202/1544-6115.1585 (the + 1).
    """
    n_traits, n_permutations = leads.permuted.shape
    empirical, of_beta, first, second, effective = (np.full(n_traits, np.nan) for _ in range(5))
    found = GeneTests(empirical, of_beta, first, second, effective, leads.degrees)
    for trait in np.flatnonzero(~np.isnan(leads.observed)).tolist():
        observed, permuted = float(leads.observed[trait]), leads.permuted[trait].astype(np.float64)
        as_strong = int((permuted >= np.float32(observed)).sum())
        found.neg_log10_p_empirical[trait] = math.log10((n_permutations + 1) / (as_strong + 1))
        if n_permutations < FEWEST_TO_FIT:
            continue
        degrees = effective_degrees(permuted, int(leads.degrees[trait]))
        shapes = fit_beta(p_of_r_squared(permuted, degrees))
        found.effective_degrees[trait], found.shape_1[trait], found.shape_2[trait] = degrees, *shapes
        found.neg_log10_p_beta[trait] = _beta_tail(observed, degrees, *shapes)
    return found


def p_of_r_squared(r_squared: FloatArray, degrees: float) -> FloatArray:
    """Two-sided p of partial correlations squared, ``I_(1 - r²)(degrees / 2, 1 / 2)``."""
    return np.asarray(betainc(degrees / 2.0, 0.5, 1.0 - np.minimum(r_squared, 1.0)))


def effective_degrees(r_squared: FloatArray, degrees: int) -> float:
    """Degrees of freedom at which permutations' smallest p have a first beta shape of 1, by moments.

    Parameters
    ----------
    r_squared
        Of the permutations, ``[B]``.
    degrees
        n - c - 1; returned where no value within a factor of 4 will do.
    """
    start, room = math.log(degrees), math.log(DEGREES_RANGE)

    def distance(log_degrees: float) -> float:
        within = min(max(log_degrees, start - 2.0 * room), start + 2.0 * room)
        return math.log(max(_moments(p_of_r_squared(r_squared, math.exp(within)))[0], 1e-300))

    found = _secant(distance, start)
    if found is not None and abs(found - start) <= room:
        return math.exp(found)
    low, high = start - room, start + room
    if not distance(low) * distance(high) < 0.0:
        return float(degrees)
    return math.exp(float(brentq(distance, low, high, xtol=_NEAR_ENOUGH)))


def _secant(distance: Callable[[float], float], start: float) -> float | None:
    """Where the distance is 0, in few steps where it is nearly a line; None where it is not."""
    before, here = start, start + _FIRST_STEP
    of_before, of_here = distance(before), distance(here)
    for _ in range(_FEW_STEPS):
        if not of_here - of_before:
            return None
        before, here, of_before = here, here - of_here * (here - before) / (of_here - of_before), of_here
        if abs(here - before) <= _NEAR_ENOUGH:
            return here
        of_here = distance(here)
    return None


def fit_beta(p: FloatArray) -> tuple[float, float]:
    """Shapes of a beta distribution by maximum likelihood, by Newton steps from those of the moments.

    Parameters
    ----------
    p
        Between 0 and 1, ``[B]``.

    Returns
    -------
    tuple[float, float]
        NaN where the values do not vary.
    """
    inside = np.clip(p, 1e-300, 1.0 - 1e-12)
    shapes = np.array(_moments(inside))
    means = np.array([np.log(inside).mean(), np.log1p(-inside).mean()])
    if not (np.isfinite(shapes).all() and (shapes > 0).all()):
        return math.nan, math.nan
    for _ in range(_MOST_STEPS):
        whole = shapes.sum()
        gradient = means - digamma(shapes) + digamma(whole)
        hessian = np.full((2, 2), polygamma(1, whole)) - np.diag(polygamma(1, shapes))
        step = np.linalg.solve(hessian, gradient)
        while (shapes - step <= 0.0).any():
            step /= 2.0
        shapes = shapes - step
        if (np.abs(step) <= _SMALL_STEP * shapes).all():
            break
    return float(shapes[0]), float(shapes[1])


def bonferroni_within(neg_log10_p: FloatArray, n_tests: NDArray[np.int64]) -> FloatArray:
    """Minus log10 of p times the number of tests, at least 0 (NaN stays NaN)."""
    return np.asarray(np.maximum(neg_log10_p - np.log10(np.maximum(n_tests, 1)), 0.0))


def false_discovery_rates(neg_log10_p: FloatArray, *, n_tests: int | None = None) -> FloatArray:
    """Smallest false discovery rate at which each test is rejected, by Benjamini and Hochberg.

    Parameters
    ----------
    neg_log10_p
        Minus log10 of p; NaN where there is none.
    n_tests
        Tests in all, if those without a p were made too and are weaker than all others; None: only those with a p.

    References
    ----------
    Benjamini and Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x.
    """
    rates = np.full(neg_log10_p.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(neg_log10_p))
    order = tested[np.argsort(neg_log10_p[tested], kind="stable")]  # weakest first
    ranks = np.arange(order.size, 0, -1)
    raw = 10.0 ** -neg_log10_p[order] * (order.size if n_tests is None else n_tests) / ranks
    rates[order] = np.minimum(np.minimum.accumulate(raw), 1.0)
    return rates


def _moments(p: FloatArray) -> tuple[float, float]:
    mean, variance = float(p.mean()), float(p.var())
    if variance <= _SMALLEST_VARIATION * mean * mean:
        return math.nan, math.nan
    whole = mean * (1.0 - mean) / variance - 1.0
    return mean * whole, (1.0 - mean) * whole


def _beta_tail(r_squared: float, degrees: float, shape_1: float, shape_2: float) -> float:
    """Minus log10 of the beta distribution's tail below the p of `r_squared`."""
    if math.isnan(shape_1):
        return math.nan
    t = math.sqrt(degrees * r_squared / max(1.0 - r_squared, 1e-300))
    log_p = -float(neg_log10_two_sided_t(t, degrees)) * math.log(10.0)
    tail = float(betainc(shape_1, shape_2, math.exp(log_p)))
    if tail > _SMALLEST_TAIL:
        return max(-math.log10(tail), 0.0)
    log_tail = shape_1 * log_p - math.log(shape_1) - float(betaln(shape_1, shape_2))
    return -log_tail / math.log(10.0)

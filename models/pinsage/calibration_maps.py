"""The three maps from a number to a probability: rising steps, a beta curve, and steps by decile of degree."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression, minimize
from scipy.special import expit, logit

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_NEAREST_TO_EDGE = 1e-12
_FARTHEST_INTERCEPT = 50.0


@dataclass(frozen=True, slots=True)
class Steps:
    """A step function: from each lower edge on, one probability; below the first edge, the first.

    Attributes
    ----------
    lower, probability
        Edges, ascending, and the probability from each on (k).
    """

    lower: FloatArray
    probability: FloatArray

    def __call__(self, x: FloatArray) -> FloatArray:
        """Probability at each number (any shape)."""
        return self.probability[np.maximum(np.searchsorted(self.lower, x, side="right") - 1, 0)]


@dataclass(frozen=True, slots=True)
class BetaCurve:
    """Kull's beta calibration, logit p = a ln s - b ln(1 - s) + c with a, b ≥ 0.

    Attributes
    ----------
    a, b, c
        Slopes at the lower and the upper end, and intercept.
    centre, scale
        s = 1 / (1 + exp(-(x - centre) / scale)), which brings any score into (0, 1).
    is_probability
        The scores lie in (0, 1) themselves: s = x.
    """

    a: float
    b: float
    c: float
    centre: float
    scale: float
    is_probability: bool

    def __call__(self, x: FloatArray) -> FloatArray:
        """Probability at each number (any shape)."""
        ends = _ends(x, self.centre, self.scale, self.is_probability)
        return np.asarray(expit(ends @ np.array([self.a, self.b]) + self.c))


def fit_steps(x: FloatArray, is_hit: BoolArray, weight: FloatArray | None = None) -> Steps:
    """Isotonic regression of hits on `x` by pooling adjacent violators; equal x are one, weights default to 1 (n).

    References
    ----------
    Zadrozny and Elkan 2002, doi:10.1145/775047.775151; Robertson, Wright and Dykstra 1988, section 1.2.
    """
    values, group = np.unique(x, return_inverse=True)
    each = np.ones(x.size) if weight is None else weight
    sizes = np.bincount(group, weights=each)
    found = isotonic_regression(np.bincount(group, weights=each * is_hit) / sizes, weights=sizes)
    starts = found.blocks[:-1]
    return Steps(values[starts], found.x[starts])


def fit_beta_curve(x: FloatArray, is_hit: BoolArray, weight: FloatArray | None = None) -> BetaCurve:
    """Beta calibration by maximum likelihood, which is convex; weights default to 1 (n).

    Notes
    -----
    Scores that all lie strictly between 0 and 1 are taken as they are. Others are first centred at their median, scaled
    by their standard deviation and put through the logistic function; the curve is then a logistic one with a slope of
    its own at each end, and Platt's scaling where both are equal.

    References
    ----------
    Kull, Silva Filho and Flach 2017, doi:10.1214/17-EJS1338SI, equation 3 and section 4.
    """
    is_probability = bool(((x > 0.0) & (x < 1.0)).all())
    centre, scale = float(np.median(x)), float(x.std()) or 1.0
    ends = _ends(x, centre, scale, is_probability)
    design, signs = np.column_stack([ends, np.ones(x.size)]), np.where(is_hit, 1.0, -1.0)
    part = np.full(x.size, 1.0 / x.size) if weight is None else weight / weight.sum()

    def loss(coefficients: FloatArray) -> tuple[float, FloatArray]:
        margin = signs * (design @ coefficients)
        return float(part @ np.logaddexp(0.0, -margin)), -(part * signs * expit(-margin)) @ design

    bounds = [(0.0, None), (0.0, None), (-_FARTHEST_INTERCEPT, _FARTHEST_INTERCEPT)]
    found = minimize(
        loss,
        np.array([1.0, 1.0, 0.0]),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"gtol": 1e-8, "ftol": 1e-13},
    )
    a, b, c = (float(value) for value in found.x)
    return BetaCurve(a, b, c, centre, scale, is_probability)


def fit_decile_steps(degree: FloatArray, is_hit: BoolArray, *, n_bins: int = 10) -> Steps:
    """Share of hits within deciles of `degree`; equal degrees share a decile, so that there may be fewer."""
    values, group, counts = np.unique(degree, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - counts / 2.0
    decile = np.minimum((middle * n_bins / degree.size).astype(np.int64), n_bins - 1)
    starts = np.flatnonzero(np.diff(decile, prepend=-1))
    hits, sizes = np.bincount(group, weights=is_hit), counts.astype(np.float64)
    return Steps(values[starts], np.add.reduceat(hits, starts) / np.add.reduceat(sizes, starts))


def _ends(x: FloatArray, centre: float, scale: float, is_probability: bool) -> FloatArray:
    """Logarithm of s and minus that of 1 - s, the last axis (…, 2)."""
    if is_probability:
        z = np.asarray(logit(np.clip(x, _NEAREST_TO_EDGE, 1.0 - _NEAREST_TO_EDGE)))
    else:
        z = (x - centre) / scale
    return np.stack([-np.logaddexp(0.0, -z), np.logaddexp(0.0, z)], axis=-1)

"""Grenander's estimator: the least concave distribution function above the empirical one of p-values."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ConcaveDistribution:
    """A concave, piecewise linear distribution function of p-values from (0, 0) to (1, 1).

    Attributes
    ----------
    knots, heights
        Corners, both ascending, the ends included (k).
    """

    knots: FloatArray
    heights: FloatArray

    @property
    def slopes(self) -> FloatArray:
        """Density on each piece, falling (k - 1)."""
        return np.asarray(np.diff(self.heights) / np.diff(self.knots))

    @property
    def intercepts(self) -> FloatArray:
        """Height at 0 of the line through each piece, so that the function is the lowest of the lines (k - 1)."""
        return np.asarray(self.heights[:-1] - self.slopes * self.knots[:-1])

    def __call__(self, p: FloatArray) -> FloatArray:
        """Height at each p (any shape)."""
        return np.interp(p, self.knots, self.heights)


def fit_grenander(p: FloatArray, *, floor: float) -> ConcaveDistribution:
    """Fit the least concave majorant of the empirical distribution of `p`.

    Parameters
    ----------
    p
        p-values from 0 to 1, at least one (n).
    floor
        Above 0: smaller p-values are taken as this, so that no slope exceeds its inverse. Choose it below every
        threshold that is of interest.

    Notes
    -----
    Its slopes are the isotonic (falling) regression of the empirical slopes, weighted by the gaps; this is the
    maximum likelihood estimate among falling densities. It fits where small p-values are not rarer than large ones;
    one at 1 exactly gets what the last gap gives.

    References
    ----------
    Grenander 1956, doi:10.1080/03461238.1956.10414944; Robertson, Wright and Dykstra 1988, section 7.2.
    """
    at, counts = np.unique(np.clip(p, floor, 1.0), return_counts=True)
    knots = np.concatenate([[0.0], at, [1.0] if at[-1] < 1.0 else []])
    heights = np.concatenate([[0.0], np.cumsum(counts) / p.size, [1.0] if at[-1] < 1.0 else []])
    gaps = np.diff(knots)
    blocks = isotonic_regression(np.diff(heights) / gaps, weights=gaps, increasing=False).blocks
    return ConcaveDistribution(knots[blocks], heights[blocks])

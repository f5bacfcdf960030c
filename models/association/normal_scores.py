"""Traits as normal scores of their ranks."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import rankdata

from models.association.errors import ScanOptionError, TraitError

OFFSETS: Final = {"blom": 3.0 / 8.0, "half": 0.5}
"""The k of ``(rank - k) / (n - 2 k + 1)``."""


def inverse_normal(values: NDArray[np.floating], method: Literal["blom", "half"] = "blom") -> NDArray[np.float64]:
    """Replace values by the normal quantiles of their ranks, trait by trait.

    Parameters
    ----------
    values
        A trait ``[n]`` or traits in columns ``[n, t]``; NaN stays NaN and is not ranked.
    method
        "blom": ``ndtri((rank - 3/8) / (n + 1/4))``. "half": ``ndtri((rank - 1/2) / n)``. Ranks from 1 among the
        people with a value; ties share their mean rank.

    Raises
    ------
    ScanOptionError
        For another method.
    TraitError
        If a value is infinite, or there are neither one nor two axes.

    References
    ----------
    Blom 1958, Statistical Estimates and Transformed Beta-Variables; Beasley et al. 2009, Behav Genet 39:580,
    doi:10.1007/s10519-009-9281-0.
    """
    if method not in OFFSETS:
        raise ScanOptionError(f"normal scores are made by blom or half, not by {method!r}")
    given = np.asarray(values, np.float64)
    if given.ndim not in (1, 2):
        raise TraitError(f"traits have shape {given.shape}: give [n] or [n, t]")
    if np.isinf(given).any():
        raise TraitError(f"{int(np.isinf(given).sum())} values are infinite: mark them as missing (NaN) or mend them")
    if not given.size:
        return given.copy()
    ranks = np.asarray(rankdata(given, axis=0, nan_policy="omit"), np.float64)
    n_seen = (~np.isnan(given)).sum(axis=0)
    k = OFFSETS[method]
    return np.asarray(ndtri((ranks - k) / (n_seen - 2.0 * k + 1.0)), np.float64)

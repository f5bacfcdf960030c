"""Random sets of items that match a chosen set in several features."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

IndexArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Strata:
    """A partition of all items, within which chosen items are exchanged for random ones.

    Attributes
    ----------
    stratum
        Stratum of each item (n).
    n_bins
        Quantile bins a feature was cut into.
    share_matched
        Share of the chosen items whose stratum holds at least `pool_ratio` times as many items as chosen ones.
    """

    stratum: IndexArray
    n_bins: int
    share_matched: float


def match_strata(
    features: NDArray[np.float64],
    is_chosen: NDArray[np.bool_],
    *,
    n_bins: int = 5,
    pool_ratio: float = 5.0,
    wanted_share: float = 0.9,
) -> Strata:
    """Cut items into strata by quantiles of the chosen ones, as finely as the pool allows.

    Each feature is cut at the quantiles of the chosen items; unknown values (NaN) are a bin of their own. Starting
    with `n_bins`, the number of bins is lowered until at least `wanted_share` of the chosen items lie in strata with
    enough others to draw from; one bin a feature is the last resort.

    Parameters
    ----------
    features
        One column a feature, NaN where unknown (n, f).
    is_chosen
        The chosen items (n); they belong to the pool too, so that a random set is exchangeable with the chosen one.
    n_bins, pool_ratio, wanted_share
        Finest cut, size a stratum needs relative to its chosen items, share of chosen items that must have it.

    Raises
    ------
    ValueError
        When nothing is chosen.
    """
    if not is_chosen.any():
        raise ValueError("matching needs at least one chosen item, none was given")
    for bins in range(n_bins, 1, -1):
        strata = _stratify(features, is_chosen, bins, pool_ratio)
        if strata.share_matched >= wanted_share:
            return strata
    return _stratify(features, is_chosen, 1, pool_ratio)


def draw_matched_sets(
    strata: Strata, is_chosen: NDArray[np.bool_], n_sets: int, generator: np.random.Generator
) -> IndexArray:
    """Draw `n_sets` random sets, each with as many items of each stratum as the chosen set.

    Returns
    -------
    NDArray[np.int64]
        Indices, no item twice within one set (n_sets, number of chosen items).
    """
    columns = []
    for stratum in np.unique(strata.stratum[is_chosen]):
        pool = np.flatnonzero(strata.stratum == stratum)
        n_wanted = int(is_chosen[pool].sum())
        draws = [generator.choice(pool, n_wanted, replace=False, shuffle=False) for _ in range(n_sets)]
        columns.append(np.stack(draws))
    return np.concatenate(columns, axis=1).astype(np.int64)


def _stratify(features: NDArray[np.float64], is_chosen: NDArray[np.bool_], n_bins: int, pool_ratio: float) -> Strata:
    stratum = _cut(features, is_chosen, n_bins)
    sizes = np.bincount(stratum)
    is_enough = sizes >= pool_ratio * np.bincount(stratum[is_chosen], minlength=len(sizes))
    return Strata(stratum, n_bins, float(is_enough[stratum[is_chosen]].mean()))


def _cut(features: NDArray[np.float64], is_chosen: NDArray[np.bool_], n_bins: int) -> IndexArray:
    """One number a combination of bins."""
    bins = np.zeros((len(features), features.shape[1]), dtype=np.int64)
    for column in range(features.shape[1]):
        values = features[:, column]
        known = values[is_chosen & ~np.isnan(values)]
        inner = np.linspace(0.0, 1.0, n_bins + 1)[1:-1]
        edges = np.unique(np.quantile(known, inner)) if known.size and inner.size else np.zeros(0)
        bins[:, column] = np.where(np.isnan(values), -1, np.searchsorted(edges, values, side="right"))
    return np.asarray(np.unique(bins, axis=0, return_inverse=True)[1], dtype=np.int64).reshape(-1)

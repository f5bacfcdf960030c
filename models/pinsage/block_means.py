"""Means over rows with intervals from resampled LD blocks."""

import numpy as np
from numpy.typing import NDArray

from models.pinsage.bipartite import IntArray
from models.pinsage.evaluation import Measure


def block_means(values: NDArray[np.float64], block: IntArray, *, n_bootstrap: int, seed: int) -> tuple[Measure, ...]:
    """Average columns over rows, with 95 % intervals over resampled blocks; columns are resampled together.

    Parameters
    ----------
    values
        Shape (rows, columns).
    block
        Shape (rows,): the unit that is resampled.
    n_bootstrap, seed
        Of the bootstrap.

    Returns
    -------
    tuple of Measure
        One a column; NaN where there are no rows.
    """
    if not len(values):
        return tuple(Measure(np.nan, np.nan, np.nan) for _ in range(values.shape[1]))
    unit, place = np.unique(block, return_inverse=True)
    sums = np.zeros((unit.size, values.shape[1]))
    np.add.at(sums, place, values)
    generator = np.random.default_rng([seed, 7])
    draws = generator.multinomial(unit.size, np.full(unit.size, 1.0 / unit.size), size=n_bootstrap).astype(np.float64)
    resampled = (draws @ sums) / np.maximum(draws @ np.bincount(place), 1.0)[:, None]
    low, high = np.quantile(resampled, [0.025, 0.975], axis=0)
    columns = range(values.shape[1])
    return tuple(Measure(float(values[:, at].mean()), float(low[at]), float(high[at])) for at in columns)

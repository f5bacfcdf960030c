"""Means over rows with intervals from resampled LD blocks."""

import numpy as np
from numpy.typing import NDArray

from models.pinsage.bipartite import IntArray
from models.pinsage.evaluation.intervals import Measure, draw_blocks


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
    drawn = draw_blocks(block, np.random.default_rng([seed, 7]), n_bootstrap)
    return tuple(drawn.mean(column) for column in values.T)

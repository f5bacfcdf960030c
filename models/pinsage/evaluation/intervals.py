"""Block bootstrap over LD blocks, pooled over graphs: means, and differences paired on the same resampled blocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.pinsage.bipartite import IntArray

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Measure:
    """An estimate and its 95 % interval from the bootstrap over LD blocks."""

    estimate: float
    lower: float
    upper: float

    @property
    def is_above_zero(self) -> bool:
        """The whole interval lies above 0."""
        return self.lower > 0.0


@dataclass(frozen=True, eq=False)
class Sample:
    """The held-out pairs of one graph.

    Attributes
    ----------
    block
        Shape (pairs,): LD block of each pair, the unit that is resampled.
    values
        Shape (pairs, columns): what is averaged, for example one column a method and metric.
    """

    block: IntArray
    values: Values


@dataclass(frozen=True, eq=False)
class Resampled:
    """Means over all pairs and over those of the resampled blocks.

    Attributes
    ----------
    mean
        Shape (columns,).
    resampled
        Shape (resamples, columns).
    n_pairs
        Pairs of all graphs together.
    """

    mean: Values
    resampled: Values
    n_pairs: int

    def measure(self, column: int) -> Measure:
        """Give the mean of a column with its percentile interval."""
        return measure_of(float(self.mean[column]), self.resampled[:, column])

    def difference(self, column: int, other: int) -> Measure:
        """Give the mean of one column minus another, resampled together."""
        return measure_of(
            float(self.mean[column] - self.mean[other]), self.resampled[:, column] - self.resampled[:, other]
        )


def bootstrap_blocks(samples: Sequence[Sample], *, n_bootstrap: int, seed: int) -> Resampled | None:
    """Resample the LD blocks of every graph with replacement, within the graph, and average over all pairs drawn.

    Parameters
    ----------
    samples
        One a graph, all with the same columns; each pair counts once, so a graph counts by its pairs.
    n_bootstrap
        Resamples.
    seed
        Of the draws; a graph's draws depend on the seed and its place in the list.

    Returns
    -------
    Resampled or None
        None where there is no pair at all.
    """
    filled = [sample for sample in samples if sample.block.size]
    if not filled:
        return None
    n_columns = filled[0].values.shape[1]
    total, n_drawn = np.zeros((n_bootstrap, n_columns)), np.zeros(n_bootstrap)
    for number, sample in enumerate(filled):
        drawn = draw_blocks(sample.block, np.random.default_rng([seed, 5, number]), n_bootstrap)
        total += drawn.totals(sample.values)
        n_drawn += drawn.n_rows
    values = np.concatenate([sample.values for sample in filled])
    return Resampled(values.mean(axis=0), total / np.maximum(n_drawn, 1.0)[:, None], len(values))


@dataclass(frozen=True, eq=False)
class DrawnBlocks:
    """Resamples of the LD blocks of some rows, with replacement.

    Attributes
    ----------
    place
        Shape (rows,): number of each row's block, 0 to n - 1.
    draws
        Shape (resamples, n): how often each block is drawn.
    """

    place: NDArray[np.intp]
    draws: Values

    @property
    def n_rows(self) -> Values:
        """Rows drawn, shape (resamples,)."""
        return self.draws @ np.bincount(self.place).astype(np.float64)

    def totals(self, values: Values) -> Values:
        """Sums of the rows' values over the drawn blocks, shape (resamples,), or (resamples, columns) for columns."""
        if values.ndim == 1:
            return self.draws @ np.bincount(self.place, weights=values)
        sums = np.zeros((self.draws.shape[1], values.shape[1]))
        np.add.at(sums, self.place, values)
        return self.draws @ sums

    def mean(self, values: Values) -> Measure:
        """Give the mean of a value over the rows, with its interval."""
        return measure_of(float(values.mean()), self.totals(values) / np.maximum(self.n_rows, 1.0))


def draw_blocks(block: NDArray[np.integer[Any]], generator: np.random.Generator, n_bootstrap: int) -> DrawnBlocks:
    """Draw as many blocks as there are, `n_bootstrap` times; `block` holds the LD block of each row, at least one."""
    unit, place = np.unique(block, return_inverse=True)
    even = np.full(unit.size, 1.0 / unit.size)
    return DrawnBlocks(place.reshape(-1), generator.multinomial(unit.size, even, size=n_bootstrap).astype(np.float64))


def measure_of(estimate: float, resampled: Values) -> Measure:
    """Give an estimate with the 2.5 % and 97.5 % quantiles of its resamples; alone where there are none."""
    lower, upper = np.quantile(resampled, [0.025, 0.975]) if resampled.size else (estimate, estimate)
    return Measure(estimate, float(lower), float(upper))

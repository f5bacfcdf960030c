"""Block bootstrap over LD blocks, pooled over graphs: means, and differences paired on the same resampled blocks."""

from collections.abc import Sequence
from dataclasses import dataclass

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
        return _interval(float(self.mean[column]), self.resampled[:, column])

    def difference(self, column: int, other: int) -> Measure:
        """Give the mean of one column minus another, resampled together."""
        return _interval(
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
        unit, place = np.unique(sample.block, return_inverse=True)
        draws = _draw(unit.size, n_bootstrap, np.random.default_rng([seed, 5, number]))
        sums = np.zeros((unit.size, n_columns))
        np.add.at(sums, place, sample.values)
        total += draws @ sums
        n_drawn += draws @ np.bincount(place).astype(np.float64)
    values = np.concatenate([sample.values for sample in filled])
    return Resampled(values.mean(axis=0), total / np.maximum(n_drawn, 1.0)[:, None], len(values))


def _draw(n_blocks: int, n_bootstrap: int, generator: np.random.Generator) -> Values:
    """Count how often each block is drawn, shape (resamples, blocks)."""
    return generator.multinomial(n_blocks, np.full(n_blocks, 1.0 / n_blocks), size=n_bootstrap).astype(np.float64)


def _interval(estimate: float, resampled: Values) -> Measure:
    lower, upper = np.quantile(resampled, [0.025, 0.975]) if resampled.size else (estimate, estimate)
    return Measure(estimate, float(lower), float(upper))

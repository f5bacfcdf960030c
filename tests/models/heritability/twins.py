"""The slow, obvious twins of the regressions: whole designs, least squares by LAPACK, a refit for every block left out.

Written from the guide on their own; they share no code with the fast ones.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Statistics:
    """A simulated study: SNPs in order, LD scores of overlapping annotations, the truth."""

    z: Array
    n_samples: Array
    ld_scores: Array
    weight_ld: Array
    m: Array
    tau: Array
    intercept: float

    @property
    def univariate(self) -> tuple[Array, Array, Array]:
        return self.z, self.n_samples, self.ld_scores[:, 0]


def simulate(n_snps: int = 3_000, *, seed: int = 1, h2: float = 0.5, intercept: float = 1.1) -> Statistics:
    """z drawn from the model: a base, an annotation, one that overlaps it, and a continuous one of either sign."""
    rng = np.random.default_rng(seed)
    base = 1.0 + rng.gamma(1.5, 20.0, n_snps)
    first, second, value = rng.random(n_snps), rng.random(n_snps), rng.uniform(-1.0, 1.0, n_snps)
    ld_scores = base[:, None] * np.column_stack((np.ones(n_snps), 0.3 * first, 0.2 * (first + second), 0.5 * value))
    m = np.array([50_000.0, 8_000.0, 10_000.0, 400.0])
    tau = np.array([0.6, 2.0, 0.5, 0.1]) * h2 / 50_000.0
    n_samples = rng.integers(3_000, 9_000, n_snps).astype(np.float64)
    variance = intercept + n_samples * (ld_scores @ tau)
    z = rng.standard_normal(n_snps) * np.sqrt(variance)
    return Statistics(z, n_samples, ld_scores, 1.0 + 0.3 * base * rng.random(n_snps), m, tau, intercept)


def refit_without_blocks(X: Array, y: Array, w: Array, separators: NDArray[np.int64]) -> tuple[Array, Array]:
    """Weighted least squares of all rows, and once more for every block left out."""
    deleted = []
    for first, last in pairwise(separators):
        kept = np.ones(y.size, dtype=bool)
        kept[first:last] = False
        deleted.append(least_squares(X[kept], y[kept], w[kept]))
    return least_squares(X, y, w), np.array(deleted)


def least_squares(X: Array, y: Array, w: Array) -> Array:
    root = np.sqrt(w)
    return np.asarray(np.linalg.lstsq(X * root[:, None], y * root, rcond=None)[0])


def pseudovalue_error(estimate: Array, deleted: Array) -> Array:
    """Standard errors from pseudovalues, one number at a time."""
    n_blocks = len(deleted)
    errors = []
    for column in range(estimate.size):
        pseudovalues = [n_blocks * estimate[column] - (n_blocks - 1) * value for value in deleted[:, column]]
        mean = sum(pseudovalues) / n_blocks
        errors.append((sum((value - mean) ** 2 for value in pseudovalues) / (n_blocks - 1) / n_blocks) ** 0.5)
    return np.array(errors)


def slow_line(
    y: Array,
    n_samples: Array,
    ld: Array,
    wl: Array,
    *,
    m: float,
    n_blocks: int,
    fixed: float | None,
    cutoff: float | None,
) -> tuple[Array, Array]:
    """Estimate and delete values (slope a SNP, intercept) of the regression of chi², by the guide's text."""
    mean_n = n_samples.mean()
    x = n_samples * ld / mean_n

    def weights(h2: float, a: float) -> Array:
        h2 = min(1.0, max(0.0, h2))
        result = []
        for n, score, w in zip(n_samples, ld, wl, strict=True):
            result.append(1.0 / (2.0 * (a + h2 * n * max(score, 1.0) / m) ** 2) / max(w, 1.0))
        return np.array(result)

    def reweighted(a: float | None, rows: NDArray[np.bool_], separators: NDArray[np.int64]) -> tuple[Array, Array]:
        X = np.column_stack((x, np.ones(x.size)))[rows] if a is None else x[rows, None]
        outcome = (y if a is None else y - a)[rows]
        w = first_weights
        for _ in range(2):
            fit = least_squares(X, outcome, w[rows])
            w = weights(m * fit[0] / mean_n, fit[1] if a is None else a)
        return refit_without_blocks(X, outcome, w[rows], separators)

    start = 1.0 if fixed is None else fixed
    first_weights = weights(m * (y.mean() - start) / np.mean(n_samples * ld), start)
    everything = np.ones(y.size, dtype=bool)
    if fixed is not None or cutoff is None:
        estimate, deleted = reweighted(fixed, everything, blocks(y.size, n_blocks))
        return estimate / [mean_n, 1.0][: estimate.size], deleted / [mean_n, 1.0][: estimate.size]
    small = y < cutoff
    inner = blocks(int(small.sum()), n_blocks)
    first, first_deleted = reweighted(None, small, inner)
    members = np.flatnonzero(small)
    outer = np.array([0, *(members[place] for place in inner[1:-1]), y.size])
    second, second_deleted = reweighted(float(first[1]), everything, outer)
    c = np.sum(first_weights * x) / np.sum(first_weights * x**2)
    slopes = second_deleted[:, 0] - c * (first_deleted[:, 1] - first[1])
    deleted = np.column_stack((slopes / mean_n, first_deleted[:, 1]))
    return np.array([second[0] / mean_n, first[1]]), deleted


def blocks(n: int, n_blocks: int) -> NDArray[np.int64]:
    return np.array([int(n * b / n_blocks) for b in range(n_blocks + 1)])

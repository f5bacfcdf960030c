"""Alternating least squares for implicit feedback, on any weighted pair matrix."""

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class AlsSettings:
    """Settings of alternating least squares.

    Attributes
    ----------
    n_factors
        Length of the vectors.
    penalty
        Ridge penalty of both sides.
    confidence
        A pair of weight w counts 1 + confidence * w times; an absent pair once.
    n_sweeps
        Sweeps over both sides.
    seed
        Of the starting vectors.
    """

    n_factors: int = 64
    penalty: float = 10.0
    confidence: float = 5.0
    n_sweeps: int = 10
    seed: int = 0


def factorise(weights: sparse.csr_matrix, settings: AlsSettings) -> tuple[Matrix, Matrix]:
    """Fit vectors x_m, y_b so that x_m . y_b is near the weight of a pair, at most 1, and near 0 elsewhere.

    Parameters
    ----------
    weights
        Shape (rows, columns), positive weights.
    settings
        As described there.

    Returns
    -------
    tuple
        Vectors of rows, shape (rows, n_factors), and of columns, shape (columns, n_factors); zero for empty ones.

    Notes
    -----
    Minimises sum over all (m, b) of c (p - x.y)^2 + penalty (|x|^2 + |y|^2), with c = 1 + confidence * w and
    p = min(w, 1).
    A row of few pairs is solved in the space of its pairs (Woodbury), which gives the same numbers for less.

    References
    ----------
    Hu, Koren & Volinsky 2008, ICDM, doi:10.1109/ICDM.2008.22, equations 3 to 5.
    """
    by_row, by_column = weights.tocsr(), weights.T.tocsr()
    generator = np.random.default_rng(settings.seed)
    column_vectors = generator.normal(scale=0.01, size=(by_row.shape[1], settings.n_factors))
    row_vectors = np.zeros((by_row.shape[0], settings.n_factors))
    for _ in range(settings.n_sweeps):
        for side, fixed, free in ((by_row, column_vectors, row_vectors), (by_column, row_vectors, column_vectors)):
            extra, wanted = side.data * settings.confidence, np.minimum(side.data, 1.0)
            _solve_side(side.indptr, side.indices, (extra, wanted), fixed, settings.penalty, free)
    return row_vectors, column_vectors


def fold_in(weights: sparse.csr_matrix, column_vectors: Matrix, settings: AlsSettings) -> Matrix:
    """Solve for the vectors of new rows, shape (rows, n_factors), with the columns' vectors held fixed."""
    by_row = sparse.csr_matrix(weights)
    rows = np.zeros((by_row.shape[0], column_vectors.shape[1]))
    extra, wanted = by_row.data * settings.confidence, np.minimum(by_row.data, 1.0)
    _solve_side(by_row.indptr, by_row.indices, (extra, wanted), column_vectors, settings.penalty, rows)
    return rows


@numba.njit(cache=True)
def _solve_side(
    indptr: NDArray[np.int32],
    indices: NDArray[np.int32],
    pairs: tuple[Matrix, Matrix],
    fixed: Matrix,
    penalty: float,
    free: Matrix,
) -> None:
    """Solve (Y'Y + penalty I + Y_m' W Y_m) x = Y_m' (1 + W) p for every row m; pairs = (w, p)."""
    extra, wanted = pairs
    n_factors = fixed.shape[1]
    gram = fixed.T @ fixed + penalty * np.eye(n_factors)
    inverse = np.linalg.inv(gram)
    for row in range(indptr.size - 1):
        low, high = indptr[row], indptr[row + 1]
        if high == low:
            free[row, :] = 0.0
            continue
        own, w, p = fixed[indices[low:high]], extra[low:high], wanted[low:high]
        if high - low < n_factors:
            projected = own @ inverse
            small = projected @ own.T
            for pair in range(high - low):
                small[pair, pair] += 1.0 / w[pair]
            free[row] = np.linalg.solve(small, (1.0 + w) * p / w) @ projected
        else:
            weighted = own * w.reshape(-1, 1)
            free[row] = np.linalg.solve(gram + own.T @ weighted, (((1.0 + w) * p).reshape(1, -1) @ own)[0])

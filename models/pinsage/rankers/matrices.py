"""The training pairs as a sparse matrix, and what several rankers do with it."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from models.pinsage.bipartite import BipartiteGraph, LocusPairs
from models.pinsage.ranking import Ids, Scorer

_TIE_WEIGHT = 1e-6


def pair_matrix(graph: BipartiteGraph, pairs: LocusPairs) -> sparse.csr_matrix:
    """Give the 0/1 matrix molecules by blocks."""
    ones = np.ones(len(pairs), dtype=np.float64)
    return sparse.csr_matrix((ones, (pairs.molecule, pairs.block)), shape=(graph.n_molecules, graph.n_blocks))


def block_degree(known: sparse.csr_matrix) -> NDArray[np.float64]:
    """Count each block's molecules."""
    return np.asarray(known.sum(axis=0), dtype=np.float64).ravel()


def power_of_degree(degree: NDArray[np.float64], exponent: float) -> NDArray[np.float64]:
    """Give degree ** exponent, 0 where the degree is 0."""
    scale: NDArray[np.float64] = np.zeros_like(degree, dtype=np.float64)
    np.power(degree, exponent, out=scale, where=degree > 0)
    return scale


def row_normalised(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Divide each row by its sum; empty rows stay empty."""
    total = np.asarray(matrix.sum(axis=1)).ravel()
    scale = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
    normalised: sparse.csr_matrix = (sparse.diags(scale) @ matrix).tocsr()
    return normalised


def ties_by_popularity(scorer: Callable[[Ids], NDArray[np.float64]], known: sparse.csr_matrix) -> Scorer:
    """Order blocks of equal score, above all the unreached ones, by their number of molecules."""
    degree = block_degree(known)
    nudge = _TIE_WEIGHT * degree / max(float(degree.max(initial=0.0)), 1.0)
    return lambda molecules: (scorer(molecules) + nudge).astype(np.float32)

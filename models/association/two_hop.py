"""The shared-molecule score: a walk of two steps from a SNP over its molecules to other SNPs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WeightedEdges:
    """SNP–molecule edges as columns.

    Attributes
    ----------
    snp, molecule
        Index of the two ends of each edge (e).
    weight
        Weight of each edge, such as |z|; not negative (e).
    """

    snp: IntArray
    molecule: IntArray
    weight: FloatArray


def two_hop_scores(
    query_edges: WeightedEdges, molecule_edges: WeightedEdges, *, n_queries: int, n_molecules: int, n_snps: int
) -> csr_array:
    """Chance that a walk from each query SNP stands at each SNP after two steps.

    A step goes over an edge with the chance of its share of the weight at the node it leaves; of several edges
    between the same two nodes (studies, tissues) the heaviest counts.

    Parameters
    ----------
    query_edges
        Every edge of every query SNP; ``snp`` counts the queries.
    molecule_edges
        Every edge of every molecule of theirs; ``snp`` counts the SNPs.
    n_queries, n_molecules, n_snps
        Sizes of the three index ranges.

    Returns
    -------
    scipy.sparse.csr_array
        The chances (n_queries, n_snps); a row sums to 1, the way back to the query included.
    """
    away = _stochastic(query_edges.snp, query_edges.molecule, query_edges.weight, (n_queries, n_molecules))
    back = _stochastic(molecule_edges.molecule, molecule_edges.snp, molecule_edges.weight, (n_molecules, n_snps))
    return csr_array(away @ back)


def best_of_row(scores: csr_array, row: int, k: int, is_allowed: NDArray[np.bool_]) -> tuple[IntArray, FloatArray]:
    """The `k` largest allowed scores of a row, largest first, ties by the smaller column."""
    columns = scores.indices[scores.indptr[row] : scores.indptr[row + 1]].astype(np.int64)
    values = scores.data[scores.indptr[row] : scores.indptr[row + 1]].astype(np.float64)
    kept = is_allowed[columns] & (values > 0.0)
    columns, values = columns[kept], values[kept]
    order = np.lexsort((columns, -values))[:k]
    return columns[order], values[order]


def _stochastic(rows: IntArray, columns: IntArray, weights: FloatArray, shape: tuple[int, int]) -> csr_array:
    """Rows that sum to 1, from the heaviest edge of each pair."""
    order = np.lexsort((-weights, columns, rows))
    rows, columns, weights = rows[order], columns[order], weights[order]
    is_first = np.ones(len(rows), dtype=np.bool_)
    is_first[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    rows, columns, weights = rows[is_first], columns[is_first], weights[is_first]
    totals = np.bincount(rows, weights=weights, minlength=shape[0])
    shares = np.divide(weights, totals[rows], out=np.zeros_like(weights), where=totals[rows] > 0.0)
    return csr_array((shares, (rows, columns)), shape=shape)

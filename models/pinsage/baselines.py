"""Baselines on the same training pairs: popularity, nearest position, item-kNN on loci, two-hop walk."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from models.pinsage.bipartite import BipartiteGraph, FloatArray, LocusPairs

Ids = NDArray[np.integer[Any]]
Scorer = Callable[[Ids], FloatArray]

_OTHER_CHROMOSOME_BP = 1e10
_TIE_WEIGHT = 1e-6


def baseline_scorers(graph: BipartiteGraph, pairs: LocusPairs) -> dict[str, Scorer]:
    """Give each baseline as a function from molecule ids to scores, shape (molecules, n_blocks).

    Parameters
    ----------
    graph
        The training graph.
    pairs
        Its (block, molecule) pairs.
    """
    known = _pair_matrix(graph, pairs)
    return {
        "popularity": _popularity(known),
        "nearest position": _nearest_position(graph, known),
        "item-kNN": _item_knn(known),
        "two-hop walk": _two_hop_walk(known),
    }


def _pair_matrix(graph: BipartiteGraph, pairs: LocusPairs) -> sparse.csr_matrix:
    """Give the 0/1 matrix molecules by blocks."""
    ones = np.ones(len(pairs), dtype=np.float64)
    return sparse.csr_matrix((ones, (pairs.molecule, pairs.block)), shape=(graph.n_molecules, graph.n_blocks))


def _popularity(known: sparse.csr_matrix) -> Scorer:
    """Score a block by its number of molecules."""
    degree = np.asarray(known.sum(axis=0)).ravel().astype(np.float32)
    return lambda molecules: np.tile(degree, (len(molecules), 1))


def _nearest_position(graph: BipartiteGraph, known: sparse.csr_matrix) -> Scorer:
    """Score a block by minus its distance to the molecule's home, or to its known blocks where the home is unknown."""
    chromosome, position_bp = _block_places(graph)
    reference = sparse.lil_matrix(known.shape, dtype=np.float64)
    has_home = np.flatnonzero(graph.molecule_home_block >= 0)
    reference[has_home, graph.molecule_home_block[has_home]] = 1.0
    is_homeless = sparse.diags((graph.molecule_home_block < 0).astype(np.float64))
    references = (reference.tocsr() + is_homeless @ known).tocsr()

    def score(molecules: Ids) -> FloatArray:
        scores = np.full((len(molecules), graph.n_blocks), -_OTHER_CHROMOSOME_BP, dtype=np.float32)
        for row, molecule in enumerate(molecules):
            for block in references.indices[references.indptr[molecule] : references.indptr[molecule + 1]]:
                same = chromosome == chromosome[block]
                scores[row, same] = np.maximum(scores[row, same], -np.abs(position_bp[same] - position_bp[block]))
        return scores

    return score


def _block_places(graph: BipartiteGraph) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Give each block's chromosome (-1 = no SNP) and the mean position of its SNPs."""
    placed = np.flatnonzero(graph.snp_block >= 0)
    block = graph.snp_block[placed]
    n_snps = np.bincount(block, minlength=graph.n_blocks)
    total = np.bincount(block, weights=graph.snp_position_bp[placed].astype(np.float64), minlength=graph.n_blocks)
    chromosome = np.full(graph.n_blocks, -1, dtype=np.int64)
    chromosome[block] = graph.snp_chromosome[placed]
    return chromosome, total / np.maximum(n_snps, 1)


def _item_knn(known: sparse.csr_matrix) -> Scorer:
    """Score a block by its summed cosine similarity (shared molecules) to the molecule's known blocks."""
    degree = np.asarray(known.sum(axis=0)).ravel()
    scale = sparse.diags(np.divide(1.0, np.sqrt(degree), out=np.zeros_like(degree), where=degree > 0))
    similarity = (scale @ (known.T @ known) @ scale).tolil()
    similarity.setdiag(0.0)
    cosine = similarity.tocsr()
    return _ties_by_popularity(lambda molecules: (known[molecules] @ cosine).toarray(), known)


def _two_hop_walk(known: sparse.csr_matrix) -> Scorer:
    """Score a block by the chance to reach it: molecule -> block -> molecule -> block."""
    to_block, to_molecule = _row_normalised(known), _row_normalised(known.T.tocsr())
    between_blocks = to_molecule @ to_block
    return _ties_by_popularity(lambda molecules: (to_block[molecules] @ between_blocks).toarray(), known)


def _ties_by_popularity(scorer: Callable[[Ids], NDArray[np.float64]], known: sparse.csr_matrix) -> Scorer:
    """Order blocks of equal score, above all the unreached ones, by their number of molecules."""
    degree = np.asarray(known.sum(axis=0)).ravel()
    nudge = _TIE_WEIGHT * degree / max(float(degree.max(initial=0.0)), 1.0)
    return lambda molecules: (scorer(molecules) + nudge).astype(np.float32)


def _row_normalised(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    total = np.asarray(matrix.sum(axis=1)).ravel()
    scale = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
    normalised: sparse.csr_matrix = (sparse.diags(scale) @ matrix).tocsr()
    return normalised

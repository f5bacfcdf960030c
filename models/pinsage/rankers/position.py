"""Nearest position: the distance to where the molecule lies, or to its known loci."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from models.pinsage.bipartite import BipartiteGraph, FloatArray, LocusPairs
from models.pinsage.rankers.matrices import pair_matrix
from models.pinsage.rankers.ranker import NoSettings, Ranker
from models.pinsage.ranking import Ids, Scorer

_OTHER_CHROMOSOME_BP = 1e10


def fit_nearest_position(graph: BipartiteGraph, pairs: LocusPairs, _settings: NoSettings) -> Scorer:
    """Score a block by minus its distance to the molecule's home, or to its known blocks where the home is unknown."""
    chromosome, position_bp = _block_places(graph)
    known = pair_matrix(graph, pairs)
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


NEAREST_POSITION = Ranker("nearest position", fit_nearest_position, (NoSettings(),))

"""Walks between molecules and blocks: two hops, and several with popularity damped (RP3beta)."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from models.pinsage.bipartite import BipartiteGraph, LocusPairs
from models.pinsage.rankers.matrices import (
    block_degree,
    pair_matrix,
    power_of_degree,
    row_normalised,
    ties_by_popularity,
)
from models.pinsage.rankers.ranker import NoSettings, Ranker
from models.pinsage.ranking import Ids, Scorer


@dataclass(frozen=True)
class HopSettings:
    """Settings of the multi-hop walk.

    Attributes
    ----------
    n_hops
        Most hops block -> molecule -> block.
    decay
        Weight of each further hop.
    beta
        The chance to arrive is divided by (the block's number of molecules) ** beta.
    alpha
        Chances of a hop are raised to alpha: below 1 many ways count more than one likely way.
    """

    n_hops: int = 4
    decay: float = 0.7
    beta: float = 0.0
    alpha: float = 0.5


def fit_two_hop_walk(graph: BipartiteGraph, pairs: LocusPairs, _settings: NoSettings) -> Scorer:
    """Score a block by the chance to reach it: molecule -> block -> molecule -> block."""
    known = pair_matrix(graph, pairs)
    to_block, between_blocks = _steps(known)
    return ties_by_popularity(lambda molecules: (to_block[molecules] @ between_blocks).toarray(), known)


def fit_hops(graph: BipartiteGraph, pairs: LocusPairs, settings: HopSettings) -> Scorer:
    """Score a block by the decayed chances to reach it in 1 to n_hops hops, divided by its degree ** beta.

    References
    ----------
    Paudel et al. 2017, ACM Trans. Interact. Intell. Syst. 7:1, doi:10.1145/2955101 (RP3beta: one hop).
    """
    known = pair_matrix(graph, pairs)
    _, between_blocks = _steps(known)
    hop_weight = between_blocks.copy()
    hop_weight.data **= settings.alpha
    damped = power_of_degree(block_degree(known), -settings.beta)

    def score(molecules: Ids) -> NDArray[np.float64]:
        arrived = np.asarray((known[molecules] @ hop_weight).toarray(), dtype=np.float64)
        total = arrived.copy()
        for hop in range(1, settings.n_hops):
            arrived = np.asarray(arrived @ hop_weight, dtype=np.float64)
            total += settings.decay**hop * arrived
        return np.asarray(total * damped, dtype=np.float64)

    return ties_by_popularity(score, known)


def _steps(known: sparse.csr_matrix) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Give the transition matrices molecule -> block and block -> molecule -> block."""
    to_block, to_molecule = row_normalised(known), row_normalised(known.T.tocsr())
    return to_block, (to_molecule @ to_block).tocsr()


TWO_HOP_WALK = Ranker("two-hop walk", fit_two_hop_walk, (NoSettings(),))
HOPS = Ranker(
    "RP3beta walk",
    fit_hops,
    tuple(HopSettings(hops, 0.7, beta, alpha) for hops, alpha, beta in product((4, 3), (0.5, 0.7, 0.9), (0.0, 0.4))),
)

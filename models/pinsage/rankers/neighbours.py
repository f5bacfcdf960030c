"""Neighbour rankers: blocks that share molecules with the molecule's known blocks."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from models.pinsage.bipartite import BipartiteGraph, LocusPairs
from models.pinsage.rankers.matrices import block_degree, pair_matrix, power_of_degree, ties_by_popularity
from models.pinsage.rankers.ranker import NoSettings, Ranker
from models.pinsage.ranking import Scorer


@dataclass(frozen=True)
class SharedFeatureSettings:
    """Settings of the shared-feature score.

    Attributes
    ----------
    popularity_power
        The sum over shared molecules is divided by (the candidate's number of molecules) ** popularity_power.
    """

    popularity_power: float = 0.0


def fit_item_knn(graph: BipartiteGraph, pairs: LocusPairs, _settings: NoSettings) -> Scorer:
    """Score a block by its summed cosine similarity (shared molecules) to the molecule's known blocks."""
    known = pair_matrix(graph, pairs)
    scale = sparse.diags(power_of_degree(block_degree(known), -0.5))
    cosine = _without_self(scale @ (known.T @ known) @ scale)
    return ties_by_popularity(lambda molecules: (known[molecules] @ cosine).toarray(), known)


def fit_shared_features(graph: BipartiteGraph, pairs: LocusPairs, settings: SharedFeatureSettings) -> Scorer:
    """Score a block by the molecules it shares with the molecule's known blocks, each worth 1 / log its degree.

    References
    ----------
    Adamic & Adar 2003, Social Networks 25:3, doi:10.1016/S0378-8733(03)00009-1.
    """
    known = pair_matrix(graph, pairs)
    n_blocks_of = np.asarray(known.sum(axis=1)).ravel()
    worth = np.divide(1.0, np.log(np.maximum(n_blocks_of, 2.0)), out=np.zeros_like(n_blocks_of), where=n_blocks_of > 1)
    damped = sparse.diags(power_of_degree(block_degree(known), -settings.popularity_power))
    shared = _without_self((known.T @ sparse.diags(worth) @ known) @ damped)
    return ties_by_popularity(lambda molecules: (known[molecules] @ shared).toarray(), known)


def _without_self(similarity: sparse.csr_matrix) -> sparse.csr_matrix:
    listed = similarity.tolil()
    listed.setdiag(0.0)
    emptied: sparse.csr_matrix = listed.tocsr()
    return emptied


ITEM_KNN = Ranker("item-kNN", fit_item_knn, (NoSettings(),))
SHARED_FEATURES = Ranker(
    "shared features", fit_shared_features, tuple(SharedFeatureSettings(power) for power in (0.5, 0.0, 0.25, 1.0))
)

"""Popularity: a block's number of molecules, the same for every molecule."""

import numpy as np

from models.pinsage.bipartite import BipartiteGraph, LocusPairs
from models.pinsage.rankers.matrices import block_degree, pair_matrix
from models.pinsage.rankers.ranker import NoSettings, Ranker
from models.pinsage.ranking import Scorer


def fit_popularity(graph: BipartiteGraph, pairs: LocusPairs, _settings: NoSettings) -> Scorer:
    """Score a block by its number of molecules."""
    degree = block_degree(pair_matrix(graph, pairs)).astype(np.float32)
    return lambda molecules: np.tile(degree, (len(molecules), 1))


POPULARITY = Ranker("popularity", fit_popularity, (NoSettings(),))

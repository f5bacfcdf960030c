"""Baselines on the same training pairs: popularity, nearest position, item-kNN on loci, two-hop walk."""

from models.pinsage.bipartite import BipartiteGraph, LocusPairs
from models.pinsage.rankers import ITEM_KNN, NEAREST_POSITION, POPULARITY, TWO_HOP_WALK, NoSettings
from models.pinsage.ranking import Scorer


def baseline_scorers(graph: BipartiteGraph, pairs: LocusPairs) -> dict[str, Scorer]:
    """Give each baseline as a function from molecule ids to scores, shape (molecules, n_blocks).

    Parameters
    ----------
    graph
        The training graph.
    pairs
        Its (block, molecule) pairs.
    """
    return {
        ranker.name: ranker.fit(graph, pairs, NoSettings())
        for ranker in (POPULARITY, NEAREST_POSITION, ITEM_KNN, TWO_HOP_WALK)
    }

"""EASE: the linear item-item model with a zero diagonal, in closed form."""

from dataclasses import dataclass

import numpy as np

from models.pinsage.bipartite import BipartiteGraph, LocusPairs
from models.pinsage.rankers.matrices import pair_matrix, ties_by_popularity
from models.pinsage.rankers.ranker import Ranker
from models.pinsage.ranking import Scorer


@dataclass(frozen=True)
class EaseSettings:
    """Settings of EASE.

    Attributes
    ----------
    penalty
        Ridge penalty lambda, in molecules.
    """

    penalty: float = 100.0


def fit_ease(graph: BipartiteGraph, pairs: LocusPairs, settings: EaseSettings) -> Scorer:
    """Regress each block on all others over the molecules, ridge-penalised, and predict.

    Notes
    -----
    P = (A'A + lambda I)^-1 with A molecules by blocks; weights B = I - P diag(1 / P_jj), scores A B. Memory is of
    order n_blocks squared.

    References
    ----------
    Steck 2019, WWW, doi:10.1145/3308558.3313710, equation 8.
    """
    known = pair_matrix(graph, pairs)
    gram = (known.T @ known).toarray() + settings.penalty * np.eye(graph.n_blocks)
    inverse = np.linalg.inv(gram)
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    return ties_by_popularity(lambda molecules: np.asarray(known[molecules] @ weights), known)


EASE = Ranker("EASE", fit_ease, tuple(EaseSettings(penalty) for penalty in (100.0, 300.0, 30.0, 10.0, 3.0, 1.0)))

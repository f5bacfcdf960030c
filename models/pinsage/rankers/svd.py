"""Truncated SVD of the degree-scaled pair matrix."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import svds

from models.pinsage.bipartite import BipartiteGraph, LocusPairs
from models.pinsage.rankers.matrices import block_degree, pair_matrix, power_of_degree, ties_by_popularity
from models.pinsage.rankers.ranker import Ranker
from models.pinsage.ranking import Scorer

_RELATIVE_ZERO = 1e-9


@dataclass(frozen=True)
class SvdSettings:
    """Settings of the truncated SVD.

    Attributes
    ----------
    n_factors
        Singular vectors kept (fewer where the matrix has fewer).
    scaling
        Columns are divided by (block degree) ** scaling before, and the scores multiplied by it after.
    """

    n_factors: int = 80
    scaling: float = 0.5


def fit_svd(graph: BipartiteGraph, pairs: LocusPairs, settings: SvdSettings) -> Scorer:
    """Score by the projection of a molecule's scaled pairs on the leading right singular vectors.

    Notes
    -----
    With S = A D^-s, D the block degrees, and V the leading right vectors of its rows with two or more pairs (a molecule
    of one pair says nothing of two loci), the scores are S V V' D^s.
    """
    known = pair_matrix(graph, pairs)
    degree = block_degree(known)
    scaled = (known @ sparse.diags(power_of_degree(degree, -settings.scaling))).tocsr()
    n_blocks_of = np.asarray(known.sum(axis=1)).ravel()
    telling = scaled[np.flatnonzero(n_blocks_of > 1)]
    n_factors = min(settings.n_factors, min(telling.shape) - 1)
    if n_factors < 1:
        return ties_by_popularity(lambda molecules: np.zeros((len(molecules), graph.n_blocks)), known)
    start = np.random.default_rng(0)  # of restarts, which a matrix of low rank needs
    _, size, right = svds(telling, k=n_factors, v0=np.ones(min(telling.shape)), rng=start)
    right = right[size > _RELATIVE_ZERO * size.max()]  # vectors of singular value 0 are arbitrary
    back = power_of_degree(degree, settings.scaling)
    return ties_by_popularity(lambda molecules: (np.asarray(scaled[molecules] @ right.T) @ right) * back, known)


SVD = Ranker(
    "truncated SVD",
    fit_svd,
    tuple(SvdSettings(k, scaling) for k, scaling in product((80, 64, 48, 96), (0.5, 0.25, 0.0))),
)

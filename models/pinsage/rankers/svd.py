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


@dataclass(frozen=True)
class SvdSettings:
    """Settings of the truncated SVD.

    Attributes
    ----------
    n_factors
        Singular vectors kept (fewer where the matrix has fewer).
    scaling
        Columns are divided by (block degree) ** scaling, rows by (molecule degree) ** scaling.
    """

    n_factors: int = 64
    scaling: float = 0.5


def fit_svd(graph: BipartiteGraph, pairs: LocusPairs, settings: SvdSettings) -> Scorer:
    """Score by the projection of a molecule's scaled pairs on the leading right singular vectors.

    Notes
    -----
    With S = D_c^-s A D_b^-s and its leading right vectors V, the scores are S V V'.
    """
    known = pair_matrix(graph, pairs)
    n_blocks_of = np.asarray(known.sum(axis=1), dtype=np.float64).ravel()
    rows = sparse.diags(power_of_degree(n_blocks_of, -settings.scaling))
    columns = sparse.diags(power_of_degree(block_degree(known), -settings.scaling))
    scaled = (rows @ known @ columns).tocsr()
    n_factors = max(min(settings.n_factors, min(scaled.shape) - 1), 1)
    _, _, right = svds(scaled, k=n_factors, v0=np.ones(min(scaled.shape)))
    return ties_by_popularity(lambda molecules: np.asarray(scaled[molecules] @ right.T) @ right, known)


SVD = Ranker(
    "truncated SVD",
    fit_svd,
    tuple(SvdSettings(k, scaling) for k, scaling in product((64, 96, 32, 128), (0.5, 0.25, 0.0))),
)

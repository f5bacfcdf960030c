"""Bayesian personalised ranking: vectors trained so that a known locus scores above a random one."""

from dataclasses import dataclass
from itertools import product

import numba
import numpy as np
from numpy.typing import NDArray

from models.pinsage.bipartite import BipartiteGraph, LocusPairs
from models.pinsage.rankers.matrices import pair_matrix
from models.pinsage.rankers.ranker import Ranker
from models.pinsage.ranking import Scorer

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class BprSettings:
    """Settings of Bayesian personalised ranking.

    Attributes
    ----------
    n_factors
        Length of the vectors.
    penalty
        Weight decay of vectors and biases.
    learning_rate
        Step of stochastic gradient descent.
    n_epochs
        Passes over the pairs; each pair meets one random locus a pass (skipped where it is known too).
    seed
        Of starting vectors, order and random loci.
    """

    n_factors: int = 64
    penalty: float = 0.01
    learning_rate: float = 0.05
    n_epochs: int = 100
    seed: int = 0


def fit_bpr(graph: BipartiteGraph, pairs: LocusPairs, settings: BprSettings) -> Scorer:
    """Train vectors of molecules and blocks and a bias of blocks on sampled comparisons, in one thread.

    References
    ----------
    Rendle et al. 2009, UAI, arXiv:1205.2618.
    """
    known = pair_matrix(graph, pairs)
    known.sort_indices()
    generator = np.random.default_rng(settings.seed)
    molecule = generator.normal(scale=0.1, size=(graph.n_molecules, settings.n_factors))
    block = generator.normal(scale=0.1, size=(graph.n_blocks, settings.n_factors))
    bias = np.zeros(graph.n_blocks)
    for _ in range(settings.n_epochs):
        order = generator.permutation(len(pairs))
        other = generator.integers(0, graph.n_blocks, len(pairs))
        _run_epoch(
            (known.indptr, known.indices),
            (pairs.molecule[order], pairs.block[order], other),
            (molecule, block, bias),
            (settings.learning_rate, settings.penalty),
        )
    return lambda molecules: (molecule[molecules] @ block.T + bias).astype(np.float32)


@numba.njit(cache=True)
def _run_epoch(
    known: tuple[NDArray[np.int32], NDArray[np.int32]],
    comparisons: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]],
    parameters: tuple[Matrix, Matrix, Matrix],
    rates: tuple[float, float],
) -> None:
    """Take one gradient step of log sigmoid(score(known) - score(other)) for each comparison, in order."""
    indptr, indices = known
    molecules, known_blocks, other_blocks = comparisons
    molecule_vectors, block_vectors, bias = parameters
    rate, penalty = rates
    for m, i, j in zip(molecules, known_blocks, other_blocks):  # noqa: B905 (numba knows no strict)
        is_known = False
        for place in range(indptr[m], indptr[m + 1]):
            is_known |= indices[place] == j
        if is_known:
            continue
        margin = bias[i] - bias[j]
        for k in range(molecule_vectors.shape[1]):
            margin += molecule_vectors[m, k] * (block_vectors[i, k] - block_vectors[j, k])
        pull = 1.0 / (1.0 + np.exp(margin))
        for k in range(molecule_vectors.shape[1]):
            x, y, z = molecule_vectors[m, k], block_vectors[i, k], block_vectors[j, k]
            molecule_vectors[m, k] += rate * (pull * (y - z) - penalty * x)
            block_vectors[i, k] += rate * (pull * x - penalty * y)
            block_vectors[j, k] += rate * (-pull * x - penalty * z)
        bias[i] += rate * (pull - penalty * bias[i])
        bias[j] += rate * (-pull - penalty * bias[j])


BPR = Ranker(
    "BPR",
    fit_bpr,
    tuple(
        BprSettings(64, penalty, rate, epochs)
        for epochs, rate, penalty in product((300, 600), (0.05, 0.1), (0.03, 0.06, 0.1))
    ),
)

"""A degree-preserving null of a graph: the same (LD block, molecule) pairs with their molecules exchanged."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.pinsage.bipartite import BipartiteGraph, LocusPairs, lead_pairs

_N_ROUNDS = 20


def rewire_pairs(graph: BipartiteGraph, *, seed: int) -> BipartiteGraph:
    """Exchange the molecules of (block, molecule) pairs at random: every block and molecule keeps its number of pairs.

    Parameters
    ----------
    graph
        Any graph. Edges outside LD blocks stay as they are.
    seed
        Of the exchanges.

    Returns
    -------
    BipartiteGraph
        The same nodes, and the same edges seen from the SNPs: each pair's edges move together to another molecule, with
        their z scores. What is left to learn is how many pairs a block and a molecule have.

    Notes
    -----
    Two pairs (b, m) and (c, n) become (b, n) and (c, m) where neither exists already; 20 rounds each propose such an
    exchange for every pair (ten exchanges a pair are taken as mixed).

    References
    ----------
    Maslov and Sneppen 2002, doi:10.1126/science.1065103; Milo et al. 2003, arXiv:cond-mat/0312028.
    """
    pairs = lead_pairs(graph)
    molecule = _exchanged(pairs, graph.n_molecules, np.random.default_rng([seed, 17]))
    block = graph.snp_block[graph.edge_snp]
    placed = block >= 0
    key = pairs.molecule.astype(np.int64) * max(graph.n_blocks, 1) + pairs.block
    wanted = graph.edge_molecule[placed].astype(np.int64) * max(graph.n_blocks, 1) + block[placed]
    moved = graph.edge_molecule.copy()
    moved[placed] = molecule[np.searchsorted(key, wanted)]
    return replace(graph, edge_molecule=moved)


def _exchanged(pairs: LocusPairs, n_molecules: int, generator: np.random.Generator) -> NDArray[np.int32]:
    """Give each pair its new molecule; no two pairs become the same."""
    block, molecule = pairs.block.astype(np.int64), pairs.molecule.astype(np.int64).copy()
    half = len(pairs) // 2
    for _ in range(_N_ROUNDS):
        order = generator.permutation(len(pairs))
        one, other = order[:half], order[half : 2 * half]
        new_one = block[one] * n_molecules + molecule[other]
        new_other = block[other] * n_molecules + molecule[one]
        present = np.sort(block * n_molecules + molecule)
        proposed, count = np.unique(np.concatenate([new_one, new_other]), return_counts=True)
        taken = np.concatenate([present, proposed[count > 1]])
        is_free = ~(np.isin(new_one, taken) | np.isin(new_other, taken))
        one, other = one[is_free], other[is_free]
        molecule[one], molecule[other] = molecule[other], molecule[one]
    return molecule.astype(np.int32)

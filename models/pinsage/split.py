"""Hiding (LD block, molecule cluster) pairs: folds, held-out splits, and the guard against leaks."""

import numpy as np
from numpy.typing import NDArray

from models.pinsage.bipartite import BipartiteGraph, BoolArray, IntArray, LocusPairs, lead_pairs
from models.pinsage.errors import LeakError, SettingsError

KeyArray = NDArray[np.int64]


def hiding_keys(block: IntArray, cluster: IntArray, n_clusters: int) -> KeyArray:
    """Number each (block, molecule cluster) pair, the unit that is hidden as a whole."""
    return block.astype(np.int64) * max(n_clusters, 1) + cluster.astype(np.int64)


def assign_folds(keys: KeyArray, n_folds: int, *, seed: int) -> IntArray:
    """Give every key a fold 0..n_folds-1, equal keys the same fold, folds as equal as can be.

    The result depends on the set of keys and the seed, never on their order.
    """
    unit, unit_of_key = np.unique(keys, return_inverse=True)
    fold_of_unit = np.random.default_rng([seed, 1]).permutation(unit.size) % n_folds
    return fold_of_unit[unit_of_key].astype(np.int32)


def held_out_edges(graph: BipartiteGraph, *, share: float, seed: int) -> BoolArray:
    """Mark the edges of a random share of the (block, molecule cluster) pairs as held out.

    Parameters
    ----------
    graph
        The whole graph.
    share
        Share of pairs to hold out, in (0, 1).
    seed
        Decides which.

    Raises
    ------
    SettingsError
        When the share leaves (0, 1).
    """
    if not 0.0 < share < 1.0:
        raise SettingsError(f"The held-out share must lie in (0, 1), got {share}.")
    block = graph.snp_block[graph.edge_snp]
    keys = hiding_keys(block, graph.molecule_cluster[graph.edge_molecule], graph.n_clusters)
    unit, unit_of_edge = np.unique(keys, return_inverse=True)
    n_hidden = round(share * unit.size)
    is_hidden = np.zeros(unit.size, dtype=np.bool_)
    is_hidden[np.random.default_rng([seed, 2]).permutation(unit.size)[:n_hidden]] = True
    marked: BoolArray = is_hidden[unit_of_edge] & (block >= 0)
    return marked


def divide(graph: BipartiteGraph, is_held_out: BoolArray) -> tuple[BipartiteGraph, LocusPairs, LocusPairs]:
    """Give the graph without its held-out edges, the pairs of that graph, and the held-out pairs.

    Raises
    ------
    LeakError
        When part of a held-out (block, molecule cluster) pair is left.
    """
    training_graph = graph.without_edges(is_held_out)
    training, hidden = lead_pairs(training_graph), lead_pairs(graph.without_edges(~is_held_out))
    keys = np.unique(hiding_keys(hidden.block, hidden.cluster, graph.n_clusters))
    assert_no_leak(training, keys, n_clusters=graph.n_clusters, where="the evaluation's training pairs")
    return training_graph, training, hidden


def assert_no_leak(visible: LocusPairs, hidden_keys: KeyArray, *, n_clusters: int, where: str) -> None:
    """See that no held-out (block, molecule cluster) pair is among the visible ones.

    Called wherever walks, features, degrees or queries are made from a part of the pairs.

    Raises
    ------
    LeakError
        Naming the first pair that leaks and the place.
    """
    leaked = np.isin(hiding_keys(visible.block, visible.cluster, n_clusters), hidden_keys)
    if leaked.any():
        first = int(np.flatnonzero(leaked)[0])
        raise LeakError(
            f"Held-out pairs must be absent from {where}: {int(leaked.sum())} are present, the first is block "
            f"{int(visible.block[first])} with molecule cluster {int(visible.cluster[first])}; "
            "hide whole (block, molecule cluster) pairs, not single edges."
        )

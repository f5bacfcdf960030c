"""Guards against leaks: no SNP feature may tell the hidden edges, and no score may depend on them."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.pinsage.bipartite import BipartiteGraph, BoolArray
from models.pinsage.errors import LeakError
from models.pinsage.ranking import Scorer

_TOLERANCE = 1e-6
_ROUNDING = 1e-9
"""Relative: how far sums in another order, as BLAS makes them by the place of an array in memory, may differ."""
FitScorer = Callable[[BipartiteGraph, BoolArray], Scorer]
"""From a whole graph and its hidden edges to a fitted scorer: all steps between are under test."""


def assert_features_blind(graph: BipartiteGraph, is_held_out: BoolArray) -> None:
    """See that no SNP feature is made of the SNPs' degrees before edges were hidden.

    A column that is the same for all SNPs with the same number of edges in the whole graph, but not for all with the
    same number in training, is such a one, whatever the formula.

    Raises
    ------
    LeakError
        Naming the column.
    """
    whole = np.bincount(graph.edge_snp, minlength=graph.n_snps)
    visible = np.bincount(graph.edge_snp[~is_held_out], minlength=graph.n_snps)
    if not is_held_out.any():
        return
    for column in range(graph.snp_features.shape[1]):
        values = graph.snp_features[:, column].astype(np.float64)
        if _is_function_of(values, whole) and not _is_function_of(values, visible):
            raise LeakError(
                f"SNP features must not tell held-out edges: column {column} of {graph.snp_features.shape[1]} is a "
                "function of the degree over all edges, held-out ones included; compute degrees after hiding."
            )


def assert_blind(fit: FitScorer, graph: BipartiteGraph, is_held_out: BoolArray, *, seed: int, name: str) -> None:
    """See that a method's scores stay the same, but for rounding, when other edges are hidden in place of these.

    The hidden edges are given to random molecules (as many edges, the same SNPs); a method that has seen nothing of
    them must score every block for every molecule as before.

    Parameters
    ----------
    fit
        Called twice, with the graph and with its changed copy.
    graph, is_held_out
        The case.
    seed
        Of the change.
    name
        Of the method, for the error.

    Raises
    ------
    LeakError
        Naming the method and the largest change of a score.
    """
    molecules = np.arange(graph.n_molecules)
    before = fit(graph, is_held_out)(molecules)
    changed, is_hidden = swap_held_out(graph, is_held_out, seed=seed)
    after = fit(changed, is_hidden)(molecules)
    largest = float(np.abs(before.astype(np.float64) - after).max(initial=0.0))
    if not largest <= _ROUNDING * float(np.abs(before).max(initial=0.0)):
        raise LeakError(
            f"Scores must not depend on held-out edges: those of {name!r} change by up to {largest:.3g} when other "
            "edges are held out in place of these; fit walks, features and degrees on the training graph alone."
        )


def swap_held_out(graph: BipartiteGraph, is_held_out: BoolArray, *, seed: int) -> tuple[BipartiteGraph, BoolArray]:
    """Give each hidden edge another molecule, drop those that training knows already, and mark what is hidden now."""
    molecule = graph.edge_molecule.copy()
    hidden = np.flatnonzero(is_held_out)
    molecule[hidden] = np.random.default_rng([seed, 8]).integers(0, graph.n_molecules, hidden.size)
    block = graph.snp_block[graph.edge_snp].astype(np.int64)
    key = block * max(graph.n_clusters, 1) + graph.molecule_cluster[molecule]
    is_dropped = is_held_out & np.isin(key, key[~is_held_out])
    return replace(graph, edge_molecule=molecule).without_edges(is_dropped), is_held_out[~is_dropped]


def _is_function_of(values: NDArray[np.float64], level: NDArray[np.intp]) -> bool:
    """Tell whether values are equal wherever the level is."""
    lowest, highest = np.full(level.max() + 1, np.inf), np.full(level.max() + 1, -np.inf)
    np.minimum.at(lowest, level, values)
    np.maximum.at(highest, level, values)
    return bool((highest - lowest <= _TOLERANCE)[np.isfinite(lowest)].all())

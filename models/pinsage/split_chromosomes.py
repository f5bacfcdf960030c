"""Protocol S2: hide whole chromosomes, so that only what is known of a locus besides its own edges can place it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.pinsage.bipartite import BipartiteGraph, BoolArray
from models.pinsage.errors import SettingsError

Chromosomes = NDArray[np.int16]


def chromosome_of_blocks(graph: BipartiteGraph) -> Chromosomes:
    """Give the chromosome of each LD block, shape (n_blocks,), -1 = the block has no SNP."""
    chromosome = np.full(graph.n_blocks, -1, dtype=np.int16)
    placed = graph.snp_block >= 0
    chromosome[graph.snp_block[placed]] = graph.snp_chromosome[placed]
    return chromosome


def held_out_chromosomes(graph: BipartiteGraph, *, share: float, seed: int) -> Chromosomes:
    """Draw chromosomes until they hold at least a share of the edges, and leave at least one.

    Parameters
    ----------
    graph
        The whole graph.
    share
        Least share of the edges to hold out, in (0, 1).
    seed
        Of the order in which chromosomes are drawn.

    Raises
    ------
    SettingsError
        When the share leaves (0, 1), or the graph's edges lie on one chromosome alone.
    """
    if not 0.0 < share < 1.0:
        raise SettingsError(f"The held-out share must lie in (0, 1), got {share}.")
    placed = graph.edge_snp[graph.snp_block[graph.edge_snp] >= 0]
    found, n_edges = np.unique(graph.snp_chromosome[placed], return_counts=True)
    if found.size < 2:
        raise SettingsError(
            f"Holding out whole chromosomes needs edges on at least 2 of them, this graph has {found.size}; "
            "use the split by (LD block, molecule cluster) pairs."
        )
    order = np.random.default_rng([seed, 7]).permutation(found.size)
    n_enough = int(np.searchsorted(np.cumsum(n_edges[order]), share * n_edges.sum(), side="left")) + 1
    drawn: Chromosomes = np.sort(found[order[: min(n_enough, found.size - 1)]]).astype(np.int16)
    return drawn


def edges_on_chromosomes(graph: BipartiteGraph, chromosomes: Chromosomes) -> BoolArray:
    """Mark the edges whose LD block lies on one of the chromosomes: every one of them is hidden."""
    block = graph.snp_block[graph.edge_snp]
    is_on: BoolArray = (block >= 0) & np.isin(chromosome_of_blocks(graph)[block], chromosomes)
    return is_on


def blocks_on_chromosomes(graph: BipartiteGraph, chromosomes: Chromosomes) -> BoolArray:
    """Mark the LD blocks of the chromosomes, shape (n_blocks,): those alone are ranked."""
    on: BoolArray = np.isin(chromosome_of_blocks(graph), chromosomes)
    return on


@dataclass(frozen=True)
class ChanceLevel:
    """What a ranking in random order reaches when one of n loci is right.

    Attributes
    ----------
    recall_10, recall_50, recall_100
        min(k, n) / n.
    reciprocal_rank
        (1 + 1/2 + ... + 1/n) / n.
    auc
        One half.
    """

    recall_10: float
    recall_50: float
    recall_100: float
    reciprocal_rank: float
    auc: float = 0.5


def chance_level(n_candidates: int) -> ChanceLevel:
    """Compute the expected metrics of a random order of `n_candidates` loci, none of them known."""
    at_10, at_50, at_100 = (min(cutoff, n_candidates) / n_candidates for cutoff in (10, 50, 100))
    return ChanceLevel(at_10, at_50, at_100, float((1.0 / np.arange(1, n_candidates + 1)).mean()))

"""Degree-preserving null of a SNP-molecule graph: its (LD block, molecule) pairs are rewired by double edge swaps."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from loaders.simulation.shared_graphs import SharedGraph

SWAPS_PER_PAIR = 10


def rewire_pairs(
    graph: SharedGraph, generator: np.random.Generator, *, swaps_per_pair: int = SWAPS_PER_PAIR
) -> SharedGraph:
    """Give a graph with the same degrees and no structure.

    Every (block, molecule) pair keeps its block, its SNPs with their z and its side of the split, and gets another
    molecule: two pairs exchange their molecules unless that made a pair that is there already. So the number of
    molecules of each block and each SNP, and the number of blocks of each molecule, stay as they were.

    Parameters
    ----------
    graph
        Any graph.
    generator
        Source of randomness.
    swaps_per_pair
        Exchanges tried, as a multiple of the number of pairs; 10 forget the start.

    References
    ----------
    Maslov & Sneppen 2002, Science 296:910, doi:10.1126/science.1065103.
    """
    n_molecules = graph.cpg_home_block.size
    key = graph.snps.block[graph.snp].astype(np.int64) * n_molecules + graph.cpg
    pair, pair_of_edge = np.unique(key, return_inverse=True)
    molecule = _swap(pair // n_molecules, pair % n_molecules, n_molecules, generator, swaps_per_pair)
    cpg = molecule[pair_of_edge].astype(np.int32)
    order = np.lexsort((graph.snp, cpg))
    return replace(graph, snp=graph.snp[order], cpg=cpg[order], z=graph.z[order], is_test=graph.is_test[order])


def _swap(
    block: NDArray[np.int64],
    molecule: NDArray[np.int64],
    n_molecules: int,
    generator: np.random.Generator,
    swaps_per_pair: int,
) -> NDArray[np.int64]:
    """Exchange molecules between random pairs, one exchange after the other."""
    present = set((block * n_molecules + molecule).tolist())
    tried = generator.integers(0, max(block.size, 1), (swaps_per_pair * block.size, 2)).tolist()
    blocks, molecules = block.tolist(), molecule.tolist()
    for one, two in tried:
        new_one, new_two = blocks[one] * n_molecules + molecules[two], blocks[two] * n_molecules + molecules[one]
        if new_one in present or new_two in present:
            continue
        present -= {blocks[one] * n_molecules + molecules[one], blocks[two] * n_molecules + molecules[two]}
        present |= {new_one, new_two}
        molecules[one], molecules[two] = molecules[two], molecules[one]
    return np.array(molecules, dtype=np.int64)

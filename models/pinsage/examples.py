"""Training examples of a view: the hidden pairs that can be predicted, their query SNPs and their known loci."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from models.pinsage.bipartite import BipartiteGraph, BoolArray, IntArray, LocusPairs
from models.pinsage.messages import NetworkInput, Standardiser, network_input
from models.pinsage.settings import PinSageSettings
from models.pinsage.views import NodeTable, View, snp_table


@dataclass(frozen=True, eq=False)
class Examples:
    """Hidden pairs of one view with what predicts them.

    Attributes
    ----------
    target
        Hidden pairs to predict.
    loci, snps
        All LD blocks, and all SNPs that occur in a query.
    query_snp_start, query_snp
        CSR: rows of `snps` that make up each target's query.
    home_block
        Block where each target's molecule lies, -1 = unknown.
    known_start, known_block
        CSR: blocks masked for each target's molecule.
    """

    target: LocusPairs
    loci: NodeTable
    snps: NodeTable
    query_snp_start: NDArray[np.int64]
    query_snp: NDArray[np.int64]
    home_block: NDArray[np.int64]
    known_start: NDArray[np.int64]
    known_block: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.target)


def make_examples(
    graph: BipartiteGraph,
    pairs: LocusPairs,
    view: View,
    is_target: BoolArray,
    settings: PinSageSettings,
    *,
    drawn: NDArray[np.int64] | None = None,
) -> Examples:
    """Pair each target with its molecule's visible SNPs outside its home block and with all its known loci.

    Parameters
    ----------
    graph, pairs
        The training graph and all its pairs (known loci are masked whether the view hides them or not).
    view
        Where the targets are hidden.
    is_target
        Shape (pairs,): which to predict.
    settings
        Of the fit.
    drawn
        Ascending places of the targets that will be used; by default all. Only these are kept.
    """
    target = pairs.select(is_target)
    if drawn is not None:
        target = target.select(drawn)
    home = graph.molecule_home_block
    asking = view.visible.select(home[view.visible.molecule] != view.visible.block)
    query_start, query_pair = rows_of_molecules(asking.molecule, target.molecule)
    lead = asking.lead_snp[query_pair]
    snp, query_snp = np.unique(lead, return_inverse=True)
    known_start, known_pair = rows_of_molecules(pairs.molecule, target.molecule)
    return Examples(
        target,
        view.blocks,
        snp_table(graph, view, snp.astype(np.int32), settings),
        query_start,
        query_snp.astype(np.int64),
        home[target.molecule].astype(np.int64),
        known_start,
        pairs.block[known_pair].astype(np.int64),
    )


def rows_of_molecules(sorted_molecule: IntArray, wanted: IntArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give, as CSR, the rows at which each wanted molecule stands in an ascending column."""
    low = np.searchsorted(sorted_molecule, wanted, side="left")
    high = np.searchsorted(sorted_molecule, wanted, side="right")
    return ranges(low.astype(np.int64), high.astype(np.int64))


def ranges(low: NDArray[np.int64], high: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Concatenate the integer ranges low..high-1; give the starts of each and the values."""
    length = high - low
    start = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    values = np.arange(start[-1], dtype=np.int64) - np.repeat(start[:-1], length) + np.repeat(low, length)
    return start, values


@dataclass(frozen=True, eq=False)
class Batch:
    """Tensors of one step.

    Attributes
    ----------
    inputs
        What the network reads.
    target
        Shape (queries,): hidden block of each.
    is_known
        Shape (queries, n_blocks): blocks masked.
    share
        Part of the step's queries that these are; less than 1 where several ranks take a step together.
    """

    inputs: NetworkInput
    target: torch.Tensor
    is_known: torch.Tensor
    share: float = 1.0

    def to(self, device: torch.device) -> "Batch":
        """Give the same batch on a device; itself where it is there already."""
        if self.target.device == device:
            return self
        return Batch(self.inputs.to(device), self.target.to(device), self.is_known.to(device), self.share)


def make_batch(examples: Examples, chosen: NDArray[np.int64], standardiser: Standardiser) -> Batch:
    """Cut a batch out of the examples: only the SNPs of the chosen queries enter it."""
    start, place = ranges(examples.query_snp_start[chosen], examples.query_snp_start[chosen + 1])
    snp_row, query_snp = np.unique(examples.query_snp[place], return_inverse=True)
    query = np.repeat(np.arange(chosen.size), np.diff(start))
    inputs = network_input(
        examples.loci,
        take_nodes(examples.snps, snp_row),
        (query_snp.astype(np.int64), query.astype(np.int64)),
        examples.home_block[chosen],
        standardiser,
    )
    known_start, known_place = ranges(examples.known_start[chosen], examples.known_start[chosen + 1])
    is_known = torch.zeros(chosen.size, examples.loci.node.size, dtype=torch.bool)
    known_row = np.repeat(np.arange(chosen.size), np.diff(known_start))
    is_known[torch.from_numpy(known_row), torch.from_numpy(examples.known_block[known_place])] = True
    target = torch.from_numpy(examples.target.block[chosen].astype(np.int64))
    return Batch(inputs, target, is_known)


def take_nodes(table: NodeTable, rows: NDArray[np.int64] | NDArray[np.intp]) -> NodeTable:
    """Give some rows of a node table."""
    walk = table.walk
    taken = type(walk)(walk.features[rows], walk.neighbour[rows], walk.neighbour_weight[rows], walk.strength[rows])
    return NodeTable(table.node[rows], taken, table.properties[rows])

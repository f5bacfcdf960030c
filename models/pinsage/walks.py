"""Sampled random walks in numba: LD-aware, own block excluded, bit-identical for any number of threads."""

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from models.pinsage.bipartite import FloatArray, IntArray
from models.pinsage.errors import SettingsError
from models.pinsage.ld_jump import Place
from models.pinsage.random_stream import node_key, uniform_at
from models.pinsage.walk_graph import WalkGraph


@dataclass(frozen=True, eq=False)
class VisitCounts:
    """The most visited labels of each starting SNP.

    Attributes
    ----------
    label
        Shape (starts, n_keep): most visited first, ties to the lower label, -1 = none.
    count
        Same shape: visits.
    """

    label: IntArray
    count: IntArray


@dataclass(frozen=True)
class WalkPlan:
    """How many walks to take from each SNP, and how far.

    Attributes
    ----------
    n_walks, n_hops
        Walks from each SNP and their most hops.
    decay
        Probability to go on after each hop.
    n_keep
        Most visited labels to keep.
    seed
        With the SNP's id it decides every step; neither order nor threads matter.
    """

    n_walks: int
    n_hops: int
    decay: float
    n_keep: int
    seed: int


def sample_visits(
    walk_graph: WalkGraph, start: Place, jump: sparse.csr_matrix, plan: WalkPlan, *, lead_label: IntArray | None = None
) -> VisitCounts:
    """Walk from each starting SNP and count the visits to labels of lead SNPs.

    Parameters
    ----------
    walk_graph
        Leads, molecules and the LD jump.
    start
        Starting SNPs.
    jump
        Shape (starts, leads): their first LD jump. Empty rows give no visits.
    plan
        Walks, hops, decay, labels to keep, seed.
    lead_label
        Label of each lead; by default its LD block. A visit inside the start's own block is not counted.

    Returns
    -------
    VisitCounts

    Raises
    ------
    SettingsError
        When the plan has no walks, hops or labels to keep.
    """
    if min(plan.n_walks, plan.n_hops, plan.n_keep) < 1:
        raise SettingsError(f"n_walks, n_hops and n_keep must be at least 1, got {plan}.")
    label = np.full((start.snp.size, plan.n_keep), -1, dtype=np.int32)
    count = np.zeros((start.snp.size, plan.n_keep), dtype=np.int32)
    _walk_from_all(
        (start.snp.astype(np.int64), start.block, _jump_table(jump)),
        _jump_table(walk_graph.jump),
        (
            (walk_graph.lead_start, walk_graph.lead_molecule, walk_graph.molecule_start, walk_graph.molecule_lead),
            (walk_graph.lead_weight, walk_graph.molecule_weight, walk_graph.lead_degree),
        ),
        (walk_graph.lead.block, walk_graph.lead.block if lead_label is None else lead_label),
        (plan.n_walks, plan.n_hops, plan.decay, np.uint64(plan.seed)),
        (label, count),
    )
    return VisitCounts(label, count)


def _jump_table(jump: sparse.csr_matrix) -> tuple[NDArray[np.int64], IntArray, FloatArray]:
    """Give CSR starts, leads and each row's cumulative probability."""
    running = np.cumsum(jump.data, dtype=np.float64)
    before = np.concatenate([[0.0], running])[jump.indptr[:-1]]
    cumulative = running - np.repeat(before, np.diff(jump.indptr))
    return jump.indptr.astype(np.int64), jump.indices.astype(np.int32), cumulative.astype(np.float32)


@numba.njit(cache=True)
def _jumped(table: Any, row: Any, uniform: Any) -> Any:
    """Draw a lead from a row of a jump table, by bisection of its cumulative probabilities."""
    starts, leads, cumulative = table
    low, high = starts[row], starts[row + 1] - 1
    target = uniform * cumulative[high]
    while low < high:
        middle = (low + high) // 2
        if cumulative[middle] > target:
            high = middle
        else:
            low = middle + 1
    return leads[low]


@numba.njit(cache=True)
def _other_lead(edges: Any, molecule: Any, lead: Any, uniform: Any) -> Any:
    """Draw the place of one of a molecule's leads other than the one the walk comes from."""
    _, _, starts, leads = edges
    low, high = starts[molecule], starts[molecule + 1]
    chosen = low + int(uniform * (high - low - 1))
    for place in range(low, chosen + 1):
        if leads[place] == lead:
            return chosen + 1
    return chosen


@numba.njit(cache=True)
def _drawn_molecule(edges: Any, weights: Any, lead: Any, uniform: Any) -> Any:
    """Draw one of a lead's molecules by weight: those of weight 1 come first, all others weigh the same."""
    starts, molecules, _, _ = edges
    weight, _, degree = weights
    low, high = starts[lead], starts[lead + 1]
    least = weight[high - 1]
    n_whole = high - low
    if least < 1.0:
        n_whole = round((degree[lead] - (high - low) * least) / (1.0 - least))
    target = uniform * degree[lead]
    chosen = int(target) if target < n_whole else n_whole + int((target - n_whole) / least)
    return molecules[min(low + chosen, high - 1)]


@numba.njit(cache=True)
def _keep_most_visited(visited: Any, n_visited: Any, label: Any, count: Any) -> None:
    """Write the most frequent labels of `visited` into one row of the result, ties to the lower label."""
    ordered = np.sort(visited[:n_visited])
    n_keep = label.size
    first = 0
    while first < n_visited:
        last = first
        while last < n_visited and ordered[last] == ordered[first]:
            last += 1
        times = last - first
        place = n_keep
        while place > 0 and count[place - 1] < times:
            place -= 1
        if place < n_keep:
            for move in range(n_keep - 1, place, -1):
                label[move] = label[move - 1]
                count[move] = count[move - 1]
            label[place] = ordered[first]
            count[place] = times
        first = last


@numba.njit(cache=True, parallel=True)
def _walk_from_all(starts: Any, jump: Any, graph: Any, leads: Any, plan: Any, result: Any) -> None:
    """Fill the result, one row a start; each start's numbers come from the key (seed, SNP id) alone."""
    start_snp, start_block, first_jump = starts
    edges, weights = graph
    molecule_lead, molecule_weight = edges[3], weights[1]
    lead_block, lead_label = leads
    n_walks, n_hops, decay, seed = plan
    label, count = result
    for start in numba.prange(start_snp.size):
        if first_jump[0][start] == first_jump[0][start + 1]:
            continue
        key = node_key(seed, np.uint64(start_snp[start]))
        step = np.uint64(0)
        visited = np.empty(n_walks * n_hops, dtype=np.int32)
        n_visited = 0
        for _ in range(n_walks):
            lead = _jumped(first_jump, start, uniform_at(key, step))
            step += np.uint64(1)
            for hop in range(n_hops):
                if hop > 0:
                    going_on = uniform_at(key, step) < decay
                    step += np.uint64(1)
                    if not going_on:
                        break
                    lead = _jumped(jump, lead, uniform_at(key, step))
                    step += np.uint64(1)
                molecule = _drawn_molecule(edges, weights, lead, uniform_at(key, step))
                step += np.uint64(1)
                place = _other_lead(edges, molecule, lead, uniform_at(key, step))
                step += np.uint64(1)
                lead = molecule_lead[place]
                if molecule_weight[place] < 1.0:
                    arrives = uniform_at(key, step) < molecule_weight[place]
                    step += np.uint64(1)
                    if not arrives:
                        break
                if lead_block[lead] != start_block[start]:
                    visited[n_visited] = lead_label[lead]
                    n_visited += 1
        _keep_most_visited(visited, n_visited, label[start], count[start])

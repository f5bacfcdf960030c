"""PinSage's own importance walks on the plain bipartite graph: the most visited SNPs of every SNP, with weights.

These are the walks of the paper and of ``dgl.sampling.PinSAGESampler``, blind to LD. The product's recipe does not use
them: it walks with LD jumps from lead SNPs to other loci (`models.pinsage.walks`). They are there to compare with it,
for node-level convolutions on graphs of millions of SNPs, and for tables of neighbours made once per snapshot.

A step goes SNP -> molecule of it -> SNP of that, both at random. R walks of at most T steps leave each start; from the
second step on a walk stops before the step with probability p. With A the SNPs by molecules and their degrees D, the
expected visits are E[u, v] = R sum over t < T of (1 - p)^t (D_s^-1 A D_c^-1 A')^(t + 1)[u, v].
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np

from models.pinsage.adjacency import Adjacency, adjacency_of
from models.pinsage.bipartite import BipartiteGraph, FloatArray, IntArray
from models.pinsage.errors import GraphError, SettingsError
from models.pinsage.random_stream import GOLDEN, bits_at, node_key, uniform_at

MOST_STEPS = 1000
CHUNK_STARTS = 65_536
_BATCH_WALKS = 1024
_WALK_BITS = np.uint64(16)  # a walk has 2^16 numbers of its own in its start's stream


@dataclass(frozen=True)
class ImportancePlan:
    """How many walks to take from each SNP, how far, and what to keep.

    Attributes
    ----------
    n_walks, n_steps
        R and T: walks from each SNP, and their most steps.
    n_keep
        Most visited SNPs to keep.
    restart
        p: probability to stop before each step but the first.
    counts_start
        Whether visits to the start itself count, as in DGL and in the law above; else they are left out.
    seed
        With a SNP's id and a walk's number it decides every step of that walk.
    """

    n_walks: int
    n_steps: int
    n_keep: int
    restart: float = 0.0
    counts_start: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse values outside their range.

        Raises
        ------
        SettingsError
            Naming the setting, its value and its range.
        """
        ranges = {
            "n_walks": (1, 1_000_000),
            "n_steps": (1, MOST_STEPS),
            "n_keep": (1, 10_000),
            "restart": (0.0, 1.0),
            "seed": (0, 2**63 - 1),
        }
        for name, (low, high) in ranges.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise SettingsError(f"ImportancePlan.{name} must lie in [{low}, {high}], got {value}; change it.")


@dataclass(frozen=True, eq=False)
class ImportanceNeighbours:
    """The most visited SNPs of each start.

    Attributes
    ----------
    neighbour
        Shape (starts, n_keep): most visited first, ties to the smaller id, -1 = none.
    weight
        Same shape: visits over the sum of the row's kept visits, 0 where there is none.
    """

    neighbour: IntArray
    weight: FloatArray


def neighbour_table(
    graph: BipartiteGraph,
    plan: ImportancePlan,
    *,
    chunk_starts: int = CHUNK_STARTS,
    on_progress: Callable[[int, int], None] | None = None,
) -> ImportanceNeighbours:
    """Find the most visited SNPs of every SNP of a graph.

    Parameters
    ----------
    graph
        Snapshot; all its edges are walked, whatever the LD blocks. Repeats of an edge count as so many edges.
    plan
        Walks, steps, what to keep, seed.
    chunk_starts
        SNPs between two reports of progress; changes no result.
    on_progress
        Called with SNPs done and all SNPs.

    Returns
    -------
    ImportanceNeighbours
        One row a SNP. Beside it and the edges in CSR (8 bytes an edge), memory does not grow with the graph.
    """
    adjacency = adjacency_of(graph)
    found = _empty(graph.n_snps, plan.n_keep)
    for low in range(0, graph.n_snps, chunk_starts):
        high = min(low + chunk_starts, graph.n_snps)
        start = np.arange(low, high, dtype=np.int32)
        _fill(adjacency, start, plan, (found.neighbour[low:high], found.weight[low:high]))
        if on_progress is not None:
            on_progress(high, graph.n_snps)
    return found


def importance_neighbours(adjacency: Adjacency, start: IntArray, plan: ImportancePlan) -> ImportanceNeighbours:
    """Find the most visited SNPs of some SNPs; a row depends on neither the others nor the number of threads.

    Raises
    ------
    GraphError
        When a start is no SNP of the graph.
    """
    start = _checked_start(adjacency, start)
    found = _empty(start.size, plan.n_keep)
    _fill(adjacency, start, plan, (found.neighbour, found.weight))
    return found


def walk_paths(adjacency: Adjacency, start: IntArray, plan: ImportancePlan) -> IntArray:
    """Give the walks that `importance_neighbours` counts, to look at and to test.

    Returns
    -------
    int32 array, shape (n_steps, starts, n_walks)
        SNP after each step, the start included where a walk returns to it; -1 once a walk has stopped.

    Raises
    ------
    GraphError
        When a start is no SNP of the graph.
    """
    start = _checked_start(adjacency, start)
    path = np.empty((plan.n_steps, start.size * plan.n_walks), dtype=np.int32)
    _walk(_csr(adjacency), start, _walk_settings(plan), path)
    return path.reshape(plan.n_steps, start.size, plan.n_walks)


def _empty(n_starts: int, n_keep: int) -> ImportanceNeighbours:
    neighbour = np.full((n_starts, n_keep), -1, dtype=np.int32)
    return ImportanceNeighbours(neighbour, np.zeros((n_starts, n_keep), dtype=np.float32))


def _checked_start(adjacency: Adjacency, start: IntArray) -> IntArray:
    if start.size and not 0 <= int(start.min()) <= int(start.max()) < adjacency.n_snps:
        raise GraphError(
            f"A walk starts from a SNP in [0, {adjacency.n_snps - 1}], got {start.min()} to {start.max()}; "
            "take the starts from the graph that the adjacency was made of."
        )
    return start.astype(np.int32)


def _csr(adjacency: Adjacency) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    return adjacency.snp_start, adjacency.snp_molecule, adjacency.molecule_start, adjacency.molecule_snp


def _walk_settings(plan: ImportancePlan) -> tuple[int, float, np.uint64]:
    return plan.n_walks, plan.restart, np.uint64(plan.seed)


def _fill(adjacency: Adjacency, start: IntArray, plan: ImportancePlan, result: tuple[IntArray, FloatArray]) -> None:
    """Fill the rows of the result, one a start."""
    batch_starts = max(_BATCH_WALKS // plan.n_walks, 1)
    counting = (plan.n_steps, batch_starts, plan.counts_start)
    _fill_all(_csr(adjacency), start, _walk_settings(plan), counting, result)


@numba.njit(cache=True)
def _drawn(bits: Any, low: Any, high: Any) -> Any:
    """Draw from [low, high) by 32 random bits and a multiplication; the bias is below (high - low) / 2^32."""
    return np.int64(low) + np.int64((bits * np.uint64(high - low)) >> np.uint64(32))


@numba.njit(cache=True)
def _walk(csr: Any, start: Any, settings: Any, path: Any) -> None:
    """Fill path, shape (steps, starts * walks): all walks take a step together, so that memory is read in parallel."""
    snp_start, snp_molecule, molecule_start, molecule_snp = csr
    n_walks, restart, seed = settings
    n_places = start.size * n_walks
    key = np.empty(n_places, dtype=np.uint64)
    here = np.empty(n_places, dtype=np.int32)
    bits = np.empty(n_places, dtype=np.uint64)
    for row in range(start.size):
        first_key = node_key(seed, np.uint64(start[row]))
        has_edges = snp_start[start[row]] < snp_start[start[row] + 1]
        for walk in range(n_walks):
            key[row * n_walks + walk] = first_key + (np.uint64(walk) << _WALK_BITS) * GOLDEN
            here[row * n_walks + walk] = start[row] if has_edges else -1
    for step in range(path.shape[0]):
        if step > 0 and restart > 0.0:
            for place in range(n_places):
                if uniform_at(key[place], np.uint64(2 * step + 1)) < restart:
                    here[place] = -1
        for place in range(n_places):
            snp = here[place]
            bits[place] = bits_at(key[place], np.uint64(2 * step))
            if snp >= 0:
                chosen = _drawn(bits[place] >> np.uint64(32), snp_start[snp], snp_start[snp + 1])
                here[place] = snp_molecule[chosen]
        for place in range(n_places):
            molecule = here[place]
            if molecule >= 0:
                low_bits = bits[place] & np.uint64(0xFFFFFFFF)
                here[place] = molecule_snp[_drawn(low_bits, molecule_start[molecule], molecule_start[molecule + 1])]
        path[step] = here


@numba.njit(cache=True)
def _keep_most_visited(visited: Any, left_out: Any, table: Any, best: Any) -> Any:
    """Count one start's visits and sort the most visited into `best`; returns how many there are.

    An entry of `best` is visits * 2^32 + (2^32 - 1 - SNP), so that a larger one is a better one. The table (SNP, visits
    and a list of used slots; open addressing, at most half full) is empty before and after.
    """
    slot_snp, slot_count, used = table
    last_slot = np.uint64(slot_snp.size - 1)
    n_used = 0
    for step in range(visited.shape[0]):
        for walk in range(visited.shape[1]):
            snp = visited[step, walk]
            if snp < 0 or snp == left_out:
                continue
            slot = (np.uint64(snp) * GOLDEN >> np.uint64(32)) & last_slot
            while slot_snp[slot] != snp and slot_snp[slot] >= 0:
                slot = (slot + np.uint64(1)) & last_slot
            if slot_snp[slot] < 0:
                slot_snp[slot] = snp
                used[n_used] = slot
                n_used += 1
            slot_count[slot] += 1
    n_best = 0
    for number in range(n_used):
        slot = used[number]
        entry = (np.uint64(slot_count[slot]) << np.uint64(32)) + np.uint64(0xFFFFFFFF - slot_snp[slot])
        slot_snp[slot], slot_count[slot] = -1, 0
        if n_best == best.size and entry < best[n_best - 1]:
            continue
        place = n_best if n_best < best.size else n_best - 1
        n_best = min(n_best + 1, best.size)
        while place > 0 and best[place - 1] < entry:
            best[place] = best[place - 1]
            place -= 1
        best[place] = entry
    return n_best


@numba.njit(cache=True, parallel=True)
def _fill_all(csr: Any, start: Any, settings: Any, counting: Any, result: Any) -> None:
    """Fill the result in batches of starts, each with a path and a table of its own."""
    n_steps, batch_starts, counts_start = counting
    n_walks = settings[0]
    neighbour, weight = result
    n_slots = 4
    while n_slots < 2 * n_walks * n_steps:
        n_slots *= 2
    for batch in numba.prange((start.size + batch_starts - 1) // batch_starts):
        low = batch * batch_starts
        high = min(low + batch_starts, start.size)
        path = np.empty((n_steps, (high - low) * n_walks), dtype=np.int32)
        _walk(csr, start[low:high], settings, path)
        slots = np.full(n_slots, -1, dtype=np.int32), np.zeros(n_slots, dtype=np.int32)
        table = (slots[0], slots[1], np.empty(n_walks * n_steps, dtype=np.int64))
        best = np.empty(neighbour.shape[1], dtype=np.uint64)
        for row in range(low, high):
            visited = path[:, (row - low) * n_walks : (row - low + 1) * n_walks]
            n_best = _keep_most_visited(visited, -1 if counts_start else start[row], table, best)
            total = np.uint64(0)
            for place in range(n_best):
                total += best[place] >> np.uint64(32)
            for place in range(n_best):
                neighbour[row, place] = np.int64(0xFFFFFFFF) - np.int64(best[place] & np.uint64(0xFFFFFFFF))
                weight[row, place] = np.float64(best[place] >> np.uint64(32)) / np.float64(total)

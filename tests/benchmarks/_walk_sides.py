"""Both sides of the benchmarks of importance walks: what runs in a process of its own.

Graphs are made from the edges' files before the clock and kept for the calls after it. `sizes` are the numbers of SNPs
and CpGs; `plan` is walks, their steps and how many neighbours to keep.
"""

import functools
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.pinsage.adjacency import Adjacency, adjacency_of
from models.pinsage.bipartite import BipartiteGraph
from models.pinsage.importance import ImportanceNeighbours, ImportancePlan, importance_neighbours, neighbour_table

SEED = 1


def graph_of(snp: NDArray[np.int32], cpg: NDArray[np.int32], n_snps: int, n_cpgs: int) -> BipartiteGraph:
    """The product's graph; what walks do not read is empty or 0."""
    return BipartiteGraph(
        n_snps=n_snps,
        n_molecules=n_cpgs,
        edge_snp=snp,
        edge_molecule=cpg,
        edge_abs_z=np.zeros(snp.size, np.float32),
        snp_block=np.full(n_snps, -1, np.int32),
        snp_chromosome=np.zeros(n_snps, np.int16),
        snp_position_bp=np.zeros(n_snps, np.int64),
        molecule_cluster=np.arange(n_cpgs, dtype=np.int32),
        molecule_home_block=np.full(n_cpgs, -1, np.int32),
        molecule_is_gene=np.zeros(n_cpgs, np.bool_),
        snp_features=np.zeros((n_snps, 0), np.float32),
    )


@functools.cache
def adjacency_from(folder: str, n_snps: int, n_cpgs: int) -> Adjacency:
    """Our CSR, made once a process."""
    path = Path(folder)
    return adjacency_of(graph_of(np.load(path / "snp.npy"), np.load(path / "cpg.npy"), n_snps, n_cpgs))


@functools.cache
def dgl_graph_from(folder: str, n_snps: int, n_cpgs: int) -> Any:
    """DGL's graph at its fastest: int32 and CSR only, made once a process."""
    import torch

    from models.pinsage.backend import dgl

    snp, cpg = (torch.from_numpy(np.load(Path(folder) / f"{name}.npy")) for name in ("snp", "cpg"))
    edges = {("snp", "has", "cpg"): (snp, cpg), ("cpg", "of", "snp"): (cpg, snp)}
    graph = dgl.heterograph(edges, {"snp": n_snps, "cpg": n_cpgs}, idtype=torch.int32).formats(["csr"])
    graph.create_formats_()
    return graph


def our_walks(folder: str, sizes: list[int], start: NDArray[np.int32], plan: list[int]) -> ImportanceNeighbours:
    """Neighbours of the starts, by our kernel."""
    return importance_neighbours(adjacency_from(folder, *sizes), start, _plan(*plan))


def dgl_walks(folder: str, sizes: list[int], start: NDArray[np.int32], plan: list[int], batch: int) -> list[Any]:
    """Neighbours of the starts by DGL's sampler, one graph a batch of starts."""
    import torch

    from models.pinsage.backend import dgl

    graph = dgl_graph_from(folder, *sizes)
    n_walks, n_steps, n_keep = plan
    sampler = dgl.sampling.PinSAGESampler(graph, "snp", "cpg", n_steps, 0.0, n_walks, n_keep)
    return [sampler(part) for part in torch.from_numpy(start).split(batch)]


def our_summary(**arguments: Any) -> dict[str, float]:
    """Kept neighbours a start, and the mean weight of the first."""
    found = our_walks(**arguments)
    return {
        "n_kept": float((found.neighbour >= 0).sum(axis=1).mean()),
        "first_weight": float(found.weight[:, 0].mean()),
    }


def dgl_summary(**arguments: Any) -> dict[str, float]:
    """The same of DGL's."""
    n_snps = arguments["sizes"][0]
    largest, total, n_kept = np.zeros(n_snps), np.zeros(n_snps), 0
    for part in dgl_walks(**arguments):
        start, count = part.edges()[1].numpy(), part.edata["weights"].numpy()
        np.maximum.at(largest, start, count)
        np.add.at(total, start, count)
        n_kept += start.size
    first = largest[total > 0] / total[total > 0]
    n_starts = arguments["start"].size
    return {"n_kept": n_kept / n_starts, "first_weight": float(first.sum() / n_starts)}


def our_table(
    snp: NDArray[np.int32], cpg: NDArray[np.int32], sizes: list[int], plan: list[int]
) -> ImportanceNeighbours:
    """The table of all SNPs from unsorted edges, checks and sorting included."""
    return neighbour_table(graph_of(snp, cpg, *sizes), _plan(*plan))


def _plan(n_walks: int, n_steps: int, n_keep: int) -> ImportancePlan:
    return ImportancePlan(n_walks, n_steps, n_keep, seed=SEED)

"""Small graphs with planted trans modules, and the shared simulated graphs, as BipartiteGraph."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from loaders.simulation.shared_graphs import read_shared_graph
from models.pinsage import BipartiteGraph, PinSageSettings
from tests.paths import DATA

SMALL = PinSageSettings(n_dimensions=16, n_views=4, n_steps=60, n_warmup_steps=5, n_neighbours=12, checkpoint_every=20)
SNPS_PER_BLOCK = 5


@dataclass(frozen=True, eq=False)
class Planted:
    """A graph and the truth behind it: module of each molecule (-1 = none) and the blocks of each module."""

    graph: BipartiteGraph
    molecule_module: NDArray[np.int32]
    module_blocks: NDArray[np.int32]


def make_graph(edges: list[tuple[int, int, float]], snp_block: list[int], n_molecules: int, **given) -> BipartiteGraph:
    """Make a graph from (snp, molecule, |z|) edges; SNPs lie 10 kb apart unless positions are given."""
    snp, molecule, abs_z = zip(*edges, strict=True) if edges else ((), (), ())
    n_snps = len(snp_block)
    arrays = {
        "snp_chromosome": np.ones(n_snps, np.int16),
        "snp_position_bp": (np.arange(n_snps, dtype=np.int64) + 1) * 10_000,
        "molecule_cluster": np.arange(n_molecules, dtype=np.int32),
        "molecule_home_block": np.full(n_molecules, -1, np.int32),
        "molecule_is_gene": np.zeros(n_molecules, np.bool_),
        "snp_features": np.zeros((n_snps, 0), np.float32),
    }
    arrays.update(given)
    return BipartiteGraph(
        n_snps=n_snps,
        n_molecules=n_molecules,
        edge_snp=np.array(snp, np.int32),
        edge_molecule=np.array(molecule, np.int32),
        edge_abs_z=np.array(abs_z, np.float32),
        snp_block=np.array(snp_block, np.int32),
        **arrays,
    )


@cache
def planted_graph(seed: int = 0, n_features: int = 2) -> Planted:
    """Plant 8 modules of 6 blocks and 25 molecules (each locus-molecule effect has probability .5), and cis effects."""
    generator = np.random.default_rng(seed)
    n_blocks, n_modules, per_module, n_cis = 80, 8, 25, 100
    n_molecules = n_modules * per_module + n_cis
    module = np.concatenate([np.repeat(np.arange(n_modules), per_module), np.full(n_cis, -1)]).astype(np.int32)
    blocks = np.stack([generator.choice(n_blocks, 6, replace=False) for _ in range(n_modules)]).astype(np.int32)
    home = generator.integers(0, n_blocks, n_molecules).astype(np.int32)
    causal = generator.integers(1, SNPS_PER_BLOCK - 1, (n_modules, 6))
    edges = []
    for molecule in range(n_molecules):
        edges.append((int(home[molecule]) * SNPS_PER_BLOCK, molecule, 9.0))
        if module[molecule] < 0:
            continue
        for place in np.flatnonzero(generator.random(6) < 0.5):
            block = int(blocks[module[molecule], place])
            lead = block * SNPS_PER_BLOCK + int(causal[module[molecule], place])
            edges += [(lead, molecule, 8.0), (lead + 1, molecule, 7.0)]
    snp_block = [block for block in range(n_blocks) for _ in range(SNPS_PER_BLOCK)]
    graph = make_graph(
        edges,
        snp_block,
        n_molecules,
        snp_chromosome=(np.array(snp_block) // 8 + 1).astype(np.int16),
        molecule_home_block=home,
        snp_features=generator.normal(size=(len(snp_block), n_features)).astype(np.float32),
    )
    return Planted(graph, module, blocks)


def shuffled_edges(graph: BipartiteGraph, seed: int) -> BipartiteGraph:
    """Give the same graph with its edges in another order."""
    order = np.random.default_rng(seed).permutation(graph.edge_snp.size)
    return replace(
        graph,
        edge_snp=graph.edge_snp[order],
        edge_molecule=graph.edge_molecule[order],
        edge_abs_z=graph.edge_abs_z[order],
    )


def shared_graph(name: str) -> tuple[BipartiteGraph, NDArray[np.bool_]]:
    """Read a shared simulated graph and its test split."""
    shared = read_shared_graph(DATA / "pinsage" / f"{name}.parquet")
    graph = make_graph(
        [],
        shared.snps.block.tolist(),
        shared.cpg_home_block.size,
        snp_chromosome=shared.snps.chromosome,
        snp_position_bp=shared.snps.position_bp,
        molecule_home_block=shared.cpg_home_block,
    )
    edges = {"edge_snp": shared.snp, "edge_molecule": shared.cpg, "edge_abs_z": shared.abs_z}
    return replace(graph, **edges), shared.is_test

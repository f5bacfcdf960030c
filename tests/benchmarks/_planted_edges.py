"""Edges of a large SNP-CpG graph with LD blocks, cis effects and planted trans modules, for the benchmark of a fit.

Every CpG has a cis locus near its own place, and on average four trans loci: modules of 16 (LD block, causal SNP) are
shared by about 50 CpGs each, and a locus acts on a CpG of its module with probability .25. A (block, CpG) pair shows as
edges to a stretch of neighbouring SNPs, geometric in length with a mean that gives the edges wanted; |z| falls with the
distance to the causal SNP and has noise, so that lead SNPs differ from CpG to CpG.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.pinsage import BipartiteGraph

N_SNPS, N_CPGS, N_EDGES, N_BLOCKS = 1_000_000, 200_000, 10_000_000, 1_700
SEED = 20_250_612
MODULE_LOCI, MODULE_CPGS, PRESENT, SNP_SPACING_BP = 16, 50, 0.25, 3000


def write_planted_edges(folder: Path, n_snps: int, n_cpgs: int, n_edges: int, n_blocks: int) -> None:
    """Write snp.npy, cpg.npy and abs_z.npy, one entry an edge, and home.npy, the causal cis SNP of each CpG."""
    generator = np.random.default_rng(SEED)
    home = generator.integers(0, n_snps, n_cpgs)
    causal, cpg = _effects(generator, home, n_snps, n_cpgs)
    per_block = -(-n_snps // n_blocks)
    length = np.minimum(generator.geometric(min(causal.size / n_edges, 1.0), causal.size), per_block)
    length = _to_sum(generator, length, n_edges, per_block)
    low = causal - generator.integers(0, length)
    block_low = causal // per_block * per_block
    low = np.clip(low, block_low, np.maximum(np.minimum(block_low + per_block, n_snps) - length, block_low))
    pair = np.repeat(np.arange(causal.size), length)
    snp = low[pair] + np.arange(pair.size) - np.repeat(np.cumsum(length) - length, length)
    kept = snp < n_snps
    abs_z = 6.0 + 6.0 * np.exp(-np.abs(snp - causal[pair]) / 10.0) + generator.normal(0.0, 1.0, pair.size)
    order = generator.permutation(np.flatnonzero(kept))
    np.save(folder / "snp.npy", snp[order].astype(np.int32))
    np.save(folder / "cpg.npy", cpg[pair][order].astype(np.int32))
    np.save(folder / "abs_z.npy", abs_z[order].astype(np.float32))
    np.save(folder / "home.npy", home)


def planted_graph_from(folder: str, n_snps: int, n_cpgs: int, n_blocks: int) -> BipartiteGraph:
    """The product's graph of these edges; SNPs lie 3 kb apart, 22 blocks' worth of chromosomes do not matter."""
    arrays: dict[str, NDArray[Any]] = {
        name: np.load(Path(folder) / f"{name}.npy") for name in ("snp", "cpg", "abs_z", "home")
    }
    block = (np.arange(n_snps) // -(-n_snps // n_blocks)).astype(np.int32)
    return BipartiteGraph(
        n_snps=n_snps,
        n_molecules=n_cpgs,
        edge_snp=arrays["snp"],
        edge_molecule=arrays["cpg"],
        edge_abs_z=arrays["abs_z"],
        snp_block=block,
        snp_chromosome=(block // 78 + 1).astype(np.int16),
        snp_position_bp=(np.arange(n_snps, dtype=np.int64) + 1) * SNP_SPACING_BP,
        molecule_cluster=np.arange(n_cpgs, dtype=np.int32),
        molecule_home_block=block[arrays["home"]],
        molecule_is_gene=np.zeros(n_cpgs, np.bool_),
        snp_features=np.zeros((n_snps, 0), np.float32),
    )


def _effects(
    generator: np.random.Generator, home: NDArray[np.int64], n_snps: int, n_cpgs: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Causal SNP and CpG of every cis and trans effect."""
    n_modules = max(n_cpgs // MODULE_CPGS, 1)
    module_snp = generator.integers(0, n_snps, (n_modules, MODULE_LOCI))
    module = generator.integers(0, n_modules, n_cpgs)
    cpg, locus = np.nonzero(generator.random((n_cpgs, MODULE_LOCI)) < PRESENT)
    return np.concatenate([home, module_snp[module[cpg], locus]]), np.concatenate([np.arange(n_cpgs), cpg])


def _to_sum(generator: np.random.Generator, length: NDArray[np.int64], total: int, longest: int) -> NDArray[np.int64]:
    """Lengthen or shorten random stretches by one until they add up."""
    while (missing := total - int(length.sum())) != 0:
        may = np.flatnonzero(length < longest) if missing > 0 else np.flatnonzero(length > 1)
        length[generator.choice(may, min(abs(missing), may.size), replace=False)] += np.sign(missing)
    return length

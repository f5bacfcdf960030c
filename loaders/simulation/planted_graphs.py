"""Simulated SNP-CpG graphs with planted trans modules, of the kind of the shared ones, with the truth beside them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from loaders.simulation.planted_effects import (
    Edges,
    Modules,
    draw_cis,
    draw_false,
    draw_modules,
    draw_trans,
    join_edges,
    observe,
)
from loaders.simulation.planted_files import write_graph, write_truth
from loaders.simulation.planted_null import rewire_pairs
from loaders.simulation.planted_settings import PlantedSettings, PlantedSizeError
from loaders.simulation.planted_snps import SnpTable
from loaders.simulation.shared_graphs import BLOCKS_PER_CHROMOSOME, SPACING_BP, SharedGraph

_FRAME, _MODULES, _SPLIT, _NULL = 11, 12, 13, 14
_CATEGORY_SPREAD = 20.0
"""Categories lie in clumps: a block's share is from a beta distribution with this sum of its two parameters."""


@dataclass(frozen=True, eq=False)
class PlantedGraph:
    """A simulated graph and the truth behind it.

    Attributes
    ----------
    graph
        Edges, split and SNPs.
    modules
        Loci and molecules of each trans module.
    """

    graph: SharedGraph
    modules: Modules


def plant_graph(settings: PlantedSettings, density: str, seed: int) -> PlantedGraph:
    """Simulate a graph.

    Parameters
    ----------
    settings
        Sizes and strengths.
    density
        A name of `settings.densities`: dense, medium or sparse.
    seed
        The same seed gives the same SNPs, homes and cis effects at every density, and the same graph every time.

    Raises
    ------
    PlantedSizeError
        When the density is unknown.
    """
    if density not in settings.densities:
        raise PlantedSizeError(
            "a graph has a known density", seen=density, remedy=f"say {', '.join(settings.densities)}"
        )
    chosen = settings.densities[density]
    frame = np.random.default_rng([seed, _FRAME])
    home = _homes(settings, frame)
    snps, enrichment = _draw_snps(settings, frame)
    cis = observe(settings, draw_cis(settings, home, frame), frame)
    generator = np.random.default_rng([seed, _MODULES, list(settings.densities).index(density)])
    modules = draw_modules(settings, chosen, enrichment, generator)
    trans = observe(settings, draw_trans(settings, chosen, modules, generator), generator)
    true = join_edges(cis, trans)
    edges = join_edges(true, draw_false(settings, true.snp.size, generator))
    is_test = _draw_split(settings, snps, edges, np.random.default_rng([seed, _SPLIT]))
    return PlantedGraph(_as_shared(settings, edges, is_test, snps, home), modules)


def plant_null(planted: SharedGraph, seed: int) -> SharedGraph:
    """Give the graph with its (block, molecule) pairs rewired: both degree sequences stay, the structure goes."""
    return rewire_pairs(planted, np.random.default_rng([seed, _NULL]))


def write_planted_graphs(
    folder: Path, density: str, seeds: list[int], *, settings: PlantedSettings | None = None, is_null: bool = False
) -> list[Path]:
    """Write graphs in the layout of the shared ones, their SNPs under `snps/` and the truth under `truth/`.

    Parameters
    ----------
    folder
        Made if need be.
    density, seeds
        One file each: ``sparse_7.parquet``.
    settings
        Sizes and strengths; None = those of the shared graphs.
    is_null
        Write the degree-preserving nulls of those graphs in their place: ``null_sparse_7.parquet``.
    """
    chosen = settings or PlantedSettings()
    paths = []
    for seed in seeds:
        planted = plant_graph(chosen, density, seed)
        path = folder / f"{'null_' if is_null else ''}{density}_{seed}.parquet"
        graph = plant_null(planted.graph, seed) if is_null else planted.graph
        write_graph(graph, path)
        write_truth(chosen, density, seed, None if is_null else planted.modules, path)
        paths.append(path)
    return paths


def _homes(settings: PlantedSettings, generator: np.random.Generator) -> NDArray[np.int32]:
    """Give the block where each molecule lies; CpGs are numbered along the genome, and so are genes."""
    of_cpgs = np.sort(generator.integers(0, settings.n_blocks, settings.n_cpgs))
    of_genes = np.sort(
        np.random.default_rng(generator.integers(2**32)).integers(0, settings.n_blocks, settings.n_genes)
    )
    return np.concatenate([of_cpgs, of_genes]).astype(np.int32)


def _draw_snps(settings: PlantedSettings, generator: np.random.Generator) -> tuple[SnpTable, NDArray[np.float64]]:
    """Draw frequencies and categories; the enrichment of each SNP is the product over its categories."""
    block = np.repeat(np.arange(settings.n_blocks, dtype=np.int32), settings.snps_per_block)
    inside = np.zeros((block.size, len(settings.categories)), dtype=np.bool_)
    enrichment = np.ones(block.size)
    for at, category in enumerate(settings.categories):
        low = _CATEGORY_SPREAD * category.share
        share = generator.beta(low, _CATEGORY_SPREAD - low, settings.n_blocks)
        inside[:, at] = generator.random(block.size) < share[block]
        enrichment *= np.where(inside[:, at], category.enrichment, 1.0)
    frequency = np.exp(generator.uniform(np.log(0.01), np.log(0.5), block.size))
    place = np.arange(settings.snps_per_block)
    ld_score = (settings.ld_decay ** (2 * np.abs(place - place[:, None]))).sum(axis=1)
    snps = SnpTable(
        block=block,
        chromosome=(block // BLOCKS_PER_CHROMOSOME).astype(np.int16),
        position_bp=(np.arange(block.size, dtype=np.int64) + 1) * SPACING_BP,
        minor_allele_frequency=frequency,
        ld_score=np.tile(ld_score, settings.n_blocks),
        category_names=tuple(category.name for category in settings.categories),
        is_in_category=inside,
    )
    return snps, enrichment


def _draw_split(
    settings: PlantedSettings, snps: SnpTable, edges: Edges, generator: np.random.Generator
) -> NDArray[np.bool_]:
    """Mark the edges of a share of the (block, molecule) pairs."""
    key = edges.molecule.astype(np.int64) * settings.n_blocks + snps.block[edges.snp]
    pair, pair_of_edge = np.unique(key, return_inverse=True)
    is_test: NDArray[np.bool_] = (generator.random(pair.size) < settings.test_share)[pair_of_edge]
    return is_test


def _as_shared(
    settings: PlantedSettings,
    edges: Edges,
    is_test: NDArray[np.bool_],
    snps: SnpTable,
    home: NDArray[np.int32],
) -> SharedGraph:
    used = np.bincount(edges.molecule, minlength=settings.n_molecules) > 0
    return SharedGraph(
        snp=edges.snp,
        cpg=edges.molecule,
        z=edges.z.astype(np.float32),
        is_test=is_test,
        snps=snps,
        cpg_home_block=np.where(used, home, -1).astype(np.int32),
        cpg_is_gene=np.arange(settings.n_molecules) >= settings.n_cpgs,
    )

"""Edges of a large bipartite graph of SNPs and CpGs with heavy-tailed degrees, and facts of the machine.

Ends of edges are dealt out to nodes in proportion to log-normal propensities (SNPs sigma 1, CpGs sigma 1.2) and joined
at random. With 10 edges a SNP, half of the SNPs have at most 6, 1 in 100 more than 60 and 1 in 20 none; with 50 a CpG,
half of the CpGs have at most 24 and 1 in 100 more than 400. One edge in 600 repeats another: both sides walk it twice
as often.
"""

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SNP_SIGMA, CPG_SIGMA = 1.0, 1.2
SEED = 20_250_611


def write_edges(folder: Path, n_snps: int, n_cpgs: int, n_edges: int) -> None:
    """Write snp.npy and cpg.npy, int32, one entry an edge in no order."""
    generator = np.random.default_rng(SEED)
    np.save(folder / "snp.npy", generator.permutation(_ends(generator, n_snps, SNP_SIGMA, n_edges)))
    np.save(folder / "cpg.npy", generator.permutation(_ends(generator, n_cpgs, CPG_SIGMA, n_edges)))


def _ends(generator: np.random.Generator, n_nodes: int, sigma: float, n_edges: int) -> NDArray[np.int32]:
    propensity = generator.lognormal(0.0, sigma, n_nodes)
    degree = generator.multinomial(n_edges, propensity / propensity.sum())
    return np.repeat(np.arange(n_nodes, dtype=np.int32), degree)


def machine(packages: Sequence[str]) -> dict[str, Any]:
    """Load average of the last minute, and versions of Python and of packages."""
    versions = {"python": platform.python_version(), **{name: version(name) for name in packages}}
    return {"load_average": round(os.getloadavg()[0], 2), "versions": versions}

"""Writes a small graph of the shared layout: modules of loci that act on the same CpGs."""

from pathlib import Path

import numpy as np
import polars as pl

N_MODULES, LOCI, CPGS = 6, 8, 25


def write_graph_file(path: Path, *, seed: int = 0) -> Path:
    """Write six modules of 8 loci and 25 CpGs, spread over the 1,500 blocks; a tenth of the pairs is the test split."""
    generator = np.random.default_rng(seed)
    loci = generator.choice(1500, (N_MODULES, LOCI), replace=False)
    rows = []
    for cpg in range(N_MODULES * CPGS):
        home = int(generator.integers(0, 1500))
        for block in [home, *loci[cpg // CPGS][generator.random(LOCI) < 0.6]]:
            split = "test" if generator.random() < 0.1 else "train"
            rows += [(int(block) * 20 + place, cpg, int(block), home, split) for place in (9, 10)]
    columns = {"snp": pl.Int32, "cpg": pl.Int32, "snp_block": pl.Int32, "cpg_home_block": pl.Int32, "split": pl.String}
    pl.DataFrame(rows, schema=columns, orient="row").write_parquet(path)
    return path

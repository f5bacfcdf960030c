"""Writes small LD panels and their genotypes for tests."""

from pathlib import Path

import numpy as np
import polars as pl
from bed_reader import to_bed
from numpy.typing import NDArray

from services.search.ld_panel import LdPanel

A, B, C, D, E = (f"GRCh37:1:{position}:A:G" for position in (1_000_000, 2_500_000, 4_000_000, 4_100_000, 30_000_000))
"""Five SNPs of one chromosome; the panel of ``make_genotypes`` lacks D."""


def write_panel(folder: Path, genotypes: dict[str, NDArray[np.int8]], *, ancestry: str = "European") -> LdPanel:
    """A panel of these allele counts, by SNP key."""
    folder.mkdir(parents=True, exist_ok=True)
    counts = np.stack(list(genotypes.values()), axis=1)
    to_bed(folder / "p.bed", counts)
    parts = [key.split(":") for key in genotypes]
    frame = pl.DataFrame({
        "rsid": [f"rs{part[2]}" for part in parts], "chromosome": [part[1] for part in parts],
        "position_bp": [int(part[2]) for part in parts], "allele_1": [part[3] for part in parts],
        "allele_2": [part[4] for part in parts], "variant_index": list(range(len(parts))),
        "n_samples": [len(counts)] * len(parts),
    })  # fmt: skip
    frame.write_parquet(folder / "table.parquet")
    return LdPanel("panel", ancestry, "GRCh37", folder / "p.bed", folder / "table.parquet")


def make_genotypes() -> dict[str, NDArray[np.int8]]:
    """A and E alike, B much like A with some missing, C of its own."""
    generator = np.random.default_rng(3)
    first = generator.integers(0, 3, 101).astype(np.int8)
    noisy = first.copy()
    noisy[:10] = generator.integers(0, 3, 10)
    noisy[50:53] = -127
    return {A: first, B: noisy, C: generator.integers(0, 3, 101).astype(np.int8), E: first.copy()}

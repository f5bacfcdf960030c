"""Small files of LD score regression: a PLINK panel, LD scores with annotations, and munged statistics."""

import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.ldsc import LdScoreFile, write_ld_scores

N_PEOPLE, N_VARIANTS, N_SNPS = 40, 60, 2_000
_CODES = np.array([3, 2, 0], dtype=np.uint8)
"""PLINK's two bits of 0, 1 and 2 copies of allele 1."""


def write_panel(folder: Path, *, name: str = "panel", ids: Sequence[str] | None = None) -> Path:
    """Write a panel of :data:`N_VARIANTS` on chromosome 22, one every 0.1 cM; the path of its .bed."""
    generator = np.random.default_rng(1)
    copies = generator.binomial(2, 0.3, (N_VARIANTS, N_PEOPLE))
    bed = folder / f"{name}.bed"
    packed = (_CODES[copies].reshape(N_VARIANTS, -1, 4) << np.array([0, 2, 4, 6], dtype=np.uint8)).sum(axis=2)
    bed.write_bytes(bytes([0x6C, 0x1B, 0x01]) + packed.astype(np.uint8).tobytes())
    named = ids or [f"rs{row}" for row in range(N_VARIANTS)]
    rows = [f"22\t{rsid}\t{0.1 * row:.1f}\t{1_000 * row + 1}\tA\tG" for row, rsid in enumerate(named)]
    bed.with_suffix(".bim").write_text("\n".join([*rows, ""]))
    people = [f"f{row} i{row} 0 0 0 -9" for row in range(N_PEOPLE)]
    bed.with_suffix(".fam").write_text("\n".join([*people, ""]))
    return bed


def write_annotation(path: Path, n_rows: int) -> Path:
    """Write a thin .annot of this many rows."""
    path.write_bytes(
        gzip.compress("\n".join(["enhancer", *("1" if row % 3 else "0" for row in range(n_rows)), ""]).encode())
    )
    return path


def ld_score_columns() -> dict[str, NDArray[np.float64]]:
    """A base and an enhancer's LD scores at :data:`N_SNPS` SNPs."""
    generator = np.random.default_rng(2)
    base = 1.0 + generator.gamma(4.0, 5.0, N_SNPS)
    return {"base": base, "enhancer": base * generator.uniform(0.0, 0.5, N_SNPS)}


def write_scores(prefix: Path, columns: Mapping[str, NDArray[np.float64]]) -> Path:
    """Write LD scores of SNPs rs0, rs1, ... on chromosome 1, one every kb."""
    place = {
        "CHR": ["1"] * N_SNPS,
        "SNP": [f"rs{row}" for row in range(N_SNPS)],
        "BP": [1_000 * row + 1 for row in range(N_SNPS)],
    }
    m = np.array([10_000.0 / (1 + index) for index in range(len(columns))])
    write_ld_scores(prefix, LdScoreFile(pl.DataFrame({**place, **columns}), tuple(columns), m, m))
    return prefix


def statistics(**changes: Sequence[object]) -> pl.DataFrame:
    """Munged statistics of a heritability of about 0.5 at the SNPs of :func:`write_scores`; columns may be changed."""
    generator = np.random.default_rng(3)
    chi2 = 1.0 + 2_000 * 0.5 * ld_score_columns()["base"] / 10_000
    columns: dict[str, Sequence[object]] = {
        "SNP": [f"rs{row}" for row in range(N_SNPS)],
        "A1": ["A"] * N_SNPS,
        "A2": ["G"] * N_SNPS,
        "Z": (generator.standard_normal(N_SNPS) * np.sqrt(chi2)).tolist(),
        "N": [2_000.0] * N_SNPS,
    }
    return pl.DataFrame({**columns, **changes})


def write_statistics(path: Path, frame: pl.DataFrame) -> Path:
    """Write munged statistics as tab-separated text, gzipped."""
    path.write_bytes(gzip.compress(frame.write_csv(separator="\t", null_value="NA").encode()))
    return path

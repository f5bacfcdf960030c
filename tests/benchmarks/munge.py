"""Munging a made-up GWAS of five million rows, beside the peer's ``munge_sumstats``.

``python -m tests.benchmarks munge [N_ROWS]``: a plain-text file with SNP, CHR, BP, A1, A2, FRQ, INFO, BETA, SE, P and
N is read, filtered and written as .sumstats.gz by both. Wanted: ratio >= 6. ``ratio_gzip`` is the same once from a
gzipped file, where both spend the same seconds in zlib. SNPs, alleles and z of both outputs are compared.
"""

import gzip
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy.special import ndtr

from loaders.ldsc import read_sumstats, write_sumstats
from loaders.ldsc.munge import munge
from tests.benchmarks.peers import Call, Side, compare, figures

DEFAULT_N_ROWS = 5_000_000
_PAIRS = ("AC", "AG", "CA", "CT", "GA", "GT", "TC", "TG", "AT", "CG")
_SHARES = (0.1, 0.22, 0.08, 0.22, 0.1, 0.04, 0.06, 0.06, 0.06, 0.06)


def main(arguments: list[str]) -> int:
    """Print the figures as one JSON object."""
    n_rows = int(arguments[0]) if arguments else DEFAULT_N_ROWS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain, packed = folder / "gwas.txt", folder / "gwas.txt.gz"
        _say(f"writing {n_rows:,} rows")
        write_gwas(plain, n_rows)
        with plain.open("rb") as source, gzip.open(packed, "wb", compresslevel=6) as target:
            shutil.copyfileobj(source, target)
        measured: dict[str, Any] = dict(zip(("ours", "peer"), compare(*_sides(plain, folder)), strict=True))
        agreement = check_same(folder)
        once = figures(*compare(*_sides(packed, folder), repeats=1))
    result = {**figures(**measured), "ratio_gzip": once["ratio"], "n_rows": n_rows, **agreement}
    print(json.dumps(result))
    return 0


def write_gwas(path: Path, n_rows: int) -> None:
    """Write a made-up GWAS; seed 5."""
    rng = np.random.default_rng(5)
    pairs = np.array(_PAIRS)[rng.choice(len(_PAIRS), n_rows, p=_SHARES)]
    effect, error = rng.normal(0, 0.012, n_rows), np.abs(rng.normal(0.01, 0.001, n_rows))
    table = pl.DataFrame(
        {
            "SNP": rng.permutation(np.arange(1, 12 * n_rows, 12)),
            "CHR": np.sort(rng.integers(1, 23, n_rows)),
            "BP": rng.integers(1, 200_000_000, n_rows),
            "A1": pairs.astype("<U1"),
            "A2": pl.Series(pairs).str.slice(1),
            "FRQ": rng.uniform(0.002, 0.998, n_rows).round(4),
            "INFO": rng.uniform(0.88, 1, n_rows).round(4),
            "BETA": effect.round(6),
            "SE": error.round(6),
            "P": np.maximum(2 * ndtr(-np.abs(effect / error)), 1e-299).round(12),
            "N": rng.integers(90_000, 100_000, n_rows),
        }
    )
    table.filter(pl.col("P") > 0).with_columns(pl.format("rs{}", "SNP").alias("SNP")).write_csv(path, separator="\t")


def munge_and_write(source: str, target: str) -> None:
    """Our side."""
    write_sumstats(munge(source).table, target)


def check_same(folder: Path) -> dict[str, float]:
    """Compare both outputs.

    Raises
    ------
    SystemExit
        Other SNPs or alleles, or a z that differs by more than the peer's third decimal.
    """
    ours, peer = read_sumstats(folder / "ours.sumstats.gz"), read_sumstats(folder / "peer.sumstats.gz")
    same = ours.select("SNP", "A1", "A2").equals(peer.select("SNP", "A1", "A2"))
    difference = float((ours["Z"] - peer["Z"]).abs().max() or 0.0) if same else float("nan")
    if not difference <= 5.1e-4:
        raise SystemExit(f"the two sides do not agree: same SNPs and alleles {same}, z differs by {difference}")
    return {"n_written": ours.height, "largest_z_difference": round(difference, 6)}


def _sides(source: Path, folder: Path) -> tuple[Side, Side]:
    small = folder / "warm.txt"
    with source.open("rb") if source.suffix == ".txt" else gzip.open(source) as file:
        small.write_bytes(b"".join(file.readline() for _ in range(2_000)))
    ours = "tests.benchmarks.munge.munge_and_write"
    peer = "pyldsc.munge_sumstats"
    return (
        Side(
            (Call(ours, {"source": source, "target": folder / "ours.sumstats.gz"}),),
            (Call(ours, {"source": small, "target": folder / "warm.sumstats.gz"}),),
        ),
        Side(
            (Call(peer, {"sumstats": source, "out": folder / "peer"}),),
            (Call(peer, {"sumstats": small, "out": folder / "warm"}),),
            is_peer=True,
        ),
    )


def _say(text: str) -> None:
    print(text, file=sys.stderr)

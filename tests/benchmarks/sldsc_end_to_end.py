"""Stratified LD score regression from files to enrichment: ours beside ``pyldsc.estimate_h2`` on the same files.

``python -m tests.benchmarks sldsc_end_to_end [N_SNPS] [REPEATS]``: the simulated reference of ``sldsc_fit`` (1,200,000
SNPs, 97 annotations, rounded to 3 decimals) as one gzipped .l2.ldscore file with .l2.M_5_50, weights and a
.sumstats.gz; reading, merging and the fit are timed. Then ours once more from Parquet twins, LD scores as decimals of
32 bits (``ratio_parquet``).
Wanted: ratio >= 5, ratio_parquet >= 15, peak_mb <= 1,500. Both sides must agree to 1e-8. Best of 2, for a repeat of the
peer takes minutes.

On two cores shared with other work: ratio 5.2, ratio_parquet 12.0, peak_mb 1,150. Of the 1.8 CPU seconds of Parquet
about 0.35 are reading, 0.25 the first touch of the matrix, 0.4 X'WX, 0.5 ids and places of the SNPs.
"""

import json
import multiprocessing
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from loaders.ldsc import LdScoreFile, read_sumstats, write_ld_scores, write_sumstats
from models.heritability import PartitionedHeritability, estimate_partitioned
from services.statistics.inputs import assemble_inputs
from services.statistics.reference import open_reference_files, read_weights
from tests.benchmarks.peers import Call, Measured, Side, figures, measure
from tests.benchmarks.sldsc_fit import N_SAMPLES, N_SNPS, TOLERANCE, simulate

DEFAULT_REPEATS = 2
_WARM_SNPS = 22_000
_TEXT, _PARQUET = ".l2.ldscore.gz", ".l2.ldscore.parquet"
_SAME = {"h2": "tot", "h2_se": "tot_se", "intercept": "intercept", "coefficient": "coef", "coefficient_se": "coef_se"}


def main(arguments: list[str]) -> int:
    """Print the figures as one JSON object; 1 when the sides disagree or a bar is missed."""
    n_snps = int(arguments[0]) if arguments else N_SNPS
    repeats = int(arguments[1]) if len(arguments) > 1 else DEFAULT_REPEATS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind, size in (("warm", _WARM_SNPS), ("full", n_snps)):
            print(f"writing {size:,} SNPs", file=sys.stderr)
            # in a process of its own: a child's largest resident set begins with its parent's
            writer = multiprocessing.get_context("spawn").Process(target=write_files, args=(folder / kind, size))
            writer.start()
            writer.join()
            if writer.exitcode:
                raise SystemExit("the files could not be written")
        rounds = [
            (_measure(folder, "text"), _measure(folder, "parquet"), measure(_peer_side(folder))) for _ in range(repeats)
        ]
    text, parquet, peer = (min(side, key=lambda found: found.cpu_seconds) for side in zip(*rounds, strict=True))
    error = worst_relative_error(text, peer)
    found = {
        "n_snps": n_snps,
        "repeats": repeats,
        "worst_relative_error": error,
        "worst_relative_error_parquet": worst_relative_error(parquet, peer),
        **figures(text, peer),
        "ratio_parquet": round(peer.cpu_seconds / parquet.cpu_seconds, 3),
        **{f"parquet_{part}": round(getattr(parquet, part), 3) for part in ("cpu_seconds", "wall_seconds", "peak_mb")},
    }
    print(json.dumps(found))
    is_quick = found["ratio"] >= 5.0 and found["ratio_parquet"] >= 15.0
    return int(not (is_quick and max(text.peak_mb, parquet.peak_mb) <= 1500.0 and error <= TOLERANCE))


def write_files(folder: Path, n_snps: int) -> None:
    """Write LD scores, weights and statistics as text and as Parquet."""
    ld_scores, z, weight_ld, m = simulate(n_snps)
    names = ("base", *(f"annotation_{number}" for number in range(1, ld_scores.shape[1])))
    row = pl.int_range(0, n_snps)
    place = pl.select(
        CHR=(row * 22 // n_snps + 1).cast(pl.String), SNP=pl.format("rs{}", row * 7 + 11), BP=row * 120 + 1
    )
    tables = {
        "ld": LdScoreFile(place.hstack(pl.from_numpy(ld_scores.round(3), schema=list(names))), names, None, m),
        "w": LdScoreFile(place.with_columns(L2=weight_ld.round(3)), ("L2",), None, None),
    }
    for suffix, kind in ((_TEXT, "text"), (_PARQUET, "parquet")):
        for name, table in tables.items():
            write_ld_scores(folder / kind / name, table, suffix=suffix, decimals=3)
    stats = pl.DataFrame({"SNP": place["SNP"], "Z": z.round(3), "N": np.full(n_snps, N_SAMPLES)}).with_columns(
        A1=pl.lit("A"), A2=pl.lit("C")
    )
    write_sumstats(stats, folder / "text" / "trait.sumstats.gz", decimals=3)
    write_sumstats(stats, folder / "parquet" / "trait.sumstats.parquet")


def fit_from_files(folder: str, statistics: str) -> PartitionedHeritability:
    """Our side: files to estimates."""
    reference = open_reference_files(f"{folder}/ld")
    inputs = assemble_inputs(read_sumstats(statistics), reference, read_weights(f"{folder}/w"))
    return estimate_partitioned(inputs.z, inputs.n_samples, inputs.ld_scores, weight_ld=inputs.weight_ld, m=inputs.m)


def worst_relative_error(ours: Measured, peer: Measured) -> float:
    """Largest relative difference of any number."""
    errors = []
    for name, other in _SAME.items():
        mine, theirs = np.squeeze(ours.values[0][name]), np.squeeze(peer.values[0][other])
        errors.append(float(np.max(np.abs(mine - theirs) / np.abs(theirs))))
        print(f"{name}: {errors[-1]:.1e}", file=sys.stderr)
    return max(errors)


def _measure(folder: Path, kind: str) -> Measured:
    ending = "gz" if kind == "text" else "parquet"

    def call(size: str, keep: tuple[str, ...]) -> Call:
        arguments: dict[str, Any] = {
            "folder": folder / size / kind,
            "statistics": folder / size / kind / f"trait.sumstats.{ending}",
        }
        return Call("tests.benchmarks.sldsc_end_to_end.fit_from_files", arguments, keep)

    return measure(Side((call("full", tuple(_SAME)),), (call("warm", ()),)))


def _peer_side(folder: Path) -> Side:
    def call(size: str, keep: tuple[str, ...]) -> Call:
        path = folder / size / "text"
        arguments: dict[str, Any] = {
            "sumstats": path / "trait.sumstats.gz",
            "ref_ld": f"{path}/ld",
            "w_ld": f"{path}/w",
        }
        return Call("pyldsc.estimate_h2", arguments, keep)

    return Side((call("full", tuple(_SAME.values())),), (call("warm", ()),), is_peer=True)

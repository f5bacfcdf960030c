"""The exact mixed model from a .bed, relationship matrix included, beside GEMMA (-gk, -lmm 4) and FaST-LMM.

``python -m tests.benchmarks lmm_exact [N_SNPS] [REPEATS]``: 2,000 simulated people, 400 of them children of others,
100,000 SNPs, all three tests. Wanted: ratio_gemma >= 6.7, ratio_fastlmm >= 1.7 (one lambda for all SNPs, one test),
peak memory at most GEMMA's. One thread each, CPU seconds, best of `REPEATS`. -log10 p are compared with GEMMA's.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.association.exact_scan import scan
from models.association.scan_results import Scan
from models.association.spectral import decompose
from models.kinship import estimate_kinship
from tests.benchmarks._bed_blocks import bed_reader
from tests.benchmarks._relatives import Relatives, write_relatives
from tests.benchmarks.peers import Call, Measured, Side, measure
from tests.benchmarks.peers.programs import LMM_PYTHON, find_gemma, run_program, together

N_PEOPLE, N_SNPS, REPEATS = 2_000, 100_000, 3
LEAST_RATIO_GEMMA, LEAST_RATIO_FASTLMM, LARGEST_DIFFERENCE = 6.7, 1.7, 1e-4
TESTS = ("wald", "lrt", "score")


def main(arguments: list[str]) -> int:
    """Print the figures as one JSON object; 1 where a bar is missed."""
    n_snps = int(arguments[0]) if arguments else N_SNPS
    repeats = int(arguments[1]) if len(arguments) > 1 else REPEATS
    with tempfile.TemporaryDirectory() as name:
        people = write_relatives(Path(name), N_PEOPLE, n_snps)
        small = write_relatives(_folder(Path(name) / "small"), 60, 500)
        runs = [_run_all(people, small, Path(name)) for _ in range(repeats)]
        differences = check_same(runs[-1]["ours"], people)
    ours, gemma, fastlmm = (_best([run[side] for run in runs]) for side in ("ours", "gemma", "fastlmm"))
    found = {
        "n_people": N_PEOPLE,
        "n_snps": n_snps,
        "threads": 1,
        "repeats": repeats,
        "ratio_gemma": round(gemma.cpu_seconds / ours.cpu_seconds, 3),
        "ratio_fastlmm": round(fastlmm.cpu_seconds / ours.cpu_seconds, 3),
        **_figures("", ours),
        **_figures("gemma_", gemma),
        **_figures("fastlmm_", fastlmm),
        **differences,
    }
    print(json.dumps(found))
    is_fast = found["ratio_gemma"] >= LEAST_RATIO_GEMMA and found["ratio_fastlmm"] >= LEAST_RATIO_FASTLMM
    is_same = max(differences.values()) <= LARGEST_DIFFERENCE
    return int(not (is_fast and is_same and ours.peak_mb <= gemma.peak_mb))


def scan_bed(bed: str, trait: str) -> Scan:
    """Our side: relationship matrix, decomposition, scan, all from the files."""
    y = np.loadtxt(trait, usecols=2)
    with bed_reader(Path(bed)) as (read_block, n_snps, _):
        kinship = estimate_kinship(read_block, n_snps, y.size)
        spectrum = decompose(kinship.matrix)
        del kinship
        return scan(read_block, n_snps, spectrum, y)


def our_side(people: Relatives, small: Relatives, function: str, keep: tuple[str, ...]) -> Side:
    """Our call on the whole data, warmed up on a small one (imports, compilation)."""
    calls = [Call(function, {"bed": data.bed, "trait": data.trait}, keep) for data in (people, small)]
    return Side((calls[0],), warm_up=(calls[1],))


def fastlmm_side(people: Relatives, small: Relatives, *, is_loco: bool) -> Side:
    """FaST-LMM's `single_snp` on the same files."""
    calls = [
        Call(
            "fastlmm.association.single_snp",
            {"test_snps": data.bed, "pheno": data.trait, "leave_out_one_chrom": is_loco, "count_A1": True},
            ("ChrPos", "PValue"),
        )
        for data in (people, small)
    ]
    return Side((calls[0],), warm_up=(calls[1],), is_peer=True, python=LMM_PYTHON)


def check_same(ours: Measured, people: Relatives) -> dict[str, float]:
    """The largest difference of -log10 p of each test from GEMMA's.

    Raises
    ------
    SystemExit
        When other SNPs were tested.
    """
    rows = [line.split("\t") for line in (people.bed.parent / "output" / "scan.assoc.txt").read_text().splitlines()]
    head, gemma = rows[0], np.array([row[rows[0].index("rs")] for row in rows[1:]])
    is_tested = ours.values[0]["reason"] == 0
    if not np.array_equal(np.char.add("rs", np.flatnonzero(is_tested).astype(str)), gemma):
        raise SystemExit(f"the two sides tested other SNPs: {is_tested.sum()} and {gemma.size}")
    found = {}
    for test in TESTS:
        p = np.array([float(row[head.index(f"p_{test}")]) for row in rows[1:]])
        found[f"largest_difference_{test}"] = _largest(ours.values[0][f"neg_log10_p_{test}"][is_tested], -np.log10(p))
    return found


def _run_all(people: Relatives, small: Relatives, folder: Path) -> dict[str, Measured]:
    keep = ("reason", *(f"neg_log10_p_{test}" for test in TESTS))
    _say("ours")
    ours = measure(our_side(people, small, f"{__name__}.scan_bed", keep))
    _say("gemma")
    program, environment = find_gemma()
    prefix = people.bed.with_suffix("")
    gemma = together(
        [
            run_program([program, "-bfile", prefix, *arguments], folder, environment=environment)
            for arguments in (
                ["-gk", "1", "-o", "kinship"],
                ["-k", "output/kinship.cXX.txt", "-lmm", "4", "-o", "scan"],
            )
        ]
    )
    _say("fastlmm")
    return {"ours": ours, "gemma": gemma, "fastlmm": measure(fastlmm_side(people, small, is_loco=False))}


def _best(runs: list[Measured]) -> Measured:
    return min(runs, key=lambda run: run.cpu_seconds)


def _figures(prefix: str, side: Measured) -> dict[str, float]:
    return {f"{prefix}{name}": round(getattr(side, name), 3) for name in ("cpu_seconds", "wall_seconds", "peak_mb")}


def _largest(a: NDArray[Any], b: NDArray[Any]) -> float:
    return float(f"{np.abs(a - b).max():.3g}")


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def _say(text: str) -> None:
    print(text, file=sys.stderr)

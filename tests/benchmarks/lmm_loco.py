"""The exact mixed model with each chromosome left out of the relationship matrix, beside FaST-LMM's LOCO.

``python -m tests.benchmarks lmm_loco [N_SNPS] [REPEATS]``: 2,000 simulated people, 400 of them children of others,
100,000 SNPs on 22 chromosomes. Ours fits lambda to every SNP and makes three tests, FaST-LMM's one lambda a chromosome
and one test. Wanted: ratio >= 3.3 of CPU seconds, one thread each, best of `REPEATS`. Our P3D mode on the same data,
not timed, gives the largest difference of -log10 p from FaST-LMM's.
"""

import json
import tempfile
from pathlib import Path

import numpy as np

from models.association.loco import scan_loco
from models.association.scan_options import ScanOptions
from models.association.scan_results import LocoScan
from models.kinship import KinshipOptions, combine, estimate_kinships, leave_out, split_by
from tests.benchmarks._bed_blocks import bed_reader
from tests.benchmarks._relatives import write_relatives
from tests.benchmarks.lmm_exact import N_PEOPLE, N_SNPS, REPEATS, fastlmm_side, our_side
from tests.benchmarks.peers import compare, figures, measure

LEAST_RATIO, LARGEST_DIFFERENCE = 3.3, 1e-4


def main(arguments: list[str]) -> int:
    """Print the figures as one JSON object; 1 where a bar is missed."""
    n_snps = int(arguments[0]) if arguments else N_SNPS
    repeats = int(arguments[1]) if len(arguments) > 1 else REPEATS
    keep = ("scan.neg_log10_p_wald", "scan.reason")
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "small").mkdir()
        people = write_relatives(Path(name), N_PEOPLE, n_snps)
        small = write_relatives(Path(name) / "small", 60, 500)
        ours, peer = compare(
            our_side(people, small, f"{__name__}.scan_bed", keep),
            fastlmm_side(people, small, is_loco=True),
            repeats=repeats,
        )
        p3d = measure(our_side(people, small, f"{__name__}.scan_bed_p3d", keep))
    by_snp = np.full(n_snps, np.nan)
    position_kb = np.rint(peer.values[0]["ChrPos"] / 1000.0).astype(int)
    by_snp[position_kb - 1] = -np.log10(peer.values[0]["PValue"])
    is_tested = ours.values[0]["scan.reason"] == 0
    exact, fixed = (side.values[0]["scan.neg_log10_p_wald"][is_tested] for side in (ours, p3d))
    found = {
        "n_people": N_PEOPLE,
        "n_snps": n_snps,
        "threads": 1,
        "repeats": repeats,
        **figures(ours, peer),
        "n_tested": int(is_tested.sum()),
        "largest_difference_p3d": float(f"{np.abs(fixed - by_snp[is_tested]).max():.3g}"),
        "correlation_exact": round(float(np.corrcoef(exact, by_snp[is_tested])[0, 1]), 6),
    }
    print(json.dumps(found))
    return int(not (found["ratio"] >= LEAST_RATIO and found["largest_difference_p3d"] <= LARGEST_DIFFERENCE))


def scan_bed(bed: str, trait: str) -> LocoScan:
    """Our side: relationship matrices of all chromosomes in one pass, a decomposition and a scan for each."""
    return _scan(bed, trait, ScanOptions())


def scan_bed_p3d(bed: str, trait: str) -> LocoScan:
    """The same with FaST-LMM's approximation."""
    return _scan(bed, trait, ScanOptions(method="p3d"))


def _scan(bed: str, trait: str, options: ScanOptions) -> LocoScan:
    y = np.loadtxt(trait, usecols=2)
    with bed_reader(Path(bed)) as (read_block, n_snps, chromosome):
        names, membership = split_by([str(one) for one in chromosome])
        kinds = KinshipOptions(kind="standardised", stored="float32")
        parts = estimate_kinships(read_block, n_snps, y.size, membership=membership, options=kinds)
        whole, part_of = combine(parts), dict(zip(names, parts, strict=True))
        return scan_loco(
            read_block,
            list(map(str, chromosome)),
            lambda name: leave_out(whole, part_of[name]).matrix,
            y,
            options=options,
        )

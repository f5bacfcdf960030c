"""Vectors of all 1M SNPs, 64 numbers each, from a trained network.

``python -m tests.benchmarks pinsage_embed [SHARE] [REPEATS] [CONVOLUTION]``; SHARE of the full size: 1M SNPs in 1,700
LD blocks, 200k CpGs, 10M edges (`_planted_edges`). Before the clock: the network is trained (on a small graph), and
walk features, neighbours and properties of all SNPs are computed, as a fit does once per snapshot. Under the clock:
edges of each chunk of SNPs, both convolutions, weights. CONVOLUTION as in the settings, by default their choice. One
thread, best of `REPEATS` in one process each. Wanted: at most 6 CPU seconds.
"""

import json
import tempfile
from pathlib import Path

from tests.benchmarks._planted_edges import N_BLOCKS, N_CPGS, N_EDGES, N_SNPS, write_planted_edges
from tests.benchmarks._walk_edges import machine
from tests.benchmarks.peers import Call, Side, measure

N_DIMENSIONS, REPEATS, MOST_CPU_SECONDS = 64, 3, 6.0
_SIDES = "tests.benchmarks._fit_sides"


def main(arguments: list[str]) -> int:
    """Print the figures as one JSON object; 1 where the bar is missed."""
    share = float(arguments[0]) if arguments else 1.0
    repeats = int(arguments[1]) if len(arguments) > 1 else REPEATS
    convolution = arguments[2] if len(arguments) > 2 else "auto"
    n_snps, n_cpgs, n_edges = (int(size * share) for size in (N_SNPS, N_CPGS, N_EDGES))
    with tempfile.TemporaryDirectory() as folder:
        write_planted_edges(Path(folder), n_snps, n_cpgs, n_edges, N_BLOCKS)
        given = {"folder": folder, "sizes": [n_snps, n_cpgs, N_BLOCKS], "n_dimensions": N_DIMENSIONS}
        call = Call(f"{_SIDES}.our_vectors", {**given, "convolution": convolution}, _KEPT)
        # the first call makes the tables; the calls under the clock only the vectors
        measured = [measure(Side((call,), warm_up=(call,))) for _ in range(repeats)]
    best = min(measured, key=lambda one: one.cpu_seconds)
    found = {
        "n_snps": n_snps,
        "n_dimensions": N_DIMENSIONS,
        "n_blocks": N_BLOCKS,
        "convolution": convolution,
        "threads": 1,
        "repeats": repeats,
        "cpu_seconds": round(best.cpu_seconds, 3),
        "wall_seconds": round(best.wall_seconds, 3),
        "peak_mb": round(best.peak_mb, 1),
        "n_vectors": int(best.values[0]["n_vectors"]),
        **machine(("numba", "numpy", "scipy", "torch", "dgl")),
    }
    print(json.dumps(found))
    return int(not (found["cpu_seconds"] <= MOST_CPU_SECONDS and best.values[0]["is_finite"]))


_KEPT = ("n_vectors", "is_finite", "sum")

"""The table of neighbours of all 1M SNPs of a graph with 200k CpGs and 50M edges, from unsorted edges.

``python -m tests.benchmarks pinsage_table [SHARE] [REPEATS]``; SHARE of the full size. 50 walks of 2 steps keeping 10;
the clock has the checks of the graph, sorting it into CSR both ways and the walks. One thread, best of `REPEATS`.
Wanted: at most 15 CPU seconds, and at most 1,536 MB above a process that has only imported and compiled the same;
edges (8 bytes each) and table count.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks._walk_edges import machine, write_edges
from tests.benchmarks.peers import Call, Measured, Side, measure

N_SNPS, N_CPGS, N_EDGES = 1_000_000, 200_000, 50_000_000
SETTING = {"n_walks": 50, "n_steps": 2, "n_keep": 10}
REPEATS, MOST_CPU_SECONDS, MOST_MB = 3, 15.0, 1536.0
_TABLE = "tests.benchmarks._walk_sides.our_table"


def main(arguments: list[str]) -> int:
    """Print the figures as one JSON object; 1 where a bar is missed."""
    share = float(arguments[0]) if arguments else 1.0
    repeats = int(arguments[1]) if len(arguments) > 1 else REPEATS
    n_snps, n_cpgs, n_edges = (int(size * share) for size in (N_SNPS, N_CPGS, N_EDGES))
    with tempfile.TemporaryDirectory() as folder:
        write_edges(Path(folder), n_snps, n_cpgs, n_edges)
        edges = {name: np.load(Path(folder) / f"{name}.npy", mmap_mode="r") for name in ("snp", "cpg")}
        plan = list(SETTING.values())
        given = {**edges, "sizes": [n_snps, n_cpgs], "plan": plan}
        degree = np.bincount(edges["snp"], minlength=n_snps)
        few = np.zeros(1, np.int32)
        warm_up = (Call(_TABLE, {"snp": few, "cpg": few, "sizes": [1, 1], "plan": plan}),)
        imported = measure(Side((), warm_up=warm_up))
        side = Side((Call(_TABLE, given, ("neighbour", "weight")),), warm_up=warm_up)
        measured = [measure(side) for _ in range(repeats)]
    best = min(measured, key=lambda one: one.cpu_seconds)
    found = {
        "n_snps": n_snps,
        "n_cpgs": n_cpgs,
        "n_edges": n_edges,
        "threads": 1,
        "repeats": repeats,
        **SETTING,
        "cpu_seconds": round(best.cpu_seconds, 3),
        "wall_seconds": round(best.wall_seconds, 3),
        "peak_mb": round(best.peak_mb, 1),
        "imported_mb": round(imported.peak_mb, 1),
        "above_imports_mb": round(best.peak_mb - imported.peak_mb, 1),
        **_check(best, degree),
        **machine(("numba", "numpy")),
    }
    print(json.dumps(found))
    is_good = found["is_whole"] and found["above_imports_mb"] <= MOST_MB
    return int(not (is_good and found["cpu_seconds"] <= MOST_CPU_SECONDS))


def _check(measured: Measured, degree: np.ndarray) -> dict[str, Any]:
    """Every SNP with an edge has neighbours whose weights are 1 in sum, and no other has."""
    neighbour, weight = measured.values[0]["neighbour"], measured.values[0]["weight"]
    total = weight.sum(axis=1)
    is_whole = np.allclose(total, degree > 0, atol=1e-5) and ((neighbour[:, 0] >= 0) == (degree > 0)).all()
    return {"is_whole": bool(is_whole), "n_kept": round(float((neighbour >= 0).sum(axis=1).mean()), 3)}

"""Importance walks on a graph of 1M SNPs x 200k CpGs with 10M edges, beside ``dgl.sampling.PinSAGESampler``.

``python -m tests.benchmarks pinsage_walks [SHARE] [REPEATS]``; SHARE of the full size. Two settings: 10 walks of 2
steps keeping 3, and 50 walks of 2 keeping 10, no restart, visits to the start counted. Both sides walk from the same
200,000 SNPs in the same random order, so nothing is scaled; graphs are made before the clock. DGL's has int32 ids and
CSR only and gets 8,192 starts a batch, which suits it best. One thread each; ``ratio`` is that of the worse setting,
best of `REPEATS`. Wanted: ratio >= 2.5, and the same neighbours on average: how many are kept, how much weight the
first has.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks._walk_edges import machine, write_edges
from tests.benchmarks.peers import Call, Measured, Side, compare, figures, measure

N_SNPS, N_CPGS, N_EDGES, N_STARTS = 1_000_000, 200_000, 10_000_000, 200_000
SETTINGS = ({"n_walks": 10, "n_steps": 2, "n_keep": 3}, {"n_walks": 50, "n_steps": 2, "n_keep": 10})
DGL_BATCH = 8192
REPEATS, LEAST_RATIO, LARGEST_DIFFERENCE = 3, 2.5, 0.01
_SIDES = "tests.benchmarks._walk_sides"


def main(arguments: list[str]) -> int:
    """Print the figures as one JSON object; 1 where a bar is missed."""
    share = float(arguments[0]) if arguments else 1.0
    repeats = int(arguments[1]) if len(arguments) > 1 else REPEATS
    n_snps, n_cpgs, n_edges, n_starts = (int(size * share) for size in (N_SNPS, N_CPGS, N_EDGES, N_STARTS))
    start = np.random.default_rng(1).permutation(n_snps)[:n_starts].astype(np.int32)
    with tempfile.TemporaryDirectory() as folder:
        write_edges(Path(folder), n_snps, n_cpgs, n_edges)
        graph = {"folder": folder, "sizes": [n_snps, n_cpgs]}
        both = [_compare(graph, start, setting, repeats) for setting in SETTINGS]
    worse = min(both, key=lambda one: one["ratio"])
    difference = max(one["largest_difference"] for one in both)
    found = {
        "n_snps": n_snps,
        "n_cpgs": n_cpgs,
        "n_edges": n_edges,
        "n_starts": n_starts,
        "threads": 1,
        "repeats": repeats,
        **worse,
        "settings": both,
        "largest_difference": difference,
        **machine(("numba", "numpy", "torch", "dgl")),
    }
    print(json.dumps(found))
    return int(not (worse["ratio"] >= LEAST_RATIO and difference <= LARGEST_DIFFERENCE))


def _compare(graph: dict[str, Any], start: np.ndarray, setting: dict[str, int], repeats: int) -> dict[str, Any]:
    """One setting: both sides timed in turn, then their averages."""
    common = {**graph, "start": start, "plan": list(setting.values())}
    ours, peer = compare(
        _side("our_walks", common), _side("dgl_walks", {**common, "batch": DGL_BATCH}), repeats=repeats
    )
    keep = ("n_kept", "first_weight")
    means = [
        measure(Side((Call(f"{_SIDES}.{name}", given, keep),))).values[0]
        for name, given in (("our_summary", common), ("dgl_summary", {**common, "batch": DGL_BATCH}))
    ]
    return {
        **setting,
        **figures(ours, peer),
        **_starts_per_second(start.size, ours, peer),
        "n_kept": [round(float(one["n_kept"]), 4) for one in means],
        "first_weight": [round(float(one["first_weight"]), 5) for one in means],
        "largest_difference": round(max(abs(float(means[0][name] / means[1][name]) - 1) for name in keep), 5),
    }


def _starts_per_second(n_starts: int, ours: Measured, peer: Measured) -> dict[str, int]:
    return {
        "starts_per_cpu_second": round(n_starts / ours.cpu_seconds),
        "peer_starts_per_cpu_second": round(n_starts / peer.cpu_seconds),
    }


def _side(name: str, arguments: dict[str, Any]) -> Side:
    """A side whose graph and first starts, with what they compile, come before the clock."""
    few = {**arguments, "start": arguments["start"][:100]}
    return Side((Call(f"{_SIDES}.{name}", arguments),), warm_up=(Call(f"{_SIDES}.{name}", few),))

"""REML of 19 relationship matrices, one a chromosome, of the mice: ours beside GCTA's time.

``python -m tests.benchmarks reml_many [REPEATS]``: CD8 of 1,410 mice, from 19 matrices in GCTA's binary files (read
under the clock) to components with standard errors. GCTA is not run here: where it took 13.5 CPU seconds for this,
``gemma -gk 1`` of the same mice took 4.6, so its time is 13.5 / 4.6 of what ``gemma -gk 1`` takes in this run. Wanted:
ratio >= 2. The results are compared with GCTA's own.
"""

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from loaders.kinship_files import read_gcta_grm, write_gcta_grm
from models.heritability.reml import estimate_reml
from models.heritability.reml_results import Reml
from models.kinship import Kinship
from tests.benchmarks.peers import Call, Measured, Side, measure
from tests.benchmarks.peers.programs import find_gemma, run_program
from tests.mouse_hs1940 import CD8, MOUSE, gcta_kinships, phenotypes, read_hsq

GCTA_SECONDS, GEMMA_SECONDS, LEAST_RATIO, REPEATS = 13.5, 4.6, 2.0, 3
LARGEST_ERROR, LARGEST_LOG_LIKELIHOOD_ERROR = 1e-4, 1e-3


def main(arguments: list[str]) -> int:
    """Print the figures as one JSON object; 1 where the results differ or the bar is missed."""
    repeats = int(arguments[0]) if arguments else REPEATS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # in a process of its own: a process inherits the peak memory of the one that starts it
        measure(Side((Call(f"{__name__}.write_matrices", {"folder": folder}),)))
        prefixes = [str(folder / f"chr{at}") for at in range(1, 20)]
        task = {"prefixes": prefixes, "phenotype": phenotypes()[:, CD8]}
        call = Call(f"{__name__}.fit_files", task, ("variance", "variance_se", "log_likelihood", "n_iterations"))
        small = Call(f"{__name__}.warm_up")
        runs = [(measure(Side((call,), (small,))), run_gemma(folder)) for _ in range(repeats)]
    ours, gemma = (min(side, key=lambda run: run.cpu_seconds) for side in zip(*runs, strict=True))
    errors = compare_with_gcta(ours)
    peer_seconds = GCTA_SECONDS * gemma.cpu_seconds / GEMMA_SECONDS
    found = {
        "n_people": int(np.count_nonzero(~np.isnan(phenotypes()[:, CD8]))),
        "n_matrices": len(prefixes),
        "n_iterations": int(ours.values[0]["n_iterations"]),
        "threads": 1,
        "repeats": repeats,
        "ratio": round(peer_seconds / ours.cpu_seconds, 3),
        **{name: round(getattr(ours, name), 3) for name in ("cpu_seconds", "wall_seconds", "peak_mb")},
        "peer_cpu_seconds": round(peer_seconds, 3),
        "gemma_gk_cpu_seconds": round(gemma.cpu_seconds, 3),
        **errors,
    }
    print(json.dumps(found))
    is_same = errors["worst_component_error"] <= LARGEST_ERROR
    is_same &= errors["log_likelihood_error"] <= LARGEST_LOG_LIKELIHOOD_ERROR
    return int(not (is_same and found["ratio"] >= LEAST_RATIO))


class Fit:
    """What the child brings back of a `Reml`: arrays."""

    def __init__(self, found: Reml) -> None:
        self.variance = np.array([c.variance for c in found.components] + [found.residual_variance])
        self.variance_se = np.array([c.variance_se for c in found.components] + [found.residual_variance_se])
        self.log_likelihood, self.n_iterations = found.log_likelihood, found.n_iterations


class GrmFiles(Sequence[Kinship]):
    """Matrices read when asked for."""

    def __init__(self, prefixes: list[str]) -> None:
        self.prefixes = prefixes

    def __len__(self) -> int:
        return len(self.prefixes)

    def __getitem__(self, at):
        return Kinship(read_gcta_grm(Path(self.prefixes[at]), with_counts=False).matrix, "gcta", 0)


def fit_files(prefixes: list[str], phenotype: np.ndarray) -> Fit:
    """Read the matrices and estimate their components."""
    return Fit(estimate_reml(phenotype, GrmFiles(prefixes)))


def warm_up() -> Fit:
    """Import and compile on a few people."""
    rng = np.random.default_rng(1)
    z = rng.standard_normal((2, 30, 40)).astype(np.float32)
    made = [Kinship(part.T @ part / 30.0, "gcta", 30) for part in z]
    return Fit(estimate_reml(rng.standard_normal(40), made))


def write_matrices(folder: str) -> None:
    """Write GCTA's files of each chromosome's matrix."""
    people = pl.DataFrame({"family": ["0"] * 1940, "person": [f"mouse{at}" for at in range(1940)]})
    for name, kinship in zip(*gcta_kinships(), strict=True):
        write_gcta_grm(Path(folder) / f"chr{name}", kinship.matrix, people, n_pairs=kinship.n_snps)


def run_gemma(folder: Path) -> Measured:
    """``gemma -gk 1`` of the mice."""
    program, environment = find_gemma()
    command = [
        program,
        "-bfile",
        MOUSE / "mouse_hs1940",
        "-n",
        "1",
        "-gk",
        "1",
        "-o",
        "m",
        "-outdir",
        folder / "output",
    ]
    return run_program(command, folder, environment=environment)


def compare_with_gcta(ours: Measured) -> dict[str, float]:
    """The largest difference of any component or error from GCTA's, and of the log-likelihood."""
    hsq = read_hsq("mouse_hs1940/ref/gcta_g19_CD8.hsq")
    expected = np.array([hsq[f"V(G{at})"] for at in range(1, 20)] + [hsq["V(e)"]])
    found = np.column_stack((ours.values[0]["variance"], ours.values[0]["variance_se"]))
    worst = float(np.abs(found - expected).max())
    error = abs(float(ours.values[0]["log_likelihood"]) - hsq["logL"][0])
    print(f"worst component {worst:.2e}, log-likelihood {error:.2e}", file=sys.stderr)
    return {"worst_component_error": float(f"{worst:.3g}"), "log_likelihood_error": float(f"{error:.3g}")}

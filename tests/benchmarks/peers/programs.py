"""A peer that is a program of its own, run and measured: CPU and wall seconds, largest resident set.

GEMMA is taken from ``.venv-peers/gemma`` (Debian's packages unpacked there) or from the path.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.benchmarks.peers import Measured
from tests.benchmarks.peers.processor import openblas_settings
from tests.paths import ROOT

GEMMA_ROOT = ROOT / ".venv-peers" / "gemma"
LMM_PYTHON = ROOT / ".venv-peers" / "lmm" / "bin" / "python"
THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def find_gemma() -> tuple[Path, Mapping[str, str]]:
    """The program and the environment that it needs.

    Raises
    ------
    SystemExit
        When there is none, with how to get it.
    """
    unpacked = GEMMA_ROOT / "usr" / "bin" / "gemma"
    if unpacked.is_file():
        (library,) = (GEMMA_ROOT / "usr" / "lib").glob("*-linux-gnu")
        paths = f"{library}:{library / 'openblas-pthread'}"
        return unpacked, {"LD_LIBRARY_PATH": paths, **openblas_settings()}
    if found := shutil.which("gemma"):
        return Path(found), openblas_settings()
    raise SystemExit("no gemma: run `make bench-peers-lmm`, or install Debian's package gemma")


def run_program(
    command: Sequence[str | Path], folder: Path, *, environment: Mapping[str, str] | None = None, threads: int = 1
) -> Measured:
    """Run a program once in `folder`, its output on standard error.

    Raises
    ------
    SystemExit
        When it fails.
    """
    limits = {name: str(threads) for name in THREAD_VARIABLES}
    start = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=folder,
        env={**os.environ, **limits, **(environment or {})},
        stdout=sys.stderr,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    seconds = usage.ru_utime + usage.ru_stime
    return Measured(seconds, time.perf_counter() - start, usage.ru_maxrss / 1024, ())


def together(parts: Sequence[Measured]) -> Measured:
    """Programs run one after the other as one: seconds added, the largest memory."""
    return Measured(
        sum(part.cpu_seconds for part in parts),
        sum(part.wall_seconds for part in parts),
        max(part.peak_mb for part in parts),
        (),
    )

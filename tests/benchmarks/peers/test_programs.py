import os
import sys
from pathlib import Path

import pytest

from tests.benchmarks.peers import Measured, programs
from tests.benchmarks.peers.programs import find_gemma, run_program, together


def test_run_program__measures_the_child_alone(tmp_path: Path) -> None:
    code = "import os; open('seen', 'w').write(os.environ['OMP_NUM_THREADS'] + os.environ['X']); bytearray(200_000_000)"
    found = run_program([sys.executable, "-c", code], tmp_path, environment={"X": "y"}, threads=2)
    assert (tmp_path / "seen").read_text() == "2y"
    assert 0 < found.cpu_seconds < 5
    assert found.peak_mb > 150


def test_run_program__says_which_program_failed(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="ended with 3"):
        run_program([sys.executable, "-c", "raise SystemExit(3)"], tmp_path)


def test_together__adds_seconds_and_takes_the_largest_memory() -> None:
    found = together([Measured(1.0, 2.0, 30.0, ()), Measured(4.0, 5.0, 20.0, ())])
    assert (found.cpu_seconds, found.wall_seconds, found.peak_mb) == (5.0, 7.0, 30.0)


def test_find_gemma__unpacked_packages_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("usr/bin/gemma", "usr/lib/a-linux-gnu/openblas-pthread/libopenblas.so.0"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.setattr(programs, "GEMMA_ROOT", tmp_path)
    program, environment = find_gemma()
    assert program == tmp_path / "usr/bin/gemma"
    library = tmp_path / "usr/lib/a-linux-gnu"
    paths = f"{library}{os.pathsep}{library / 'openblas-pthread'}"
    assert environment == {"LD_LIBRARY_PATH": paths, **programs.openblas_settings()}


def test_find_gemma__says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "GEMMA_ROOT", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match="no gemma: run `make bench-peers-lmm`, or install Debian's package gemma"):
        find_gemma()

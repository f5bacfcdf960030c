"""One side of a benchmark in a process of its own: ours, or a peer's in its own environment.

``compare(ours=…, peer=…)`` runs both sides in turn, best of three; each is a list of `Call`s, timed together after
the calls of ``warm_up`` (imports and compilation left out). ``make bench-peers`` makes the peer's environment.
"""

import dataclasses
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.paths import ROOT

PEER_PYTHON = ROOT / ".venv-peers" / "bin" / "python"
_CHILD = Path(__file__).with_name("child.py")
_ARRAY = "$array"


@dataclasses.dataclass(frozen=True)
class Call:
    """A function to call: ``package.module.name``, its arguments by name (JSON values, paths, arrays), and which
    attributes, keys or columns of its result to bring back (``"tau"``, ``"ldscore.L2"``, ``""`` for the result)."""

    function: str
    arguments: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    keep: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Side:
    """What one side does in its process: calls before the clock, calls under the clock; `python` of a peer with an
    environment of its own."""

    calls: tuple[Call, ...]
    warm_up: tuple[Call, ...] = ()
    is_peer: bool = False
    python: Path | None = None


@dataclasses.dataclass(frozen=True)
class Measured:
    """Seconds and memory of a side, and what its calls brought back: ``values[call][path]``.

    ``cpu_seconds`` counts the process and its children; ``peak_mb`` is the process's largest resident set.
    """

    cpu_seconds: float
    wall_seconds: float
    peak_mb: float
    values: tuple[Mapping[str, NDArray[Any]], ...]


def compare(ours: Side, peer: Side, *, repeats: int = 3) -> tuple[Measured, Measured]:
    """Both sides in turn, each repeat a new process; of each the repeat with the fewest CPU seconds."""
    pairs = [(measure(ours), measure(peer)) for _ in range(repeats)]
    first, second = ([pair[side] for pair in pairs] for side in (0, 1))
    return min(first, key=lambda side: side.cpu_seconds), min(second, key=lambda side: side.cpu_seconds)


def figures(ours: Measured, peer: Measured) -> dict[str, float]:
    """Figures for the JSON object that a benchmark prints last."""
    return {
        "ratio": round(peer.cpu_seconds / ours.cpu_seconds, 3),
        **{name: round(getattr(ours, name), 3) for name in ("cpu_seconds", "wall_seconds", "peak_mb")},
        **{f"peer_{name}": round(getattr(peer, name), 3) for name in ("cpu_seconds", "wall_seconds", "peak_mb")},
    }


def measure(side: Side, *, threads: int = 1) -> Measured:
    """Run a side once in a new process."""
    python = side.python or (PEER_PYTHON if side.is_peer else Path(sys.executable))
    if not python.is_file():
        target = "bench-peers" if side.python is None else "bench-peers-lmm"
        raise SystemExit(f"no {python.relative_to(ROOT)}: run `make {target}` first")
    limits = {f"{name}_NUM_THREADS": str(threads) for name in ("OPENBLAS", "OMP", "MKL", "NUMBA")}
    limits["POLARS_MAX_THREADS"] = str(threads)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        task = {
            "warm_up": [_as_json(call, folder) for call in side.warm_up],
            "calls": [_as_json(call, folder) for call in side.calls],
        }
        (folder / "task.json").write_text(json.dumps(task))
        subprocess.run(
            [python, _CHILD, folder],
            cwd=folder,
            env={**os.environ, **limits} | ({} if side.is_peer else {"PYTHONPATH": str(ROOT)}),
            stdout=sys.stderr,
            check=True,
        )
        seconds = json.loads((folder / "seconds.json").read_text())
        values = tuple(_read_values(folder / f"result_{number}.npz") for number in range(len(side.calls)))
    return Measured(**seconds, values=values)


def _as_json(call: Call, folder: Path) -> dict[str, Any]:
    arguments = {name: _argument(value, folder) for name, value in call.arguments.items()}
    return {"function": call.function, "arguments": arguments, "keep": list(call.keep)}


def _argument(value: Any, folder: Path) -> Any:
    if isinstance(value, np.ndarray):
        path = folder / f"array_{len(list(folder.glob('array_*')))}.npy"
        np.save(path, value)
        return {_ARRAY: str(path)}
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_argument(entry, folder) for entry in value]
    return value


def _read_values(path: Path) -> Mapping[str, NDArray[Any]]:
    with np.load(path) as arrays:
        return {name.removeprefix("/"): arrays[name] for name in arrays.files}

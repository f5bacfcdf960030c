"""The process of one side: reads task.json in the folder named, runs its calls, writes results and seconds there.

Run as a script by either environment, so it imports only numpy and what the calls name.
"""

import functools
import json
import resource
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np


def main(folder: Path) -> None:
    """Warm up, run the calls under the clock, write what they bring back."""
    task = json.loads((folder / "task.json").read_text())
    for call in map(_load, task["warm_up"]):
        call()
    calls = [_load(call) for call in task["calls"]]
    cpu, wall = _cpu_seconds(), time.perf_counter()
    kept = [_keep(call(), entry["keep"]) for call, entry in zip(calls, task["calls"], strict=True)]
    seconds = {"cpu_seconds": _cpu_seconds() - cpu, "wall_seconds": time.perf_counter() - wall}
    seconds["peak_mb"] = peak_mb()
    for number, values in enumerate(kept):
        np.savez(folder / f"result_{number}.npz", **{f"/{name}": value for name, value in values.items()})
    (folder / "seconds.json").write_text(json.dumps(seconds))


def _load(call: dict[str, Any]) -> Callable[[], Any]:
    """The function with its arguments bound, arrays read."""
    module, name = call["function"].rsplit(".", 1)
    arguments = {name: _argument(value) for name, value in call["arguments"].items()}
    return functools.partial(getattr(import_module(module), name), **arguments)


def _argument(value: Any) -> Any:
    if isinstance(value, dict) and "$array" in value:
        return np.load(value["$array"])
    return [_argument(entry) for entry in value] if isinstance(value, list) else value


def _keep(result: Any, paths: list[str]) -> dict[str, Any]:
    return {path: np.asarray(functools.reduce(_part, filter(None, path.split(".")), result)) for path in paths}


def _part(value: Any, name: str) -> Any:
    return getattr(value, name) if hasattr(value, name) else value[name]


def peak_mb() -> float:
    """Largest resident set of this program; getrusage's begins at that of the process that started it."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def _cpu_seconds() -> float:
    """CPU seconds of this process and its children that have ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


if __name__ == "__main__":
    # a script's own folder comes first on the path; nothing may be imported from it by accident
    sys.path.pop(0)
    main(Path(sys.argv[1]))

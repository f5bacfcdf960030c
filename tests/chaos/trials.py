"""What a trial leaves in the state file, and processes that are killed."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from typing import Any


@dataclass
class Trial:
    """One fault and what came of it.

    Attributes
    ----------
    part, number, seed
        Which.
    moment
        When the fault came, in words.
    was_killed
        Whether the fault hit (a process that ended before is not killed).
    recover_seconds
        From the fault until the work was whole again.
    n_looks, n_outages
        Judged looks of the reader meanwhile, and those that met an outage.
    problems
        Invariants that did not hold; empty is good.
    """

    part: str
    number: int
    seed: int
    moment: str = ""
    was_killed: bool = True
    recover_seconds: float = 0.0
    n_looks: int = 0
    n_outages: int = 0
    problems: list[str] = field(default_factory=list)
    skipped: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def chance_of(trial: Trial) -> random.Random:
    """The random choices of a trial."""
    return random.Random(f"{trial.seed}/{trial.part}/{trial.number}")


def run_and_kill(target: Callable[..., None], args: tuple[Any, ...], seconds: float) -> bool:
    """Run a function in a fresh process and kill it (-9) after so long; whether the kill ended it."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.chaos.work"])
    process = context.Process(target=target, args=args)
    process.start()
    process.join(seconds)
    process.kill()
    process.join()
    was_killed = process.exitcode == -signal.SIGKILL
    process.close()
    return was_killed


def time_whole(target: Callable[..., None], args: tuple[Any, ...]) -> float:
    """Seconds that it takes undisturbed in such a process.

    Raises
    ------
    AssertionError
        When it fails.
    """
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.chaos.work"])
    start = time.monotonic()
    process = context.Process(target=target, args=args)
    process.start()
    process.join()
    code = process.exitcode
    process.close()
    assert code == 0, f"{target.__name__} ended with {code}"
    return time.monotonic() - start

"""A scheduler in a process of its own, to be killed or to run beside another one."""

import signal
import sys
import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Event
from typing import Any

from services import training
from services.graph.opening import open_store
from services.schedule import Ledger, Scheduler, open_scheduler, working
from services.settings import Settings

assert training


def run_scheduler(settings: Settings, log: Path, pause: float) -> None:
    """Run until the inbox is empty and nothing is left to do; every step is a line of the log."""
    with log.open("a", buffering=1) as stream:
        sys.stderr = stream

        def say(*words: object) -> None:
            stream.write(" ".join(str(word) for word in words) + "\n")

        for name, place in (("reports_folder", working), ("render_reports", working), ("end", Ledger)):
            _tell(place, name, say, pause)
        with open_store(settings) as store:
            scheduler = open_scheduler(store, settings, Event(), say)
            while not _is_idle(scheduler):
                for job in scheduler.do_what_is_due():
                    say("ended", job.kind, job.source, job.status)
                time.sleep(0.1)
        say("idle")


def _tell(place: Any, name: str, say: Callable[..., None], pause: float) -> None:
    """Say so before a function is called, and stretch that moment."""
    work = getattr(place, name)

    def told(*words: Any, **more: Any) -> Any:
        say("before", name)
        time.sleep(pause)
        return work(*words, **more)

    setattr(place, name, told)


def _is_idle(scheduler: Scheduler) -> bool:
    has_files = scheduler.inbox is not None and any(scheduler.inbox.folder.glob("*.toml"))
    return not (has_files or scheduler.ledger.unfinished() or scheduler.ledger.unanswered_loads())


def start_scheduler(settings: Settings, log: Path, *, pause: float = 0.0) -> BaseProcess:
    """Start such a scheduler in a fresh process that has everything imported."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=run_scheduler, args=(settings, log, pause))
    process.start()
    return process


def kill_at(process: BaseProcess, log: Path, moment: str, *, seconds: float = 240.0) -> bool:
    """Kill -9 the process once its log says that it has reached a moment; whether the kill ended it."""
    deadline = time.monotonic() + seconds
    while process.is_alive() and not (log.exists() and moment in log.read_text()):
        if time.monotonic() > deadline:
            process.kill()
            raise AssertionError(f"never reached {moment!r}: {log.read_text()}")
        time.sleep(0.005)
    process.kill()
    process.join()
    return process.exitcode == -signal.SIGKILL

"""Trials in a process of their own: a reader that hangs, dies or eats memory is seen and does not end the run."""

from __future__ import annotations

import queue
import resource
import threading
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Final

import psutil

from tests.fuzz.trial import Outcome, all_samples, run_trial, warm_up

LIMIT_SECONDS: Final = 60.0
"""A trial takes about a tenth of a second; a loaded machine is allowed for."""
_MEMORY: Final = 6 << 30
_PATIENCE: Final = 6


def run_trials(
    numbers: Sequence[int], seed: int, *, limit_seconds: float = LIMIT_SECONDS, n_jobs: int = 1
) -> Iterator[Outcome]:
    """Outcomes of some trials, as they come."""
    waiting = iter(numbers)
    lock = threading.Lock()
    done: queue.Queue[Outcome | None] = queue.Queue()
    is_over = threading.Event()

    def work() -> None:
        worker = _Worker(seed)
        try:
            while not is_over.is_set():
                with lock:
                    number = next(waiting, None)
                if number is None:
                    return
                done.put(worker.run(number, limit_seconds))
        finally:
            worker.end()
            done.put(None)

    threads = [threading.Thread(target=work) for _ in range(n_jobs)]
    for thread in threads:
        thread.start()
    n_ended = 0
    try:
        while n_ended < n_jobs:
            if (outcome := done.get()) is None:
                n_ended += 1
            else:
                yield outcome
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


class _Worker:
    """A child process that is started again when it is lost."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.process: BaseProcess | None = None
        self.pipe: Connection | None = None

    def run(self, number: int, limit_seconds: float) -> Outcome:
        if self.process is None:
            self.start()
        assert self.pipe is not None
        self.pipe.send(number)
        try:
            started = self.processor_seconds()
            for _ in range(_PATIENCE):
                if self.pipe.poll(limit_seconds):
                    return self.pipe.recv()  # type: ignore[no-any-return]
                if self.processor_seconds() - started > limit_seconds / 2:
                    break  # it works and does not end; one that waits for a busy machine is given more time
        except EOFError:
            return self.lost(number, "died")
        return self.lost(number, "hang")

    def processor_seconds(self) -> float:
        """What the child has used so far."""
        assert self.process is not None
        try:
            times = psutil.Process(self.process.pid).cpu_times()
        except psutil.NoSuchProcess:
            return 0.0
        return float(times.user + times.system)

    def start(self) -> None:
        context = get_context("forkserver")
        context.set_forkserver_preload([__name__])
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=_serve, args=(other, self.seed), daemon=True)
        self.process.start()
        other.close()
        self.pipe.recv()  # it is warm

    def lost(self, number: int, how: str) -> Outcome:
        assert self.process is not None
        self.process.kill()
        self.process.join()
        code = self.process.exitcode
        self.process = None
        names = tuple(all_samples())
        return Outcome(number, names[number % len(names)], "", (), how, f"exit code {code}")

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.join()


def _serve(pipe: Connection, seed: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    warm_up()
    pipe.send(None)
    while True:
        try:
            number = pipe.recv()
        except EOFError:
            return
        pipe.send(run_trial(number, seed))

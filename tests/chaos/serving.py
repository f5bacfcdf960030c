"""The web server under a stream of queries: killed and started again, and left without its store."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import psutil

from services.graph.local_server import find_running
from tests.chaos.loading import Loading
from tests.chaos.trials import Trial, chance_of
from tests.chaos.work import run_command
from tests.chaos.world import World
from tests.paths import ROOT

QUERY: Final = "{ meta { release { loadIds runIds } counts { mqtl associations eqtl predicted } } }"
AWAY_SECONDS: Final = 30.0
_READY_SECONDS: Final = 240.0
_ANSWER_SECONDS: Final = 60.0

Answer = tuple[tuple[str, ...], tuple[int, ...]]


class App:
    """``locusgraph serve`` in a process of its own."""

    def __init__(self, world: World) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        settings, password = world.settings, world.server.address.password.get_secret_value()
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "LOCUSGRAPH_HOME": str(world.folder / "loading"),
            "NEO4J_URI": str(settings.neo4j_uri),
            "NEO4J_USER": settings.neo4j_user,
            "NEO4J_PASSWORD": password,
            "NEO4J_DATABASE": settings.neo4j_database,
        }
        self.log = Path(world.folder / "app.log")
        with self.log.open("ab") as stream:
            command = [sys.executable, "-m", "api", "serve", "--port", str(self.port)]
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=stream, stderr=stream)

    def get(self, path: str) -> int:
        """Status of a page; 0 where nobody answers."""
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_ANSWER_SECONDS)
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0

    def ask(self) -> dict[str, Any]:
        """The answer to the query; raises an OSError or HTTPException where nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_ANSWER_SECONDS)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        connection.request("POST", "/graphql", json.dumps({"query": QUERY}), headers)
        return dict(json.loads(connection.getresponse().read()))

    def await_ready(self) -> float:
        """Wait until it is ready; when."""
        end = time.monotonic() + _READY_SECONDS
        while self.get("/health/ready") != 200:
            code = self.process.poll()
            assert code is None, f"serve ended with {code}: {self.log.read_text()[-2000:]}"
            assert time.monotonic() < end, f"serve is not ready: {self.log.read_text()[-2000:]}"
            time.sleep(0.1)
        return time.monotonic()

    def kill(self) -> None:
        """Kill it (-9)."""
        self.process.kill()
        self.process.wait()


class Asker:
    """A thread that asks the app all the while and keeps what it answered."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.answers: list[Answer] = []
        self.errors: list[str] = []
        self.slowest = 0.0
        self.n_silent = 0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._is_over.wait(0.01):
            start = time.monotonic()
            try:
                found = self.app.ask()
            except (OSError, http.client.HTTPException, ValueError):
                self.n_silent += 1
                self._is_over.wait(0.1)
                continue
            self.slowest = max(self.slowest, time.monotonic() - start)
            if found.get("errors"):
                self.errors.append(str(found["errors"][0].get("extensions", {}).get("code")))
            else:
                self.answers.append(_answer(found))


def _answer(found: dict[str, Any]) -> Answer:
    meta = found["data"]["meta"]
    release = meta["release"] or {"loadIds": [], "runIds": []}
    return (*release["loadIds"], *release["runIds"]), tuple(meta["counts"].values())


class Serving:
    """A loaded graph, its app, and what the app answers of each whole release."""

    def __init__(self, world: World) -> None:
        self.world, self.loading = world, Loading(world)
        self.app = App(world)
        self.app.await_ready()
        self.whole: dict[tuple[str, ...], tuple[int, ...]] = {}
        for command in self.loading.commands:
            run_command(self.loading.settings, command)
            loads, counts = _answer(self.app.ask())
            self.whole[loads] = counts

    def kill_app(self, trial: Trial) -> None:
        """Kill the app under queries, every other time while a load switches the release, and start it again."""
        chance = chance_of(trial)
        number = trial.number % len(self.loading.commands)
        loads = trial.number % 2 == 0
        trial.moment = f"app, {'under queries and a load' if loads else 'under queries'}"
        if loads:
            self.loading.set_before(number)
        with Asker(self.app) as asker:
            work = threading.Thread(target=run_command, args=(self.loading.settings, self.loading.commands[number]))
            if loads:
                work.start()
            time.sleep(chance.uniform(0.1, max(self.loading.seconds)))
            self.app.kill()
            killed_at = time.monotonic()
        self.app = App(self.world)
        trial.recover_seconds = self.app.await_ready() - killed_at
        with Asker(self.app) as again:
            if loads:
                work.join()
            time.sleep(0.5)
        self._judge(trial, asker, may_fail=False)
        self._judge(trial, again, may_fail=False)

    def leave_without_store(self, trial: Trial) -> None:
        """Stop the server (SIGSTOP, or kill it and its supervisor's patience) for 30 s while the app is asked."""
        server = find_running(self.world.server_settings)
        assert server is not None
        trial.moment = f"store away for {AWAY_SECONDS:g} s (SIGSTOP)"
        stopped = psutil.Process(server.state.server.pid)
        with Asker(self.app) as before:
            time.sleep(2)
        with Asker(self.app) as meanwhile:
            stopped.send_signal(signal.SIGSTOP)
            time.sleep(AWAY_SECONDS)
            is_ready = self.app.get("/health/ready")
            stopped.send_signal(signal.SIGCONT)
            back_at = time.monotonic()
            while not self._answers_well() and time.monotonic() - back_at < _READY_SECONDS:
                time.sleep(0.1)
            trial.recover_seconds = time.monotonic() - back_at
        with Asker(self.app) as after:
            time.sleep(2)
        if is_ready == 200:
            trial.problems.append("the app calls itself ready without a store")
        if not meanwhile.errors or set(meanwhile.errors) - {"OUTAGE", "TIMEOUT"}:
            trial.problems.append(f"errors meanwhile were {sorted(set(meanwhile.errors)) or 'none'}, wanted OUTAGE")
        self._judge(trial, before, may_fail=False)
        self._judge(trial, meanwhile, may_fail=True)
        self._judge(trial, after, may_fail=False)
        trial.moment += f": {len(meanwhile.errors)} errors, slowest answer {meanwhile.slowest:.1f} s"

    def _answers_well(self) -> bool:
        try:
            return not self.app.ask().get("errors")
        except (OSError, http.client.HTTPException, ValueError):
            return False

    def _judge(self, trial: Trial, asker: Asker, *, may_fail: bool) -> None:
        trial.n_looks += len(asker.answers)
        trial.n_outages += len(asker.errors) + asker.n_silent
        wrong = {answer for answer in asker.answers if self.whole.get(answer[0]) != answer[1]}
        told = [f"{loads} shows {counts}, whole it has {self.whole.get(loads)}" for loads, counts in sorted(wrong)]
        trial.problems += told[:3]
        if asker.errors and not may_fail:
            trial.problems.append(f"errors {sorted(set(asker.errors))} though the store was there")

    def close(self) -> None:
        """End the app."""
        self.app.kill()


def iterate_app(world: World, trials: Iterator[Trial]) -> Iterator[Trial]:
    """Kills of the app."""
    serving = Serving(world)
    try:
        for trial in trials:
            serving.kill_app(trial)
            yield trial
    finally:
        serving.close()


def iterate_outage(world: World, trials: Iterator[Trial]) -> Iterator[Trial]:
    """The store away and back."""
    serving = Serving(world)
    try:
        for trial in trials:
            serving.leave_without_store(trial)
            yield trial
    finally:
        serving.close()

"""Kills of the loader, and of the server under a load: the same command again brings about the same graph."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from services.settings import Settings
from tests.chaos.readers import Counts, Reader, State, whole_state
from tests.chaos.trials import Trial, chance_of, run_and_kill, time_whole
from tests.chaos.work import run_command, write_commands
from tests.chaos.world import World
from tests.services.ingest.killed_command import Command
from tests.services.ingest.tiny import dump


class Loading:
    """Commands, what the graph is after each, and how long each takes."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.settings: Settings = world.empty("loading")
        self.commands: list[Command] = write_commands(world.folder / "studies")
        self.seconds: list[float] = []
        self.expected: list[dict[str, Any]] = []
        self.whole: dict[State, Counts] = {}
        self.is_whole = True
        for command in self.commands:  # the second round is timed: nothing is compiled or started then
            time_whole(run_command, (self.settings, command))
        for command in self.commands:
            self.seconds.append(time_whole(run_command, (self.settings, command)))
            self.expected.append(dump(world.cypher))
            self.whole.update([whole_state(world)])

    def kill_loader(self, trial: Trial) -> None:
        """Kill the process that loads or removes."""
        number, chance = trial.number % len(self.commands), chance_of(trial)
        self.set_before(number)
        moment = chance.uniform(0.05, 1.0) * self.seconds[number]
        trial.moment = (
            f"{' '.join(self.commands[number][:1])} {number}, after {moment:.2f} of {self.seconds[number]:.2f} s"
        )
        with Reader(self.world, self.whole) as reader:
            trial.was_killed = run_and_kill(run_command, (self.settings, self.commands[number]), moment)
            killed_at = time.monotonic()
            self._finish(trial, number, killed_at)
        _note(trial, reader)

    def kill_server(self, trial: Trial) -> None:
        """Kill the server while a command runs; the command ends, rightly or with an error, and is given again."""
        number, chance = trial.number % len(self.commands), chance_of(trial)
        self.set_before(number)
        moment = chance.uniform(0.05, 0.95) * self.seconds[number]
        trial.moment = f"server, {moment:.2f} s into command {number} of {self.seconds[number]:.2f} s"
        with Reader(self.world, self.whole) as reader:
            working = threading.Thread(target=_quietly, args=(run_command, self.settings, self.commands[number]))
            working.start()
            working.join(moment)
            killed_at = self.world.kill_server()
            trial.recover_seconds = self.world.await_answer() - killed_at
            working.join()
            answered = trial.recover_seconds
            self._finish(trial, number, killed_at)
            trial.recover_seconds = answered
        _note(trial, reader)

    def _finish(self, trial: Trial, number: int, killed_at: float) -> None:
        run_command(self.settings, self.commands[number])
        trial.recover_seconds = time.monotonic() - killed_at
        found = dump(self.world.cypher)
        if found != self.expected[number]:
            trial.problems.append("the graph is not the undisturbed one" + _difference(found, self.expected[number]))
        trial.problems += leftovers(self.world.cypher)

    def set_before(self, number: int) -> None:
        """Bring about where the command starts from: the state that the one before it leaves."""
        before = (number - 1) % len(self.commands)
        if dump(self.world.cypher) != self.expected[before]:
            for other in (0, 1, 2)[: before + 1]:
                run_command(self.settings, self.commands[other])


def leftovers(cypher: Callable[..., list[dict[str, Any]]]) -> list[str]:
    """Edges of loads or runs that no reader may see, and edges twice."""
    asked = {
        "edges of an inactive load": "MATCH (r:Release) WHERE r.is_current MATCH ()-[e:MQTL|EQTL|ASSOCIATED_WITH]->() "
        "WHERE e.load_id IS NOT NULL AND NOT e.load_id IN r.load_ids RETURN count(e) AS n",
        "edges of an inactive run": "MATCH (r:Release) WHERE r.is_current MATCH ()-[e:PREDICTED_ASSOCIATION]->() "
        "WHERE NOT e.run_id IN r.run_ids RETURN count(e) AS n",
        "edges twice": "MATCH ()-[e]->() WHERE e.edge_key IS NOT NULL WITH type(e) AS t, e.edge_key AS k, "
        "e.load_id AS l, e.run_id AS r, count(*) AS n WHERE n > 1 RETURN count(*) AS n",
        "more than one current release": "MATCH (r:Release) WHERE r.is_current RETURN count(r) - 1 AS n",
    }
    found = ((what, cypher(text)[0]["n"]) for what, text in asked.items())
    return [f"{n} {what}" for what, n in found if n > 0]


def _difference(found: dict[str, Any], wanted: dict[str, Any]) -> str:
    parts = [f"{name}: {len(found[name])} for {len(wanted[name])}" for name in found if found[name] != wanted[name]]
    return f" ({', '.join(parts)})"


def _quietly(work: Callable[..., None], *args: Any) -> None:
    """An error of the store is one of the two ends that a load may have."""
    from services.graph.errors import StoreError

    try:
        work(*args)
    except StoreError:
        return


def _note(trial: Trial, reader: Reader) -> None:
    trial.n_looks, trial.n_outages = reader.n_looks, reader.n_outages
    trial.problems += sorted(set(reader.half_states))[:3]


def iterate_loader(world: World, trials: Iterator[Trial]) -> Iterator[Trial]:
    """Kills of the loader."""
    loading = Loading(world)
    for trial in trials:
        loading.kill_loader(trial)
        yield trial


def iterate_server(world: World, trials: Iterator[Trial]) -> Iterator[Trial]:
    """Kills of the server."""
    loading = Loading(world)
    for trial in trials:
        loading.kill_server(trial)
        yield trial

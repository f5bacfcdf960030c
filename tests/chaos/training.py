"""Kills of the trainer at random moments of fitting, writing back and switching."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from typing import Any

from services.graph.opening import open_store
from services.releases import current_release
from services.settings import Settings
from tests.chaos.loading import leftovers
from tests.chaos.readers import Counts, Reader, State, whole_state
from tests.chaos.trials import Trial, chance_of, run_and_kill, time_whole
from tests.chaos.work import QUICK, train_once
from tests.chaos.world import World
from tests.services.graph_rows import LOADS, planted_modules, write_release

EDGES = "MATCH (s:SNP)-[e:PREDICTED_ASSOCIATION]->(t) RETURN s.key AS snp, properties(e) AS edge ORDER BY e.edge_key"


class Training:
    """A planted graph, and what the undisturbed training makes of it."""

    def __init__(self, world: World) -> None:
        self.world = world
        update = {"pinsage": QUICK, "prediction_top_loci": 3, "training_checkpoint_seconds": 0, "edge_batch_rows": 20}
        self.settings: Settings = world.empty("training").model_copy(update=update)
        planted_modules(n_modules=3, n_loci=6).write(world.cypher)
        self.whole: dict[State, Counts] = dict([whole_state(world)])
        time_whole(train_once, (self.settings,))
        self.reset()
        self.seconds = time_whole(train_once, (self.settings,))
        self.expected = self.result()
        self.whole.update([whole_state(world)])

    def kill(self, trial: Trial) -> None:
        """Kill the process that trains, up to three times, then let it end."""
        self.reset()
        chance = chance_of(trial)
        late = chance.random() < 0.5  # the last part of a training writes back and switches
        moments = [chance.uniform(0.6 if late else 0.05, 1.0) * self.seconds]
        trial.moment = f"training, after {moments[0]:.2f} of {self.seconds:.2f} s"
        with Reader(self.world, self.whole) as reader:
            trial.was_killed = run_and_kill(train_once, (self.settings,), moments[0])
            killed_at = time.monotonic()
            time_whole(train_once, (self.settings,))
            trial.recover_seconds = time.monotonic() - killed_at
            if self.result() != self.expected:
                trial.problems.append("edges, runs or champion are not those of the undisturbed training")
            trial.problems += leftovers(self.world.cypher)
        trial.n_looks, trial.n_outages = reader.n_looks, reader.n_outages
        trial.problems += sorted(set(reader.half_states))[:3]

    def result(self) -> tuple[Any, ...]:
        """Predicted edges, runs shown, champion, runs known."""
        with open_store(self.settings) as store:
            release = current_release(store)
        runs = self.world.cypher("MATCH (r:ModelRun) RETURN r.run_id AS id, r.status AS status ORDER BY id")
        return self.world.cypher(EDGES), release.run_ids, release.champion_run_id, runs

    def reset(self) -> None:
        """Back to the graph without a training."""
        self.world.cypher("MATCH ()-[e:PREDICTED_ASSOCIATION]->() DELETE e")
        self.world.cypher("MATCH (r:ModelRun) DETACH DELETE r")
        write_release(self.world.cypher, LOADS)
        shutil.rmtree(self.settings.home, ignore_errors=True)


def iterate_trainer(world: World, trials: Iterator[Trial]) -> Iterator[Trial]:
    """Kills of the trainer."""
    training = Training(world)
    for trial in trials:
        training.kill(trial)
        yield trial

"""Kills of the scheduler: what it had begun is completed by the next start, once."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from tests.chaos.loading import leftovers
from tests.chaos.trials import Trial, chance_of
from tests.chaos.work import QUICK
from tests.chaos.world import World
from tests.services.schedule.files import write_manifest
from tests.services.schedule.scheduler_process import start_scheduler

COUNT = (
    "MATCH (r:Release) WHERE r.is_current CALL (r) { MATCH ()-[e:MQTL]->() WHERE e.load_id IN r.load_ids "
    "RETURN count(e) AS measured } CALL (r) { MATCH ()-[e:PREDICTED_ASSOCIATION]->() WHERE e.run_id IN r.run_ids "
    "RETURN count(e) AS predicted } RETURN measured, predicted, size(r.load_ids) AS loads, r.champion_run_id AS c"
)


class Scheduling:
    """An inbox with one manifest, and what the undisturbed scheduler makes of it."""

    def __init__(self, world: World) -> None:
        self.world, self.n_homes = world, 0
        self._run(None)
        started = time.monotonic()
        self.expected = self._run(None)
        self.seconds = time.monotonic() - started

    def kill(self, trial: Trial) -> None:
        """Kill it at a random moment, and start another, whose turn comes when the lease of the dead is over."""
        moment = chance_of(trial).uniform(0.1, 1.0) * self.seconds
        trial.moment = f"scheduler, after {moment:.1f} of {self.seconds:.1f} s"
        found = self._run(moment, trial)
        if found != self.expected:
            trial.problems.append(f"{found} instead of {self.expected}")
        trial.problems += leftovers(self.world.cypher)

    def _run(self, moment: float | None, trial: Trial | None = None) -> list[dict[str, Any]]:
        self.n_homes += 1
        folder = self.world.folder / f"schedule{self.n_homes}"
        inbox, log = folder / "inbox", folder / "log"
        changed = {"pinsage": QUICK, "prediction_top_loci": 2, "schedule_settle_seconds": 0.1}
        settings = self.world.empty(f"schedule{self.n_homes}/home").model_copy(
            update={**changed, "schedule_inbox": inbox, "training_checkpoint_seconds": 0.0}
        )
        data = self.world.folder / "schedule-data"
        data.mkdir(exist_ok=True)
        write_manifest(inbox, data, "blood")
        if moment is not None and trial is not None:
            process = start_scheduler(settings, log)
            process.join(moment)
            process.kill()
            process.join()
            trial.was_killed = process.exitcode == -signal.SIGKILL
        killed_at = time.monotonic()
        self.world.cypher("MATCH (j:ScheduledRun) SET j.expires_at = datetime.realtime() - duration({seconds: 1})")
        _await(start_scheduler(settings, log), log)
        if trial is not None:
            trial.recover_seconds = time.monotonic() - killed_at
        shutil.rmtree(folder)
        return self.world.cypher(COUNT)


def _await(process: BaseProcess, log: Path) -> None:
    process.join(400)
    code = process.exitcode
    process.kill()
    assert code == 0, f"the scheduler ended with {code}: {log.read_text()[-2000:]}"


def iterate_scheduler(world: World, trials: Iterator[Trial]) -> Iterator[Trial]:
    """Kills of the scheduler."""
    scheduling = Scheduling(world)
    for trial in trials:
        scheduling.kill(trial)
        yield trial

"""kill -9 of the scheduler at its moments, and two schedulers at once: everything is done, and once."""

from pathlib import Path
from typing import Any

import pytest

from services.graph.store import Store
from services.releases import current_release
from services.runs import list_runs
from services.schedule import JobKind, JobStatus, Ledger
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.schedule.files import write_manifest
from tests.services.schedule.scheduler_process import kill_at, start_scheduler

pytestmark = [pytest.mark.store, pytest.mark.slow]

MOMENTS = (
    "staging blood",
    "settling nodes",  # the load is switched on, and not noted
    "before reports_folder",  # the load is decided, and not reported
    "before render_reports",  # reported, and not moved
    "before end",  # moved, and not ended
    "evaluating: steps",
    "writing predicted edges",  # the gate has decided, and nothing is switched on
)


@pytest.fixture
def watching(quick: Settings, folder: Path) -> Settings:
    changed: dict[str, Any] = {"schedule_inbox": folder, "schedule_settle_seconds": 0.1, "edge_batch_rows": 100}
    return quick.model_copy(update={**changed, "training_checkpoint_seconds": 0.0})


def _expire(cypher: Cypher) -> None:
    """Let the lease of the dead run out."""
    cypher("MATCH (j:ScheduledRun) SET j.expires_at = datetime.realtime() - duration({seconds: 1})")


def _count(cypher: Cypher, what: str) -> tuple[int, int]:
    (row,) = cypher(f"MATCH ()-[e:{what}]->() RETURN count(e) AS n, count(DISTINCT e.edge_key) AS m")
    return row["n"], row["m"]


def test_kill__at_every_moment_is_completed_by_the_next_start_and_nothing_is_doubled(
    store: Store, watching: Settings, cypher: Cypher, folder: Path, tmp_path: Path
) -> None:
    manifest = write_manifest(folder, tmp_path, "blood")
    n_rows = len((tmp_path / "blood.tsv").read_text().splitlines()) - 1
    n_kills = 0
    for number, moment in enumerate(MOMENTS):
        log = tmp_path / f"log{number}"
        n_kills += kill_at(start_scheduler(watching, log, pause=0.3), log, moment)
        _expire(cypher)
        assert _count(cypher, "MQTL")[0] <= n_rows
    assert n_kills == len(MOMENTS)
    last = start_scheduler(watching, tmp_path / "last")
    last.join(240)
    assert last.exitcode == 0, (tmp_path / "last").read_text()
    training, load = Ledger(store).history()
    assert (load.kind, load.status, load.n_attempts) == (JobKind.LOAD, JobStatus.DONE, 6)
    assert load.results["loads"][0]["status"] == "loaded"
    assert (training.kind, training.status, training.n_attempts) == (JobKind.RETRAIN, JobStatus.PUBLISHED, 3)
    assert sorted(path.name for path in (folder / "done").iterdir()) == [
        f"blood.{load.short_id}{end}" for end in (".report.json", ".report.md", ".toml")
    ]
    assert not manifest.exists()
    assert _count(cypher, "MQTL") == (n_rows, n_rows)
    release, runs = current_release(store), {run.run_id: run for run in list_runs(store)}
    assert release.champion_run_id == training.model_run_id
    assert set(runs) == set(release.run_ids)
    n_predicted = sum(run.n_predictions for run in runs.values())
    assert _count(cypher, "PREDICTED_ASSOCIATION") == (n_predicted, n_predicted)


def test_two_schedulers__on_one_inbox_load_every_file_once_and_train_once(
    store: Store, watching: Settings, cypher: Cypher, folder: Path, tmp_path: Path
) -> None:
    names = ("blood", "liver", "brain")
    for number, name in enumerate(names):
        write_manifest(folder, tmp_path, name, seed=number + 1)
    logs = [tmp_path / "log0", tmp_path / "log1"]
    processes = [start_scheduler(watching, log) for log in logs]
    for process in processes:
        process.join(240)
    assert [process.exitcode for process in processes] == [0, 0], [log.read_text() for log in logs]
    ended = sorted(line for log in logs for line in log.read_text().splitlines() if line.startswith("ended load"))
    assert ended == sorted(f"ended load {name}.toml done" for name in names)
    jobs = Ledger(store).history()
    loads = [job for job in jobs if job.kind is JobKind.LOAD]
    assert sorted(job.source for job in loads) == sorted(f"{name}.toml" for name in names)
    assert {outcome["status"] for job in loads for outcome in job.results["loads"]} == {"loaded"}
    trainings = [job for job in jobs if job.kind is JobKind.RETRAIN]
    assert len({job.fingerprint for job in trainings}) == len(trainings)
    made = [job.model_run_id for job in trainings if job.status is not JobStatus.UNCHANGED]
    assert len(made) == len(set(made)) == len({run.training_id for run in list_runs(store)})
    assert {job.status for job in trainings} <= {JobStatus.PUBLISHED, JobStatus.KEPT_OUT, JobStatus.UNCHANGED}
    assert len(current_release(store).load_ids) == len(names)
    n_rows = sum(len((tmp_path / f"{name}.tsv").read_text().splitlines()) - 1 for name in names)
    assert _count(cypher, "MQTL") == (n_rows, n_rows)
    assert len(list((folder / "done").glob("*.toml"))) == len(names)

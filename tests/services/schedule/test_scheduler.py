"""The scheduler on a real store: inbox to champion, what is kept out, what is caught up, what is done once."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from services.graph.store import Store
from services.ingest.state import StateFolder, locked
from services.releases import current_release
from services.runs import list_runs
from services.schedule import JobKind, JobStatus, Scheduler, reports_folder, working
from services.training import list_models, rollback
from tests.conftest import Cypher
from tests.services.schedule.conftest import TurnedClock
from tests.services.schedule.files import write_manifest
from tests.services.training.test_train import QUICK

pytestmark = [pytest.mark.store, pytest.mark.slow]

Open = Callable[..., Scheduler]
WORSE = {**QUICK, "n_dimensions": 2, "n_steps": 1, "n_warmup_steps": 0}


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_run_once__turns_a_file_into_a_champion_keeps_a_worse_model_out_and_stays_rolled_back(
    store: Store, open_scheduler: Open, folder: Path, tmp_path: Path
) -> None:
    write_manifest(folder, tmp_path, "blood")
    scheduler = open_scheduler()
    load, training = scheduler.run_once()
    assert (load.kind, load.status, load.results["loads"][0]["status"]) == (JobKind.LOAD, JobStatus.DONE, "loaded")
    assert (training.kind, training.status) == (JobKind.RETRAIN, JobStatus.PUBLISHED)
    first = current_release(store).champion_run_id
    assert first == training.model_run_id == training.champion_after
    assert _names(folder) == ["done", "rejected"]
    assert _names(folder / "done") == [f"blood.{load.short_id}{end}" for end in (".report.json", ".report.md", ".toml")]
    assert scheduler.run_once() == []

    write_manifest(folder, tmp_path, "liver", seed=2)
    worse = open_scheduler(pinsage=WORSE)
    load, refused = worse.run_once()
    assert (load.status, refused.status) == (JobStatus.DONE, JobStatus.KEPT_OUT)
    assert "worse by the margin 0.005" in refused.reason
    assert current_release(store).champion_run_id == first == refused.champion_after
    (listed,) = [entry for entry in list_models(store, worse.settings) if entry.run.run_id == refused.model_run_id]
    assert (listed.is_champion, listed.run.champion_reason) == (False, refused.reason)
    assert worse.run_once() == []  # what was kept out is not trained again

    (better,) = open_scheduler().run_once()
    assert better.status is JobStatus.PUBLISHED
    done = rollback(store, scheduler.settings)
    assert done.run_id == first
    assert scheduler.run_once() == []  # a rollback is not undone by the next look
    assert current_release(store).champion_run_id == first

    pages = sorted(reports_folder(scheduler.settings).glob("*.md"))
    assert len(pages) == 5
    page = next(page for page in pages if refused.short_id in page.name).read_text()
    assert "| **no** |" in page
    plain = json.loads(next(reports_folder(scheduler.settings).glob(f"*{better.short_id}.json")).read_text())
    assert (plain["champion_before"], plain["champion_after"]) == (first, better.model_run_id)
    assert {row["method"] for row in plain["results"]["figures"]} >= {"PinSage", "hybrid", "popularity"}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda text: text.replace("kind", "knid"), "knid is not known among the keys of a study"),
        (lambda text: text[: len(text) // 2], "a manifest must be valid TOML"),
        (lambda text: text.replace('position_bp = "pos"', 'position_bp = "nowhere"'), "nowhere"),
    ],
)
def test_run_once__rejects_a_bad_file_with_its_report_and_writes_nothing(
    store: Store, open_scheduler: Open, folder: Path, tmp_path: Path, change: Callable[[str], str], what: str
) -> None:
    path = write_manifest(folder, tmp_path, "blood")
    path.write_text(change(path.read_text()))
    (job,) = open_scheduler().run_once()
    assert (job.status, job.release_after) == (JobStatus.REJECTED, 0)
    name = f"blood.{job.short_id}"
    assert _names(folder / "rejected") == [f"{name}.report.json", f"{name}.report.md", f"{name}.toml"]
    problem = json.loads((folder / "rejected" / f"{name}.report.json").read_text())["results"]["problem"]
    assert what in f"{problem['rule']} {problem['seen']}"
    assert problem["where"]
    assert "Nothing was written to the graph" in (folder / "rejected" / f"{name}.report.md").read_text()
    assert current_release(store).load_ids == ()


def test_do_what_is_due__catches_a_missed_time_up_once_and_survives_jumps_of_the_clock(
    store: Store, open_scheduler: Open, clock: TurnedClock, cypher: Cypher
) -> None:
    first, second = open_scheduler(cron="0 * * * *"), open_scheduler(cron="0 * * * *")

    def due_by(scheduler: Scheduler) -> list[str]:
        return [str(job.due_at)[:16] for job in scheduler.do_what_is_due()]

    assert due_by(first) == []
    clock.moment += timedelta(hours=5, minutes=30)
    assert due_by(first) == ["2026-11-22 17:00"]
    assert due_by(second) == due_by(first) == []
    clock.moment -= timedelta(hours=3)
    assert due_by(first) == ["2026-11-22 14:00"]  # it was missed before, and is done now; 17:00 is not done again
    clock.moment += timedelta(hours=3)
    assert due_by(second) == []
    clock.moment += timedelta(days=365 * 40)
    assert len(due_by(second)) == 1
    clock.moment -= timedelta(days=365 * 40)
    assert due_by(first) == []
    clock.moment += timedelta(hours=1)
    assert due_by(first) == ["2026-11-22 18:00"]
    assert cypher("MATCH (j:ScheduledRun {kind: 'cron'}) RETURN count(j) AS n, count(DISTINCT j.due_at) AS m") == [
        {"n": 4, "m": 4}
    ]


def test_run_once__beside_another_loader_waits_and_is_no_failure(
    open_scheduler: Open, folder: Path, tmp_path: Path, cypher: Cypher
) -> None:
    write_manifest(folder, tmp_path, "blood")
    scheduler = open_scheduler()
    with locked(StateFolder(scheduler.settings.home), "another load"):
        assert scheduler.run_once() == []
    (left,) = scheduler.ledger.unfinished()
    assert (left.job.status, left.job.n_failures, left.may_begin) == (JobStatus.WAITING, 0, False)
    assert "only one process may change" in left.job.reason
    cypher("MATCH (j:ScheduledRun) SET j.not_before = null")
    assert next(iter(scheduler.run_once())).status is JobStatus.DONE


def test_run_once__gives_up_what_fails_again_and_again(
    open_scheduler: Open, folder: Path, tmp_path: Path, cypher: Cypher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise MemoryError("no room\nfor this")

    write_manifest(folder, tmp_path, "blood")
    monkeypatch.setattr(working, "load_file", fail)
    scheduler = open_scheduler(schedule_attempts=2)
    assert scheduler.run_once() == []
    assert scheduler.run_once() == []  # put off
    cypher("MATCH (j:ScheduledRun) SET j.not_before = null")
    (job,) = scheduler.run_once()
    assert (job.status, job.n_attempts) == (JobStatus.REJECTED, 2)
    assert job.reason == "given up after 2 errors, the last: MemoryError: no room"
    assert f"blood.{job.short_id}.toml" in _names(folder / "rejected")


def test_run_once__gives_up_what_its_process_dies_at_again_and_again(
    open_scheduler: Open, folder: Path, tmp_path: Path, cypher: Cypher, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Death(BaseException):
        """What no code catches, as a kill -9."""

    def die(*_: object, **__: object) -> None:
        raise Death

    write_manifest(folder, tmp_path, "blood")
    monkeypatch.setattr(working, "load_file", die)
    for _ in range(2):
        with pytest.raises(Death):
            open_scheduler(schedule_deaths=2).run_once()
        cypher("MATCH (j:ScheduledRun) SET j.expires_at = datetime.realtime() - duration({seconds: 1})")
    (job,) = open_scheduler(schedule_deaths=2).run_once()
    assert (job.status, job.n_deaths, job.n_attempts, job.n_failures) == (JobStatus.REJECTED, 2, 3, 0)
    assert job.reason.startswith("given up after 2 deaths of the process that did it (LOCUSGRAPH_SCHEDULE_DEATHS)")
    assert f"blood.{job.short_id}.toml" in _names(folder / "rejected")


def test_run_once__of_a_file_that_was_done_already_answers_from_the_ledger(
    open_scheduler: Open, folder: Path, tmp_path: Path
) -> None:
    path = write_manifest(folder, tmp_path, "blood")
    path.write_text("nonsense")
    scheduler = open_scheduler()
    (job,) = scheduler.run_once()
    path.write_text("nonsense")
    assert scheduler.run_once() == []
    assert _names(folder) == ["done", "rejected"]
    assert scheduler.ledger.history()[0].fingerprint == job.fingerprint
    assert len(scheduler.ledger.history()) == 1


def test_prune__keeps_the_files_of_the_newest_and_of_both_champions(
    store: Store, open_scheduler: Open, folder: Path, tmp_path: Path
) -> None:
    write_manifest(folder, tmp_path, "blood")
    open_scheduler(schedule_runs_kept=1, prediction_runs_kept=1).run_once()
    for loci in (3, 4):
        open_scheduler(schedule_runs_kept=1, prediction_runs_kept=1, prediction_top_loci=loci).run_once()
    listed = list_models(store, open_scheduler().settings)
    assert len({entry.run.training_id for entry in listed}) == 3
    champions = sorted(
        (entry for entry in listed if entry.run.promoted_at), key=lambda entry: entry.run.promoted_at or ""
    )
    assert [entry.has_files for entry in champions] == [False, True, True]
    assert rollback(store, open_scheduler().settings).run_id == champions[1].run.run_id
    assert {run.status for run in list_runs(store)} <= {"finished", "retired"}


def test_stop__puts_back_what_is_at_work_and_the_next_start_goes_on(
    open_scheduler: Open, folder: Path, tmp_path: Path
) -> None:
    write_manifest(folder, tmp_path, "blood")
    scheduler = open_scheduler()
    ended: list[object] = []

    def stop(_done: int, _total: int, text: str) -> None:
        if text.startswith("staging"):
            scheduler.stop.set()

    scheduler.on_progress = stop
    scheduler.clock.wait(5.0)
    assert scheduler.inbox is not None
    scheduler.inbox.ready()
    scheduler.clock.wait(5.0)
    scheduler.run_forever(ended.append)
    assert ended == []
    (left,) = scheduler.ledger.unfinished()
    assert (left.job.status, left.may_begin, left.job.n_failures) == (JobStatus.WAITING, True, 0)
    assert "stopped while" in left.job.reason
    job = open_scheduler().run_once()[0]
    assert (job.status, job.n_attempts) == (JobStatus.DONE, 2)

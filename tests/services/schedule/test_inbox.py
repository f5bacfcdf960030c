"""The inbox: what is read, when, and where it ends."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from services.schedule import Inbox, InboxError, Job, JobKind, JobStatus
from services.schedule.inbox import sha256_of
from tests.services.schedule.conftest import TurnedClock
from tests.services.schedule.files import write_manifest


@pytest.fixture
def inbox(folder: Path, clock: TurnedClock) -> Inbox:
    made = Inbox(folder, clock, settle_seconds=10.0, missing_file_seconds=600.0)
    made.prepare()
    return made


def _ready(inbox: Inbox) -> list[str]:
    return [file.path.name for file in inbox.ready()]


def test_ready__is_what_stood_still_for_the_settle_time(inbox: Inbox, clock: TurnedClock, tmp_path: Path) -> None:
    write_manifest(inbox.folder, tmp_path, "blood")
    assert (_ready(inbox), [path.name for path in inbox.growing()]) == ([], ["blood.toml"])
    clock.wait(9.0)
    assert _ready(inbox) == []
    clock.wait(1.0)
    assert _ready(inbox) == ["blood.toml"]
    assert inbox.growing() == []


def test_ready__waits_for_data_files_that_grow(inbox: Inbox, clock: TurnedClock, tmp_path: Path) -> None:
    write_manifest(inbox.folder, tmp_path, "blood")
    inbox.ready()
    clock.wait(10.0)
    with (tmp_path / "blood.tsv").open("a") as stream:
        stream.write("one more row\n")
    assert _ready(inbox) == []
    clock.wait(5.0)
    os.utime(tmp_path / "blood.tsv", ns=(1, 1))  # the same size, another time
    assert _ready(inbox) == []
    clock.wait(10.0)
    assert _ready(inbox) == ["blood.toml"]


def test_ready__leaves_copies_under_other_names_alone(inbox: Inbox, clock: TurnedClock, tmp_path: Path) -> None:
    path = write_manifest(inbox.folder, tmp_path, "blood")
    for name in (".blood.toml", "blood.toml.part", "blood.toml.tmp", "notes.txt"):
        (inbox.folder / name).write_bytes(path.read_bytes())
    (tmp_path / "blood.tsv").rename(tmp_path / "blood.tsv.part")
    inbox.ready()
    clock.wait(700.0)
    assert _ready(inbox) == []  # the manifest's own file is still a copy in progress
    (tmp_path / "blood.tsv.part").rename(tmp_path / "blood.tsv")
    inbox.ready()
    clock.wait(10.0)
    assert _ready(inbox) == ["blood.toml"]


def test_ready__gives_up_waiting_for_a_file_that_never_comes(inbox: Inbox, clock: TurnedClock, tmp_path: Path) -> None:
    path = write_manifest(inbox.folder, tmp_path, "blood")
    (tmp_path / "blood.tsv").unlink()
    arrived = path.stat().st_ctime
    inbox.ready()
    clock.wait(10.0)
    clock.moment = clock.moment.fromtimestamp(arrived + 599.0, clock.moment.tzinfo)
    assert _ready(inbox) == []
    clock.moment = clock.moment.fromtimestamp(arrived + 601.0, clock.moment.tzinfo)
    assert _ready(inbox) == ["blood.toml"]


def test_request__of_the_same_manifest_with_other_data_is_another_one(
    inbox: Inbox, clock: TurnedClock, tmp_path: Path
) -> None:
    inbox.settle_seconds = 0.0
    write_manifest(inbox.folder, tmp_path, "blood")
    first = inbox.ready()[0].request("inputs")
    assert first == inbox.ready()[0].request("inputs")
    assert first.fingerprint != inbox.ready()[0].request("other inputs").fingerprint
    os.utime(tmp_path / "blood.tsv", ns=(1, 1))
    second = inbox.ready()[0].request("inputs")
    assert (second.trigger, second.fingerprint == first.fingerprint) == (first.trigger, False)


def _job(inbox: Inbox, verdict: JobStatus) -> Job:
    sha256 = sha256_of(inbox.folder / "blood.toml")
    return Job("f" * 64, JobKind.LOAD, "blood.toml", "t", JobStatus.RUNNING, source_sha256=sha256, verdict=verdict)


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(("verdict", "ends_in"), [(JobStatus.DONE, "done"), (JobStatus.REJECTED, "rejected")])
def test_settle__moves_once_and_may_be_done_again(
    inbox: Inbox, tmp_path: Path, verdict: JobStatus, ends_in: str
) -> None:
    write_manifest(inbox.folder, tmp_path, "blood")
    job = _job(inbox, verdict)
    for _ in range(2):
        target = inbox.settle(job, {".md": "why\n"})
        assert target == inbox.folder / ends_in / "blood.ffffffffffff.toml"
        assert _names(inbox.folder) == ["done", "rejected"]
        assert _names(inbox.folder / ends_in) == ["blood.ffffffffffff.report.md", "blood.ffffffffffff.toml"]


def test_settle__leaves_a_file_that_was_replaced_meanwhile(inbox: Inbox, tmp_path: Path) -> None:
    path = write_manifest(inbox.folder, tmp_path, "blood")
    job = replace(_job(inbox, JobStatus.DONE))
    path.write_text("# another one\n")
    inbox.settle(job, {})
    assert path.read_text() == "# another one\n"


def test_prepare__refuses_an_inbox_that_is_a_file(tmp_path: Path, clock: TurnedClock) -> None:
    (tmp_path / "inbox").write_text("")
    with pytest.raises(InboxError, match=r"must be a folder that can be made.*--inbox"):
        Inbox(tmp_path / "inbox", clock, 1.0, 1.0).prepare()

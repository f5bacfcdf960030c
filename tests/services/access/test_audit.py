"""The audit log: whole lines from many processes, on the disk, without secrets."""

import json
import multiprocessing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from services.access.audit import audit_folder, operating_user, read_entries, record
from services.access.errors import AuditError
from services.settings import Settings


def note_many(home: Path, process: int) -> None:
    settings = Settings(home=home)
    for i in range(50):
        record(settings, "load", f"os:p{process}", number=i, text="x" * 5_000)


def test_record__one_json_line_in_a_private_file(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    record(settings, "ingest", "os:ann", manifest=Path("a.toml"), rows=3)
    path = audit_folder(settings) / "audit.jsonl"
    content = json.loads(path.read_text())
    assert (content["event"], content["who"], content["manifest"], content["rows"]) == ("ingest", "os:ann", "a.toml", 3)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    (entry,) = read_entries(settings).entries
    assert abs(entry.time - datetime.now(UTC)) < timedelta(minutes=10)


def test_record__from_several_processes_loses_no_line_and_mixes_none(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=note_many, args=(tmp_path, n)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    page = read_entries(Settings(home=tmp_path))
    assert page.n_broken == 0
    seen = {(entry.who, entry.facts["number"]) for entry in page.entries}
    assert (len(page.entries), len(seen)) == (200, 200)


def test_record__rotates_by_size_and_keeps_the_newest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.access.audit._MIB", 2_000)
    settings = Settings(home=tmp_path, audit_file_mib=1, audit_files_kept=2)
    for i in range(40):
        record(settings, "load", "os:ann", number=i, text="x" * 400)
    files = sorted(audit_folder(settings).glob("*.jsonl"))
    assert len(files) == 3
    assert all(path.stat().st_size < 3_000 and path.stat().st_mode & 0o777 == 0o600 for path in files)
    numbers = [entry.facts["number"] for entry in read_entries(settings).entries]
    assert numbers == list(range(numbers[0], 40))
    assert 0 < numbers[0] < 35


def test_record__after_a_line_cut_short_begins_a_new_one(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    record(settings, "ingest", "os:ann")
    with (audit_folder(settings) / "audit.jsonl").open("a") as file:
        file.write('{"time": "2026-11-22T')
    record(settings, "train", "os:ann")
    page = read_entries(settings)
    assert ([entry.event for entry in page.entries], page.n_broken) == (["ingest", "train"], 1)


def test_record__hides_secrets_and_cuts_long_texts(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, neo4j_password=SecretStr('correct "horse"'))
    record(settings, "cypher", "token:x", text='a lgt_abcdefghijklmnop b correct "horse"', long="y" * 50_000)
    text = (audit_folder(settings) / "audit.jsonl").read_text()
    assert "lgt_abc" not in text
    assert "horse" not in text
    assert len(text) < 21_000
    assert json.loads(text)["text"] == "a lgt_[hidden] b [hidden]"


def test_record__refuses_its_own_names_and_says_when_it_cannot_write(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with pytest.raises(AuditError, match="the audit log's own names"):
        record(settings, "ingest", "os:ann", time=3)
    (tmp_path / "audit").write_text("a file where the folder should be")
    with pytest.raises(AuditError, match="what is not noted is not done"):
        record(settings, "ingest", "os:ann")


def test_read_entries__since(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    record(settings, "ingest", operating_user())
    assert operating_user().startswith("os:")
    assert len(read_entries(settings, since=datetime.now(UTC) - timedelta(minutes=5)).entries) == 1
    assert read_entries(settings, since=datetime.now(UTC) + timedelta(minutes=5)).entries == ()

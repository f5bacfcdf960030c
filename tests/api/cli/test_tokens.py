"""``locusgraph tokens`` and ``locusgraph audit``."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer

from api.cli import app
from api.cli.auditing import READING, _commands, note_writes
from services.access.tokens import TokenBook
from tests.api.cli.conftest import Run


def test_tokens__added_listed_revoked(run_offline: Run, tmp_path: Path) -> None:
    added = run_offline("tokens", "add", "--name", "portal", "--role", "reader", "--expires", "90d")
    secret = added.stdout.strip()
    assert (added.exit_code, len(secret), secret[:4]) == (0, 47, "lgt_")
    assert "is shown only now" in added.stderr
    book = TokenBook(tmp_path / "home")
    assert book.find(secret, datetime.now(UTC)) is not None
    listed = run_offline("tokens", "list", "--json")
    assert secret not in listed.stdout
    (row,) = json.loads(listed.stdout)["tokens"]
    assert (row["name"], row["role"], row["state"]) == ("portal", "reader", "valid")
    assert "portal" in run_offline("tokens", "list").stdout
    assert "is revoked" in run_offline("tokens", "revoke", "portal").stdout
    assert book.find(secret, datetime.now(UTC)) is None
    again = run_offline("tokens", "revoke", "portal")
    assert (again.exit_code, again.stdout) == (1, "")


def test_tokens_add__wrong_words_change_nothing(run_offline: Run, tmp_path: Path) -> None:
    assert run_offline("tokens", "add", "--name", "x", "--role", "root").exit_code == 2
    refused = run_offline("tokens", "add", "--name", "x", "--role", "reader", "--expires", "soon")
    assert refused.exit_code == 1
    assert "is no time" in refused.stderr
    assert TokenBook(tmp_path / "home").tokens() == ()


def test_audit__notes_writes_with_their_end_and_leaves_reading_alone(run_offline: Run, tmp_path: Path) -> None:
    secret = run_offline("tokens", "add", "--name", "portal", "--role", "reader").stdout.strip()
    run_offline("tokens", "list")
    run_offline("tokens", "revoke", "nobody")
    run_offline("studies", "list")
    entries = json.loads(run_offline("audit", "--since", "1h", "--json").stdout)["entries"]
    assert [(entry["event"], entry["state"]) for entry in entries] == [
        ("tokens add", "begun"),
        ("tokens add", "done"),
        ("tokens revoke", "begun"),
        ("tokens revoke", "failed"),
    ]
    assert entries[0]["arguments"] == {"name": "portal", "role": "reader"}
    assert entries[0]["who"].startswith("os:")
    assert secret not in (tmp_path / "home" / "audit" / "audit.jsonl").read_text()
    assert "tokens revoke" in run_offline("audit").stdout
    assert json.loads(run_offline("audit", "--since", "2999-01-01", "--json").stdout)["entries"] == []


def test_audit__what_cannot_be_noted_is_not_done(run_offline: Run, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "audit").write_text("a file where the folder should be")
    refused = run_offline("tokens", "add", "--name", "portal", "--role", "admin")
    assert refused.exit_code == 1
    assert "what is not noted is not done" in refused.stderr
    assert not (tmp_path / "home" / "access").exists()


def test_audit__tells_of_lines_that_cannot_be_read(run_offline: Run, tmp_path: Path) -> None:
    run_offline("tokens", "add", "--name", "portal", "--role", "reader")
    with (tmp_path / "home" / "audit" / "audit.jsonl").open("a") as file:
        file.write("half a li")
    shown = run_offline("audit")
    assert "1 lines could not be read" in shown.stderr


@pytest.mark.parametrize("name", ["ingest", "studies remove", "train", "models promote", "models rollback", "migrate"])
def test_note_writes__commands_that_write(name: str) -> None:
    plain = {found for found, command in _commands(app) if not hasattr(command.callback, "__wrapped__")}
    assert name not in READING
    assert name in {found for found, _ in _commands(app)}
    assert plain <= READING


def test_note_writes__a_new_command_is_noted_unless_it_is_said_to_read() -> None:
    made = typer.Typer()
    made.command("brand-new")(lambda: None)
    made.command("search")(lambda: None)
    group = typer.Typer()
    group.callback()(lambda: None)
    made.add_typer(group, name="works-itself")
    note_writes(made)
    new, reading = (command.callback for _, command in _commands(made))
    assert group.registered_callback is not None
    assert hasattr(group.registered_callback.callback, "__wrapped__")
    assert hasattr(new, "__wrapped__")
    assert not hasattr(reading, "__wrapped__")

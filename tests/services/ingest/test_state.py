"""The state folder: files that are whole or absent, and the lock."""

from pathlib import Path

import pytest

from services.ingest.errors import IngestBusy
from services.ingest.state import (
    StateFolder,
    begin_folder,
    finish_folder,
    locked,
    read_json,
    remove_folder,
    sweep_partial,
    write_json,
)


def test_locked__second_holder_is_told_who_works(tmp_path: Path) -> None:
    state = StateFolder(tmp_path / "home")
    with (
        locked(state, "loading a.toml"),
        pytest.raises(IngestBusy, match=r"process \d+ \(loading a.toml\)"),
        locked(state, "removing b"),
    ):
        pass
    with locked(state, "removing b"):
        pass


def test_locked__is_given_back_after_an_error(tmp_path: Path) -> None:
    state = StateFolder(tmp_path)
    with pytest.raises(ValueError, match="boom"), locked(state, "x"):
        raise ValueError("boom")
    with locked(state, "y"):
        pass


def test_write_json__replaces_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file.json"
    assert read_json(path) is None
    write_json(path, {"a": 1})
    write_json(path, {"b": [2]})
    assert read_json(path) == {"b": [2]}
    assert [found.name for found in path.parent.iterdir()] == ["file.json"]


def test_folders__appear_whole_and_leave_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "loads" / "one"
    partial = begin_folder(folder)
    (partial / "old").write_text("left by a kill")
    partial = begin_folder(folder)
    (partial / "file").write_text("x")
    assert not folder.exists()
    finish_folder(partial, folder)
    assert [path.name for path in folder.iterdir()] == ["file"]
    remove_folder(folder)
    remove_folder(folder)
    assert list((tmp_path / "loads").iterdir()) == []


def test_sweep_partial__removes_what_a_kill_left(tmp_path: Path) -> None:
    (tmp_path / "a.partial").mkdir()
    (tmp_path / "b.json.partial").write_text("")
    (tmp_path / "kept").mkdir()
    sweep_partial(tmp_path)
    sweep_partial(tmp_path / "missing")
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]

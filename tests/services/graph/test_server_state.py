"""The files between the starter and the supervisor."""

from pathlib import Path

import pytest

from services.graph.processes import ProcessIdentity
from services.graph.server_state import STATE_FILE, Launch, ServerState, read_state, remove_state, write_state

STATE = ServerState(ProcessIdentity(1, 2.5), ProcessIdentity(3, 4.5), 7687, "5.26.30", is_stopping=False, n_starts=1)


def test_read_state__as_written(tmp_path: Path) -> None:
    write_state(tmp_path, STATE)
    assert read_state(tmp_path) == STATE
    write_state(tmp_path, STATE.as_stopping())
    assert read_state(tmp_path) == STATE.as_stopping() != STATE
    assert [path.name for path in tmp_path.iterdir()] == [STATE_FILE]


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"supervisor": 3, "server": 4}'])
def test_read_state__unreadable_counts_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / STATE_FILE).write_text(content)
    assert read_state(tmp_path) is None


def test_remove_state__twice(tmp_path: Path) -> None:
    write_state(tmp_path, STATE)
    remove_state(tmp_path)
    remove_state(tmp_path)
    assert read_state(tmp_path) is None


@pytest.mark.parametrize("owner", [None, ProcessIdentity(1, 2.5)])
def test_launch__read_as_written(tmp_path: Path, owner: ProcessIdentity | None) -> None:
    launch = Launch("folder", ("java", "-x"), 7687, "5.26.30", owner, 60.0)
    launch.write(tmp_path / "launch.json")
    assert Launch.read(tmp_path / "launch.json") == launch

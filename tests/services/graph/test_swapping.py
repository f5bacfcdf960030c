"""Changing places with a kill at every possible moment."""

from contextlib import suppress
from pathlib import Path

import pytest

from services.graph.errors import ServerError
from services.graph.swapping import SWAP_FOLDER, begin_swap, commit_swap, finish_swap, forget_old, kept_old, undo_swap

REPLACED, PLACED = ["graph/data", "graph/password", "views"], ["graph/data", "views", "loads"]
OLD = {"graph/data/store": "old", "graph/password": "old", "views/a": "old", "kept.lock": "lock", "graph/lib/x": "x"}
NEW = {"graph/data/store": "new", "views/b": "new", "loads/l": "new", "kept.lock": "lock", "graph/lib/x": "x"}


class Killed(BaseException):
    """What a kill is to the code below it: nothing catches it."""


def _make_home(home: Path) -> Path:
    for name, text in OLD.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    new = begin_swap(home)
    for name, text in NEW.items():
        if text == "new":
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            (new / name).write_text(text)
    return home


def _content(home: Path) -> dict[str, str]:
    files = [path for path in home.rglob("*") if path.is_file() and SWAP_FOLDER not in path.parts]
    return {path.relative_to(home).as_posix(): path.read_text() for path in files}


class KilledAt:
    """Ends the process, as far as the code can tell, at the n-th change of a name."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, moment: int) -> None:
        self.left = moment
        for name in ("rename", "replace"):
            monkeypatch.setattr(Path, name, self._counted(getattr(Path, name)))

    def _counted(self, real):  # type: ignore[no-untyped-def]
        def change(path: Path, target: Path) -> Path:
            self.left -= 1
            if self.left < 0:
                raise Killed
            return real(path, target)

        return change


def test_commit_swap__puts_the_new_in_place_and_keeps_the_old(tmp_path: Path) -> None:
    home = _make_home(tmp_path)
    commit_swap(home, REPLACED, PLACED)
    assert _content(home) == NEW
    old = kept_old(home)
    assert old is not None
    assert (old / "graph" / "password").read_text() == "old"
    forget_old(home)
    assert kept_old(home) is None
    assert not (home / SWAP_FOLDER).exists()


@pytest.mark.parametrize("moment", range(9))
def test_finish_swap__after_a_kill_at_any_moment_is_old_or_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    home = _make_home(tmp_path)
    with monkeypatch.context() as patch:
        KilledAt(patch, moment)
        with pytest.raises(Killed):
            commit_swap(home, REPLACED, PLACED)
    was_planned = kept_old(home) is not None
    assert finish_swap(home) == was_planned
    assert _content(home) == (NEW if was_planned else OLD)
    assert was_planned == (moment > 0)
    assert not finish_swap(home)


def test_commit_swap__has_no_more_moments_than_are_tested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = _make_home(tmp_path)
    with monkeypatch.context() as patch:
        counter = KilledAt(patch, 99)
        commit_swap(home, REPLACED, PLACED)
    assert 99 - counter.left == 9


@pytest.mark.parametrize("moment", range(8))
def test_undo_swap__after_a_kill_at_any_moment_ends_with_the_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    home = _make_home(tmp_path)
    commit_swap(home, REPLACED, PLACED)
    with monkeypatch.context() as patch:
        KilledAt(patch, moment)
        with pytest.raises(Killed):
            undo_swap(home)
    undo_swap(home)
    assert _content(home) == OLD
    assert not (home / SWAP_FOLDER).exists()


def test_begin_swap__refuses_while_an_unproven_one_keeps_the_old(tmp_path: Path) -> None:
    home = _make_home(tmp_path)
    commit_swap(home, REPLACED, PLACED)
    with pytest.raises(ServerError, match=r"ended before its graph was seen to answer.*restoring/old.*delete"):
        begin_swap(home)


def test_begin_swap__clears_what_never_had_a_plan(tmp_path: Path) -> None:
    home = _make_home(tmp_path)
    assert list(begin_swap(home).iterdir()) == []
    assert _content(home) == OLD


@pytest.mark.parametrize("moment", range(10))
def test_commit_swap__that_keeps_nothing_leaves_the_new_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    home = _make_home(tmp_path)
    with monkeypatch.context() as patch:
        KilledAt(patch, moment)
        with suppress(Killed):
            commit_swap(home, REPLACED, PLACED, keeps_old=False)
    finish_swap(home)
    assert _content(home) == (NEW if moment else OLD)
    assert kept_old(home) is None
    begin_swap(home)

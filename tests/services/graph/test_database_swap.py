"""An imported database takes the old one's place whole, wherever a kill falls."""

import shutil
from pathlib import Path

import pytest

from services.graph import database_swap
from services.graph.database_swap import DATABASE_PARTS, SWAP_FILE, begin_swap, settle_swap


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    server = tmp_path / "graph"
    imported = server / "importing-1"
    for folder, text in ((server, "old"), (imported, "new")):
        for part in DATABASE_PARTS:
            (folder / "data" / part / "neo4j").mkdir(parents=True)
            (folder / "data" / part / "neo4j" / "file").write_text(text)
    return server, imported


def _held(server: Path) -> list[str]:
    return [(server / "data" / part / "neo4j" / "file").read_text() for part in DATABASE_PARTS]


def test_begin_swap__replaces_both_parts_and_leaves_nothing(folders: tuple[Path, Path]) -> None:
    server, imported = folders
    begin_swap(server, imported, "neo4j")
    assert _held(server) == ["new", "new"]
    assert sorted(path.name for path in server.iterdir()) == ["data"]


def test_settle_swap__nothing_was_begun(folders: tuple[Path, Path]) -> None:
    settle_swap(folders[0])
    assert _held(folders[0]) == ["old", "old"]


@pytest.mark.parametrize("n_calls", range(6))
def test_settle_swap__finishes_what_a_kill_interrupted(
    folders: tuple[Path, Path], n_calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, imported = folders
    left = n_calls
    whole_rmtree, whole_rename = shutil.rmtree, Path.rename

    def count() -> None:
        nonlocal left
        if not left:
            raise KeyboardInterrupt
        left -= 1

    with monkeypatch.context() as patched:
        patched.setattr(database_swap.shutil, "rmtree", lambda *a, **k: (count(), whole_rmtree(*a, **k)))
        patched.setattr(Path, "rename", lambda self, to: (count(), whole_rename(self, to)))
        try:
            begin_swap(server, imported, "neo4j")
        except KeyboardInterrupt:
            assert (server / SWAP_FILE).exists()
    settle_swap(server)
    assert _held(server) == ["new", "new"]
    assert sorted(path.name for path in server.iterdir()) == ["data"]

"""The managed server's files, each broken on purpose."""

import hashlib
import os
from pathlib import Path

import pytest

from services.doctor.finding import State
from services.doctor.server import look_at_jars, look_at_leftovers, look_at_secrets, look_at_store_version
from services.graph.jars import JarLock, LockedJar
from services.graph.swapping import begin_swap, commit_swap
from services.settings import Settings


def _jar(name: str) -> LockedJar:
    content = name.encode() * 100
    return LockedJar("org", name, "1", "", hashlib.sha256(content).hexdigest(), len(content), "none")


LOCK = JarLock("5.26.30", (_jar("first"), _jar("second")))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with all jars in the cache and in the server's folder."""
    made = Settings(home=tmp_path, neo4j_uri=None, neo4j_password_file=None)
    for folder in (made.jar_cache_folder, made.graph_folder / "lib"):
        folder.mkdir(parents=True)
        for jar in LOCK.jars:
            (folder / jar.file_name).write_bytes(jar.artifact.encode() * 100)
    return made


def test_jars__all_there(settings: Settings) -> None:
    assert [found.state for found in look_at_jars(settings, LOCK)] == [State.FINE, State.FINE]


def test_jars__none_fetched_yet(tmp_path: Path) -> None:
    (found,) = look_at_jars(Settings(home=tmp_path, neo4j_uri=None), LOCK)
    assert found.state == State.NOTE
    assert "LOCUSGRAPH_JAR_CACHE" in found.remedy


def test_jars__one_missing(settings: Settings) -> None:
    (settings.jar_cache_folder / "first-1.jar").unlink()
    found, _ = look_at_jars(settings, LOCK)
    assert (found.state, found.seen) == (
        State.BROKEN,
        f"1 of 2 are missing in {settings.jar_cache_folder}: first-1.jar",
    )
    assert "graph start" in found.remedy


def test_jars__one_truncated_is_named_and_stays(settings: Settings) -> None:
    jar = settings.jar_cache_folder / "second-1.jar"
    os.truncate(jar, 10)
    found, _ = look_at_jars(settings, LOCK)
    assert found.state == State.BROKEN
    assert found.seen.endswith("second-1.jar")
    assert str(jar) in found.remedy
    assert jar.exists()


def test_store_version__newer_than_ours_and_unknown(settings: Settings) -> None:
    (settings.graph_folder / "data" / "databases").mkdir(parents=True)
    (found,) = look_at_store_version(settings)
    assert "neo4j_version is missing" in found.seen
    (settings.graph_folder / "neo4j_version").write_text("9999.1\n")
    (found,) = look_at_store_version(settings)
    assert (found.state, found.remedy) == (State.BROKEN, "update the program")


@pytest.mark.parametrize(("mode", "text", "seen"), [(0o644, "x", "has mode 0644"), (0o600, "", "is empty")])
def test_secrets__wrong(settings: Settings, mode: int, text: str, seen: str) -> None:
    path = settings.graph_folder / "password"
    path.write_text(text)
    path.chmod(mode)
    (found,) = look_at_secrets(settings)
    assert found.state == State.BROKEN
    assert seen in found.seen


def test_secrets__tokens_that_others_may_read(settings: Settings) -> None:
    path = settings.home / "access" / "tokens.json"
    path.parent.mkdir()
    path.write_text("{}")
    path.chmod(0o640)
    (found,) = look_at_secrets(settings)
    assert (found.state, found.remedy) == (State.BROKEN, f"chmod 600 {path}")


def test_secrets__missing_beside_a_store(settings: Settings) -> None:
    (settings.graph_folder / "data" / "databases").mkdir(parents=True)
    (found,) = look_at_secrets(settings)
    assert found.state == State.BROKEN
    assert "password is missing" in found.seen


def test_secrets__file_of_an_external_server(settings: Settings, tmp_path: Path) -> None:
    external = settings.model_copy(update={"neo4j_password_file": tmp_path / "none"})
    (found,) = look_at_secrets(external)
    assert "cannot be read (No such file" in found.seen


def test_leftovers__of_a_restore(settings: Settings) -> None:
    assert list(look_at_leftovers(settings)) == []
    begin_swap(settings.home)
    commit_swap(settings.home, [], [])
    (found,) = look_at_leftovers(settings)
    assert found.state == State.NOTE
    assert "restoring/old" in found.seen

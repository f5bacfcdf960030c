"""Jars by their lock: a small Maven repository on the loopback address stands for the real one."""

import gc
import hashlib
import threading
import warnings
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from services.graph import jars
from services.graph.errors import JarError
from services.graph.jars import JarLock, LockedJar, check_jar, install_jars, read_jar_lock
from services.settings import Settings

CONTENT = {"one": b"first jar", "two": b"second jar " * 1000}


@pytest.fixture
def lock() -> JarLock:
    return JarLock("5.26.30", tuple(_locked(name, content) for name, content in CONTENT.items()))


@pytest.fixture
def repository(tmp_path: Path, lock: JarLock) -> Path:
    folder = tmp_path / "repository"
    for jar in lock.jars:
        path = folder / "org" / "example" / jar.artifact / jar.version / jar.file_name
        path.parent.mkdir(parents=True)
        path.write_bytes(CONTENT[jar.artifact])
    return folder


@pytest.fixture
def settings(tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    monkeypatch.setattr(jars, "_TRIES", 1)
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(repository)))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield Settings(home=tmp_path / "home", jar_mirror=f"http://127.0.0.1:{server.server_port}/")
    server.shutdown()
    thread.join()
    server.server_close()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()  # jgo leaves the answer of a failed request open


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def _locked(name: str, content: bytes) -> LockedJar:
    classifier = "linux" if name == "two" else ""
    return LockedJar("org.example", name, "1.0", classifier, hashlib.sha256(content).hexdigest(), len(content), "MIT")


def test_install_jars__from_an_empty_cache(settings: Settings, lock: JarLock, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    library = tmp_path / "lib"
    install_jars(lock, library, settings, lambda done, total, _: seen.append((done, total)))
    assert {path.name: path.read_bytes() for path in library.iterdir()} == {
        "one-1.0.jar": CONTENT["one"],
        "two-1.0-linux.jar": CONTENT["two"],
    }
    assert seen == [(0, 2), (1, 2), (2, 2)]
    assert (library / "one-1.0.jar").samefile(settings.jar_cache_folder / "one-1.0.jar")
    assert not (tmp_path / "nobody").exists()


def test_install_jars__again_fetches_nothing(settings: Settings, lock: JarLock, tmp_path: Path) -> None:
    install_jars(lock, tmp_path / "lib", settings)
    offline = settings.model_copy(update={"jar_mirror": "http://127.0.0.1:1"})
    install_jars(lock, tmp_path / "lib", offline)
    install_jars(lock, tmp_path / "other", offline)


def test_install_jars__wrong_download(settings: Settings, lock: JarLock, repository: Path, tmp_path: Path) -> None:
    next(repository.rglob("one-1.0.jar")).write_bytes(b"something else")
    with pytest.raises(JarError, match=r"one-1.0.jar is not the locked one \(14 bytes"):
        install_jars(lock, tmp_path / "lib", settings)
    assert not (settings.jar_cache_folder / "one-1.0.jar").exists()
    assert not list((tmp_path / "lib").iterdir())
    assert not [path for path in settings.jar_cache_folder.iterdir() if path.is_dir()]


def test_install_jars__cut_short_in_the_cache(settings: Settings, lock: JarLock, tmp_path: Path) -> None:
    install_jars(lock, tmp_path / "lib", settings)
    cached = settings.jar_cache_folder / "two-1.0-linux.jar"
    cached.unlink()
    cached.write_bytes(CONTENT["two"][:100])
    with pytest.raises(JarError, match=r"two-1.0-linux.jar is not the locked one \(100 bytes.*was deleted"):
        install_jars(lock, tmp_path / "lib", settings)
    install_jars(lock, tmp_path / "lib", settings)
    assert cached.read_bytes() == CONTENT["two"]


def test_install_jars__changed_in_the_library(settings: Settings, lock: JarLock, tmp_path: Path) -> None:
    install_jars(lock, tmp_path / "lib", settings)
    changed = tmp_path / "lib" / "one-1.0.jar"
    changed.unlink()
    changed.write_bytes(b"FIRST JAR")
    with pytest.raises(JarError, match=r"one-1.0.jar is not the locked one .*start again to fetch it anew"):
        install_jars(lock, tmp_path / "lib", settings)
    assert not changed.exists()


def test_install_jars__a_stranger_leaves_the_class_path(settings: Settings, lock: JarLock, tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "stranger.jar").write_bytes(b"x")
    install_jars(lock, tmp_path / "lib", settings)
    assert not (tmp_path / "lib" / "stranger.jar").exists()


def test_install_jars__nobody_serves_it(settings: Settings, lock: JarLock, repository: Path, tmp_path: Path) -> None:
    next(repository.rglob("one-1.0.jar")).unlink()
    with pytest.raises(JarError, match=r"org.example:one:1.0 cannot be fetched .*LOCUSGRAPH_JAR_MIRROR"):
        install_jars(lock, tmp_path / "lib", settings)


def test_install_jars__copies_between_file_systems(
    settings: Settings, lock: JarLock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr("os.link", refuse)
    install_jars(lock, tmp_path / "lib", settings)
    assert (tmp_path / "lib" / "two-1.0-linux.jar").read_bytes() == CONTENT["two"]


def test_check_jar__right_one(tmp_path: Path, lock: JarLock) -> None:
    path = tmp_path / "one-1.0.jar"
    path.write_bytes(CONTENT["one"])
    check_jar(lock.jars[0], path)
    assert path.exists()


def test_read_jar_lock__the_committed_one() -> None:
    lock = read_jar_lock()
    assert len(lock.jars) == len({jar.file_name for jar in lock.jars}) == 213
    assert {jar.version for jar in lock.jars if jar.artifact == "neo4j"} == {lock.neo4j_version}
    assert all(len(jar.sha256) == 64 and jar.licence and jar.licence != "unknown" for jar in lock.jars)
    assert "://" not in jars.LOCK_FILE.read_text()

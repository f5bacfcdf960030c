"""The managed server's jars: fetched by their lock, checked by sha256, linked into the server's ``lib`` folder."""

import fcntl
import hashlib
import json
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from services.graph.connections import Progress
from services.graph.errors import JarError
from services.settings import Settings

LOCK_FILE = Path(__file__).parent / "jars.lock.json"
_TRIES = 3
_TIMEOUT_SECONDS = 60
_CHUNK_BYTES = 1 << 20

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LockedJar:
    """One jar of the lock: its Maven coordinates, its content's sha256 and size in bytes, and its licence."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str
    size: int
    licence: str

    @property
    def file_name(self) -> str:
        """Name in the cache and on the class path."""
        return f"{self.artifact}-{self.version}{'-' if self.classifier else ''}{self.classifier}.jar"


@dataclass(frozen=True)
class JarLock:
    """The locked jars of one Neo4j version."""

    neo4j_version: str
    jars: tuple[LockedJar, ...]


@cache
def read_jar_lock(path: Path = LOCK_FILE) -> JarLock:
    """Read the committed lock."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return JarLock(content["neo4j_version"], tuple(LockedJar(**jar) for jar in content["jars"]))


def install_jars(lock: JarLock, library: Path, settings: Settings, on_progress: Progress | None = None) -> None:
    """Make `library` hold exactly the locked jars, fetching into the cache what is missing there.

    Every file's sha256 is checked before it is linked, and again at each start. A wrong or partial file is deleted.

    Parameters
    ----------
    library
        The server's ``lib`` folder.
    on_progress
        Called with (jars done, jars in all, text).

    Raises
    ------
    JarError
        When a jar is wrong or cannot be fetched, by its name.
    """
    library.mkdir(parents=True, exist_ok=True)
    cache_folder = settings.jar_cache_folder
    cache_folder.mkdir(parents=True, exist_ok=True)
    with _held(cache_folder / ".lock"):
        missing = [jar for jar in lock.jars if not (cache_folder / jar.file_name).is_file()]
        if missing:
            _fetch_all(missing, cache_folder, settings, on_progress)
        _check_all(lock.jars, cache_folder)
        for jar in lock.jars:
            _link(cache_folder / jar.file_name, library / jar.file_name)
    _check_all(lock.jars, library)
    _remove_others(library, lock.jars)


def check_jar(jar: LockedJar, path: Path) -> None:
    """Compare a file with its lock entry; a wrong one is deleted.

    Raises
    ------
    JarError
        When size or sha256 differ, by the jar's name.
    """
    if is_locked_jar(jar, path):
        return
    size, sha256 = path.stat().st_size, _sha256(path)
    path.unlink()
    raise JarError(
        f"the server's jar {jar.file_name} is not the locked one ({size} bytes, sha256 {sha256[:12]}…; wanted "
        f"{jar.size} bytes, {jar.sha256[:12]}…) and was deleted from {path.parent}: start again to fetch it anew"
    )


def is_locked_jar(jar: LockedJar, path: Path) -> bool:
    """Whether a file has the size and the sha256 of its lock entry."""
    return path.stat().st_size == jar.size and _sha256(path) == jar.sha256


def _check_all(jars: Iterable[LockedJar], folder: Path) -> None:
    for jar in jars:
        check_jar(jar, folder / jar.file_name)


def _fetch_all(jars: list[LockedJar], folder: Path, settings: Settings, on_progress: Progress | None) -> None:
    started = time.monotonic()
    total = len(jars)
    if on_progress is not None:
        on_progress(0, total, "fetching the Neo4j server")
    with ThreadPoolExecutor(settings.jar_download_threads, thread_name_prefix="jars") as pool:
        futures = [pool.submit(_fetch, jar, folder, settings.jar_mirror) for jar in jars]
        try:
            for done, future in enumerate(as_completed(futures), start=1):
                name = future.result()
                if on_progress is not None:
                    on_progress(done, total, name)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    _log.info("fetched %d server jars in %.1f s", total, time.monotonic() - started)


def _fetch(jar: LockedJar, folder: Path, mirror: str | None) -> str:
    """Fetch one jar beside the cache and move it in once its sha256 is right; its file name."""
    for attempt in range(1, _TRIES + 1):
        with tempfile.TemporaryDirectory(prefix=".fetching-", dir=folder) as staging:
            try:
                fetched = _resolve(jar, Path(staging), mirror)
            except (OSError, RuntimeError) as error:
                if attempt == _TRIES:
                    raise JarError(
                        f"the server's jar {jar.group}:{jar.artifact}:{jar.version} cannot be fetched "
                        f"({_TRIES} tries, last: {error}): check the network, or name a Maven mirror with "
                        "LOCUSGRAPH_JAR_MIRROR"
                    ) from error
                time.sleep(attempt)
                continue
            check_jar(jar, fetched)
            fetched.replace(folder / jar.file_name)
            break
    return jar.file_name


def _resolve(jar: LockedJar, staging: Path, mirror: str | None) -> Path:
    """Let jgo download into a folder of our own, so that neither its home cache nor a half file is ever used."""
    from jgo.maven import MavenContext

    remotes = None if mirror is None else {"mirror": mirror.rstrip("/")}
    context = MavenContext(repo_cache=staging, remote_repos=remotes, timeout=_TIMEOUT_SECONDS)
    artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact(classifier=jar.classifier)
    return Path(artifact.resolve())


def _link(source: Path, target: Path) -> None:
    """Hard-link, or copy where cache and server lie on different file systems."""
    if target.exists():
        return
    try:
        os.link(source, target)
    except OSError:
        partial = target.with_suffix(".partial")
        shutil.copyfile(source, partial)
        partial.replace(target)


def _remove_others(library: Path, jars: Iterable[LockedJar]) -> None:
    """Every file in ``lib`` is on the class path, so nothing but the locked jars may stay there."""
    wanted = {jar.file_name for jar in jars}
    for path in library.iterdir():
        if path.name not in wanted:
            path.unlink()


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Hold a lock file, so that two homes that share a cache do not fetch into it at once."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

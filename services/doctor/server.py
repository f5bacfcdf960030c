"""Looks at the managed server's files: jars, passwords, version, and what a broken restore left."""

import os
from collections.abc import Iterator
from pathlib import Path

from packaging.version import Version

from services.doctor.finding import Finding, broken, fine, note
from services.graph.jars import JarLock, LockedJar, is_locked_jar, read_jar_lock
from services.graph.server_files import FIRST_PASSWORD_FILE, PASSWORD_FILE, VERSION_FILE
from services.graph.swapping import kept_old
from services.settings import Settings

_MIB = 1 << 20
_SHOWN = 3


def look_at_jars(settings: Settings, lock: JarLock | None = None) -> Iterator[Finding]:
    """Whether the server's jars are there and are the locked ones; nothing is changed or deleted."""
    locked = lock or read_jar_lock()
    for folder in (settings.jar_cache_folder, settings.graph_folder / "lib"):
        yield from _look_at_jar_folder(folder, locked, is_cache=folder == settings.jar_cache_folder)


def _look_at_jar_folder(folder: Path, lock: JarLock, *, is_cache: bool) -> Iterator[Finding]:
    there = [jar for jar in lock.jars if (folder / jar.file_name).is_file()]
    wrong = [jar for jar in there if not is_locked_jar(jar, folder / jar.file_name)]
    missing = len(lock.jars) - len(there)
    if not there:
        if is_cache:
            size = sum(jar.size for jar in lock.jars) // _MIB
            yield note(
                "jars",
                f"{folder} holds none: the first start fetches {len(lock.jars)} ({size} MiB)",
                "let it reach the network once, or name a folder that has them with LOCUSGRAPH_JAR_CACHE",
            )
        return
    subject = "jars" if is_cache else "jars of the server"
    if wrong:
        files = ", ".join(jar.file_name for jar in wrong[:_SHOWN])
        yield broken(
            subject,
            f"{len(wrong)} in {folder} are not the locked ones: {files}",
            f"delete {_deletable(folder, wrong)}, then `locusgraph graph start`",
        )
    if missing:
        names = [jar.file_name for jar in lock.jars if jar not in there][:_SHOWN]
        remedy = (
            "`locusgraph graph start` fetches them (needs the network)"
            if is_cache
            else "`locusgraph graph stop`, then `locusgraph graph start`"
        )
        yield broken(subject, f"{missing} of {len(lock.jars)} are missing in {folder}: {', '.join(names)}", remedy)
    if not wrong and not missing:
        yield fine(subject, f"{len(there)} of Neo4j {lock.neo4j_version}, every sha256 as locked")


def _deletable(folder: Path, wrong: list[LockedJar]) -> str:
    return f"{folder / wrong[0].file_name}" if len(wrong) == 1 else f"these files in {folder}"


def look_at_store_version(settings: Settings) -> Iterator[Finding]:
    """Whether this program's Neo4j may open the store."""
    subject, folder, ours = "server version", settings.graph_folder, read_jar_lock().neo4j_version
    has_store, path = (folder / "data" / "databases").is_dir(), folder / VERSION_FILE
    if not has_store:
        yield fine(subject, f"Neo4j {ours}; no store yet")
    elif not path.exists():
        yield broken(
            subject, f"{path} is missing, so nothing says which Neo4j wrote the store", f"write its version into {path}"
        )
    elif Version(stored := path.read_text(encoding="utf-8").strip()) > Version(ours):
        yield broken(
            subject, f"the store was written by Neo4j {stored}, this program brings {ours}", "update the program"
        )
    else:
        yield fine(subject, f"Neo4j {ours}; the store was last opened by {stored}")


def look_at_secrets(settings: Settings) -> Iterator[Finding]:
    """Whether password files are there and readable by their owner only."""
    graph = settings.graph_folder
    files = [path for path in (graph / PASSWORD_FILE, graph / FIRST_PASSWORD_FILE) if path.exists()]
    tokens = settings.home / "access" / "tokens.json"
    files += [path for path in (settings.neo4j_password_file, tokens if tokens.exists() else None) if path is not None]
    wrong = [finding for path in files if (finding := _look_at_secret(path))]
    if settings.is_managed and (graph / "data" / "databases").is_dir() and graph / PASSWORD_FILE not in files:
        seen = f"{graph / PASSWORD_FILE} is missing, without it nobody can enter the store"
        wrong.append(broken("passwords", seen, "put it back from a copy, or `locusgraph restore` a backup"))
    yield from wrong
    if not wrong:
        yield fine("passwords", f"files that only their owner may read: {len(files)}" if files else "no file yet")


def _look_at_secret(path: Path) -> Finding | None:
    try:
        mode, owner = path.stat().st_mode & 0o777, path.stat().st_uid
        is_empty = not path.read_text(encoding="utf-8").strip()
    except OSError as error:
        return broken("passwords", f"{path} cannot be read ({error.strerror})", "check its path and owner")
    if mode & 0o077:
        return broken("passwords", f"{path} has mode {mode:04o}, so others may read it", f"chmod 600 {path}")
    if is_empty:
        return broken("passwords", f"{path} is empty", "write the password into it")
    if owner != os.getuid():
        return note(
            "passwords", f"{path} belongs to uid {owner}, this is uid {os.getuid()}", f"chown it to uid {os.getuid()}"
        )
    return None


def look_at_leftovers(settings: Settings) -> Iterator[Finding]:
    """Whether a restore ended before its graph was seen to answer."""
    old = kept_old(settings.home)
    if old is not None:
        yield note(
            "restore",
            f"a restore ended before its graph was seen to answer; what it replaced lies in {old}",
            f"look at the graph; when it is right, delete {old.parent}",
        )

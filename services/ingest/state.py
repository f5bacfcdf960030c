"""The state folder: prepared loads, views of the graph, the journal, and the lock that lets one process change them."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.ingest.errors import IngestBusy


@dataclass(frozen=True)
class StateFolder:
    """Where the product keeps what the graph is made from.

    Attributes
    ----------
    home
        ``LOCUSGRAPH_HOME``.
    """

    home: Path

    @property
    def loads(self) -> Path:
        """One folder a prepared load."""
        return self.home / "loads"

    @property
    def views(self) -> Path:
        """One folder a view: what the graph holds, or is about to hold."""
        return self.home / "views"

    @property
    def journal(self) -> Path:
        """Names the view that is being written; it exists only from the first write to the last."""
        return self.home / "journal" / "pending.json"

    @property
    def current_view(self) -> Path:
        """Names the view that the graph holds."""
        return self.views / "current.json"

    @property
    def store_id(self) -> Path:
        """Holds the id of the graph that belongs to this folder."""
        return self.home / "store_id"

    def load(self, load_id: str) -> Path:
        """Folder of one load; it exists only when its files are whole."""
        return self.loads / load_id

    def view(self, name: str) -> Path:
        """Folder of one view; it exists only when its files are whole."""
        return self.views / name


@contextmanager
def locked(state: StateFolder, doing: str) -> Iterator[None]:
    """Hold the state folder for this process; the lock ends with the process, however that ends.

    Parameters
    ----------
    doing
        What the process does, for the message that another one gets.

    Raises
    ------
    IngestBusy
        When another process holds it, naming that process.
    """
    state.home.mkdir(parents=True, exist_ok=True)
    path = state.home / "ingest.lock"
    with path.open("a+", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            stream.seek(0)
            holder = stream.read().strip() or "another process"
            raise IngestBusy(
                f"only one process may change {state.home} at a time, and {holder} is at it: wait until it has ended"
            ) from error
        stream.truncate(0)
        stream.write(f"process {os.getpid()} ({doing})")
        stream.flush()
        yield
        stream.truncate(0)


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write a small file so that it is whole or absent, whatever happens."""
    write_text(path, json.dumps(value, indent=1, sort_keys=True))


def write_text(path: Path, text: str) -> None:
    """Write a small file so that it is whole or absent, whatever happens."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.partial")
    with temporary.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)
    _flush(path.parent)


def read_json(path: Path) -> dict[str, Any] | None:
    """Read what `write_json` wrote; None where there is no file."""
    if not path.exists():
        return None
    value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return value


def begin_folder(folder: Path) -> Path:
    """Make an empty folder beside `folder` in which its files are written until they are whole."""
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    return partial


def finish_folder(partial: Path, folder: Path) -> None:
    """Give a folder that `begin_folder` made its name, once all its files are on the disk."""
    for path in sorted(partial.rglob("*")):
        _flush(path)
    _flush(partial)
    remove_folder(folder)
    partial.rename(folder)
    _flush(folder.parent)


def remove_folder(folder: Path) -> None:
    """Remove a folder; it loses its name first, so that no half of it is ever taken for whole."""
    if not folder.exists():
        return
    doomed = folder.with_name(f"{folder.name}.partial")
    if folder != doomed:
        shutil.rmtree(doomed, ignore_errors=True)
        folder.rename(doomed)
    shutil.rmtree(doomed, ignore_errors=True)


def sweep_partial(folder: Path) -> None:
    """Remove what a kill left unfinished in a folder of folders."""
    for path in folder.glob("*.partial") if folder.exists() else ():
        shutil.rmtree(path, ignore_errors=True)
        path.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

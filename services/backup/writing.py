"""Writes a backup: facts while the server answers, state files, then the dump while it is stopped."""

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.backup.errors import BackupError
from services.backup.external import require_managed
from services.backup.manifest import FORMAT, MANIFEST_NAME, BackupManifest
from services.backup.state_files import copy_state, flush_tree, held_still, list_entries, size_of
from services.graph.admin import dump_database
from services.graph.connections import Progress
from services.graph.jars import read_jar_lock
from services.graph.local_server import find_running, held_stopped, start
from services.graph.setup import read_stored_schema
from services.graph.status import count_everything
from services.graph.store import Store
from services.graph.swapping import flush
from services.registry import sha256_of
from services.releases import current_release
from services.settings import Settings
from services.shown_settings import program_version, shown_settings

DUMP_FOLDER, STATE_FOLDER, SETTINGS_NAME = "graph", "state", "settings.json"
_MIB = 1 << 20
_N_STEPS = 5


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What was written.

    Attributes
    ----------
    folder
        The backup.
    manifest
        What it holds.
    n_bytes
        Size of all its files.
    downtime_seconds
        How long the graph did not answer; 0 where it was not running before.
    seconds
        How long all of it took.
    """

    folder: Path
    manifest: BackupManifest
    n_bytes: int
    downtime_seconds: float
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain JSON values."""
        return asdict(self)


def write_backup(settings: Settings, folder: Path, on_progress: Progress | None = None) -> BackupReport:
    """Write a backup into a folder that does not exist yet; a kill leaves no folder of that name.

    The managed server is stopped for the dump and then started again where it was running.

    Parameters
    ----------
    folder
        Its parent exists and has the room.
    on_progress
        Called with (done, total, text).

    Raises
    ------
    BackupError
        When the target cannot be used, something changes the state folder, or nothing is there to be kept.
    StoreError
        When the server cannot be stopped, dumped or started.
    """
    require_managed(settings, folder, "backup")
    target, began = folder.absolute(), time.monotonic()
    check_target(target)
    tell = on_progress or (lambda *_: None)
    with held_still(settings, "writing a backup"), _partial_folder(target) as partial:
        tell(0, _N_STEPS, "reading the graph")
        facts, was_running = _read_facts(settings)
        _check_room(target.parent, settings)
        tell(1, _N_STEPS, "copying the state folder")
        (partial / STATE_FOLDER).mkdir()
        copy_state(settings.home, partial / STATE_FOLDER)
        downtime = _dump(settings, partial / DUMP_FOLDER, was_running, tell)
        tell(4, _N_STEPS, "checksums")
        (partial / SETTINGS_NAME).write_text(render_settings(settings), encoding="utf-8")
        manifest = BackupManifest(**facts, files=_list_files(partial))
        (partial / MANIFEST_NAME).write_text(manifest.to_json(), encoding="utf-8")
        flush_tree(partial)
    tell(_N_STEPS, _N_STEPS, "done")
    return BackupReport(target, manifest, size_of(target), downtime, round(time.monotonic() - began, 3))


def check_target(target: Path) -> None:
    """See that a backup can be written under this name.

    Raises
    ------
    BackupError
        When it exists and is not empty, or its parent cannot be written.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BackupError(f"{target} exists already: name a folder that does not, such as {target}-2")
    if not target.parent.is_dir() or not os.access(target.parent, os.W_OK):
        raise BackupError(f"{target.parent} is no folder that can be written: make it, or name another place")


def render_settings(settings: Settings) -> str:
    """JSON of every setting that is no secret, by its variable."""
    return json.dumps(shown_settings(settings), indent=1) + "\n"


@contextmanager
def _partial_folder(target: Path) -> Iterator[Path]:
    """A private folder beside the target, which takes its name when the block ends well and is removed when not."""
    partial = target.with_name(f"{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700)
    try:
        yield partial
        if target.exists():
            target.rmdir()
        partial.rename(target)
        flush(target.parent)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _read_facts(settings: Settings) -> tuple[dict[str, Any], bool]:
    """What the manifest says of the graph, and whether its server was running before."""
    was_running = find_running(settings) is not None
    if not was_running and not (settings.graph_folder / "data" / "databases").is_dir():
        raise BackupError(f"there is no graph in {settings.home} yet: nothing is to be kept")
    with Store(start(settings).address, settings) as store:
        schema, release = read_stored_schema(store), current_release(store)
        if schema is None:
            raise BackupError(f"the graph in {settings.home} was never set up: load something first")
        n_nodes, n_edges = count_everything(store)
    return {
        "format": FORMAT,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "program_version": program_version(),
        "schema_version": schema.version,
        "neo4j_version": read_jar_lock().neo4j_version,
        "reference_build": schema.reference_build,
        "release": release.number,
        "champion_run_id": release.champion_run_id,
        "n_nodes": n_nodes,
        "n_edges": n_edges,
        "store_bytes": size_of(settings.graph_folder / "data"),
    }, was_running


def _check_room(parent: Path, settings: Settings) -> None:
    entries = [settings.home / name for name in list_entries(settings.home)]
    state = sum(size_of(path) if path.is_dir() else path.stat().st_size for path in entries)
    needed, free = state + size_of(settings.graph_folder / "data"), shutil.disk_usage(parent).free
    if free < needed:
        raise BackupError(
            f"a backup may need {needed // _MIB:,} MiB and {parent} has {free // _MIB:,} MiB free: name a folder on a "
            "larger disk"
        )


def _dump(settings: Settings, target: Path, was_running: bool, tell: Progress) -> float:
    """Dump the stopped server and start it again where it ran, whatever happened; seconds without it."""
    target.mkdir()
    stopped = time.monotonic()
    try:
        with held_stopped(settings):
            tell(2, _N_STEPS, "the graph is stopped for its dump")
            dump_database(settings.graph_folder, target)
    finally:
        if was_running:
            tell(3, _N_STEPS, "starting the graph again")
            start(settings)
    return round(time.monotonic() - stopped, 3) if was_running else 0.0


def _list_files(folder: Path) -> dict[str, dict[str, str | int]]:
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {
        path.relative_to(folder).as_posix(): {"sha256": sha256_of(path), "bytes": path.stat().st_size} for path in paths
    }

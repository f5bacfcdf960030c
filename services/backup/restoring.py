"""Restores a backup beside the present graph, and swaps the two in one plan that survives a kill."""

import os
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from graph_schema.constraints import SCHEMA_VERSION
from services.backup.errors import BackupError
from services.backup.external import require_managed
from services.backup.manifest import BackupManifest, check_versions, verify_backup
from services.backup.state_files import copy_state, flush_tree, held_still, list_entries
from services.backup.writing import DUMP_FOLDER, STATE_FOLDER
from services.graph import server_files
from services.graph.admin import load_database
from services.graph.connections import Progress
from services.graph.errors import StoreError
from services.graph.jars import install_jars, read_jar_lock
from services.graph.local_server import held_stopped, start
from services.graph.server_entry import make_first_password
from services.graph.setup import read_stored_schema
from services.graph.status import count_everything
from services.graph.store import Store
from services.graph.swapping import begin_swap, commit_swap, forget_old, undo_swap
from services.releases import current_release
from services.settings import Settings

_GRAPH_PARTS = ("data", server_files.PASSWORD_FILE, server_files.FIRST_PASSWORD_FILE, server_files.VERSION_FILE)
_MIB = 1 << 20
_N_STEPS = 5


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was restored.

    Attributes
    ----------
    folder
        The backup.
    made_at, release
        When it was written, and the release that readers see now.
    n_nodes, n_edges
        Counts by label and by type as the restored graph gives them.
    differences
        Counts in which it differs from the manifest; empty unless something wrote while the backup was made.
    must_migrate
        Whether the graph is of an older schema version, so that `locusgraph migrate` comes next.
    downtime_seconds
        How long no graph answered.
    seconds
        How long all of it took.
    """

    folder: Path
    made_at: str
    release: int
    n_nodes: dict[str, int]
    n_edges: dict[str, int]
    differences: tuple[str, ...]
    must_migrate: bool
    downtime_seconds: float
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain JSON values."""
        return asdict(self)


def restore_backup(
    settings: Settings, folder: Path, *, may_replace: bool = False, on_progress: Progress | None = None
) -> RestoreReport:
    """Bring back the graph and the state folder of a backup.

    The new graph is made beside the present one, which answers meanwhile; then the two change places while the server
    is stopped, and the old one is removed only when the new one answers as the manifest says. A kill leaves the old one
    or the new one.

    Parameters
    ----------
    may_replace
        Whether a graph that holds something may be replaced.
    on_progress
        Called with (done, total, text).

    Raises
    ------
    BackupError
        When the backup is damaged or of a newer program, when the present graph holds something, or when the restored
        one does not answer as it should (the old one is back then).
    StoreError
        When the server cannot be stopped or started.
    """
    require_managed(settings, folder, "restore")
    began, tell = time.monotonic(), on_progress or (lambda *_: None)
    tell(0, _N_STEPS, "verifying checksums")
    manifest = verify_backup(folder)
    check_versions(manifest)
    settings.home.mkdir(parents=True, exist_ok=True)
    with held_still(settings, "restoring a backup"):
        if not may_replace:
            _require_empty(settings)
        _check_room(settings, manifest)
        tell(1, _N_STEPS, "loading the dump beside the present graph")
        new = begin_swap(settings.home)
        _make_graph(settings, folder, new / "graph", manifest)
        copy_state(folder / STATE_FOLDER, new)
        flush_tree(new)
        return _change_places(settings, folder, manifest, began, tell)


def _change_places(
    settings: Settings, folder: Path, manifest: BackupManifest, began: float, tell: Progress
) -> RestoreReport:
    new = settings.home / "restoring" / "new"
    placed = [*(f"graph/{name}" for name in _GRAPH_PARTS if (new / "graph" / name).exists()), *list_entries(new)]
    stopped = time.monotonic()
    with held_stopped(settings) as was_running:
        tell(3, _N_STEPS, "the two change places")
        present = [f"graph/{name}" for name in _GRAPH_PARTS if (settings.graph_folder / name).exists()]
        commit_swap(settings.home, [*present, *list_entries(settings.home)], placed)
    try:
        n_nodes, n_edges = _see_answer(settings, manifest)
    except (StoreError, BackupError) as error:
        _go_back(settings, was_running)
        raise BackupError(
            f"the restored graph does not answer as it should, so the old one is back: {error}"
        ) from error
    downtime = round(time.monotonic() - stopped, 3)
    forget_old(settings.home)
    tell(_N_STEPS, _N_STEPS, "done")
    return RestoreReport(
        folder=folder.absolute(),
        made_at=manifest.made_at,
        release=manifest.release,
        n_nodes=n_nodes,
        n_edges=n_edges,
        differences=_compare(manifest, n_nodes, n_edges),
        must_migrate=manifest.schema_version < SCHEMA_VERSION,
        downtime_seconds=downtime,
        seconds=round(time.monotonic() - began, 3),
    )


def _require_empty(settings: Settings) -> None:
    """A set-up store without loads and runs counts as empty; one that cannot be looked into does not."""
    remedy = "say --replace to replace it (it is kept aside until the restored one answers)"
    files = list_entries(settings.home)
    if any(name.startswith(("loads", "runs/")) for name in files):
        raise BackupError(f"{settings.home} holds loads or model runs: {remedy}")
    if not (settings.graph_folder / "data" / "databases").is_dir():
        return
    try:
        with Store(start(settings).address, settings) as store:
            n_nodes = sum(count_everything(store)[0].values())
    except StoreError as error:
        raise BackupError(f"the present graph in {settings.home} cannot be looked into ({error}): {remedy}") from error
    if n_nodes:
        raise BackupError(f"the graph in {settings.home} holds {n_nodes:,} nodes: {remedy}")


def _check_room(settings: Settings, manifest: BackupManifest) -> None:
    state = sum(int(facts["bytes"]) for facts in manifest.files.values())
    needed, free = state + manifest.store_bytes, shutil.disk_usage(settings.home).free
    if free < needed:
        raise BackupError(
            f"the restored graph needs {needed // _MIB:,} MiB beside the present one and {settings.home} has "
            f"{free // _MIB:,} MiB free: free some space, or name a larger disk with LOCUSGRAPH_HOME"
        )


def _make_graph(settings: Settings, backup: Path, folder: Path, manifest: BackupManifest) -> None:
    """Make a server's folder that holds the dump and the present password, where there is one."""
    server_files.make_folders(folder)
    install_jars(read_jar_lock(), folder / "lib", settings)
    server_files.write_configuration(folder, settings.server_port or 7687, settings)
    make_first_password(folder)
    load_database(folder, backup / DUMP_FOLDER)
    (folder / server_files.VERSION_FILE).write_text(manifest.neo4j_version + "\n", encoding="utf-8")
    present = settings.graph_folder / server_files.PASSWORD_FILE
    if present.is_file():
        shutil.copy2(present, folder / server_files.PASSWORD_FILE)
        os.chmod(folder / server_files.PASSWORD_FILE, 0o600)  # noqa: PTH101 (beside copy2)


def _see_answer(settings: Settings, manifest: BackupManifest) -> tuple[dict[str, int], dict[str, int]]:
    """Start the restored graph; its counts, once it has said the right schema and release."""
    with Store(start(settings).address, settings) as store:
        schema, release = read_stored_schema(store), current_release(store)
        seen = (schema.version if schema else None, release.number)
        if seen != (manifest.schema_version, manifest.release):
            raise BackupError(
                f"it says schema version {seen[0]} and release {seen[1]}, the manifest {manifest.schema_version} and "
                f"{manifest.release}: take another backup"
            )
        return count_everything(store)


def _go_back(settings: Settings, was_running: bool) -> None:
    with held_stopped(settings):
        undo_swap(settings.home)
    if was_running:
        start(settings)


def _compare(manifest: BackupManifest, n_nodes: dict[str, int], n_edges: dict[str, int]) -> tuple[str, ...]:
    wanted, found = {**manifest.n_nodes, **manifest.n_edges}, {**n_nodes, **n_edges}
    return tuple(
        f"{name}: {found.get(name, 0):,}, the manifest says {wanted[name]:,}"
        for name in wanted
        if found.get(name, 0) != wanted[name]
    )

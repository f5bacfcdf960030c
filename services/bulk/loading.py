"""The first load at size on the managed server: prepared as ever, imported by Neo4j's importer, switched on."""

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from loaders.manifest import Manifest
from services.bulk.errors import StoreBusy
from services.bulk.finishing import finish_import
from services.bulk.reports import BulkReport
from services.bulk.writing import Written, timed, write_files
from services.graph.connections import Progress
from services.graph.importer import import_database
from services.graph.local_server import find_running, replace_database, stop
from services.graph.opening import open_store
from services.graph.server_entry import DATABASE
from services.graph.supervisor import has_clients
from services.ingest.loading import report_loads
from services.ingest.state import StateFolder, locked
from services.settings import Settings

FILES_NAME: Final = "bulk.partial"
"""Folder of the importer's files in the state folder; whatever a kill leaves of it is swept by the next load."""
_CLIENT_SECONDS: Final = 5.0

_log = logging.getLogger(__name__)


def bulk_load(settings: Settings, manifest: Manifest, *, on_progress: Progress | None = None) -> BulkReport:
    """Load a manifest into the managed server's empty graph, by Neo4j's importer.

    The graph is the one that `ingest_manifest` makes. The server is stopped meanwhile and started again. A kill at
    any moment leaves a graph that readers see empty and the same call loads, or the full one.

    Parameters
    ----------
    settings
        Of a managed server.
    on_progress
        Called with (done, total, text).

    Raises
    ------
    StoreNotEmpty
        When the graph holds something already.
    StoreBusy, ServerError
        When the server cannot be stopped.
    IngestBusy, LoadError, WrongBuild, ForeignStore
        As `ingest_manifest`.
    """
    state = StateFolder(settings.home)
    with locked(state, f"loading {manifest.path.name} at size"), _files_folder(settings.home) as folder:
        with open_store(settings, on_progress) as store:
            written = write_files(store, settings, manifest, folder, on_progress=on_progress)
        seconds = written.plan.seconds
        files_bytes = written.files_bytes
        _import(settings, written, seconds, on_progress)
        with timed(seconds, "start"):
            store = open_store(settings, on_progress)
        with store:
            seconds |= finish_import(store, settings, written.plan, on_progress=on_progress)
            ingest = report_loads(store, state, written.outcomes)
    return BulkReport(ingest, written.plan.n_nodes, written.plan.n_edges, seconds, files_bytes)


def _import(settings: Settings, written: Written, seconds: dict[str, float], on_progress: Progress | None) -> None:
    """Stop the server, import, and put the new database in the place of the old one."""
    refuse_clients(settings)
    with timed(seconds, "stop"):
        stop(settings)
    with timed(seconds, "import"):
        imported = import_database(settings, written.files, DATABASE, on_progress)
    replace_database(settings, imported, DATABASE)
    _log.info("imported in %.1f s", seconds["import"])


def refuse_clients(settings: Settings) -> None:
    """See that nobody but us uses the managed server; our own connections may take a moment to vanish.

    Raises
    ------
    StoreBusy
        When somebody does.
    """
    server = find_running(settings)
    until = monotonic() + _CLIENT_SECONDS
    while server is not None and has_clients(server.state.server.pid, server.state.port):
        if monotonic() > until:
            raise StoreBusy(
                f"the managed server has to stop for the import, and another program is connected to port "
                f"{server.state.port} (process {server.state.server.pid}): end 'locusgraph serve' and other users of "
                "the graph, then give the same command again; nothing was loaded"
            )
        sleep(0.1)


@contextmanager
def _files_folder(home: Path) -> Iterator[Path]:
    """An empty folder for the importer's files, gone at the end."""
    folder = home / FILES_NAME
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)

"""The first load at size of a server that is not ours: its operator imports, we write the files and finish."""

import shlex
from pathlib import Path

from loaders.manifest import Manifest
from services.bulk.errors import NotPrepared
from services.bulk.finishing import finish_import
from services.bulk.plan import BulkPlan
from services.bulk.reports import BulkReport, ImporterFiles
from services.bulk.writing import Written, write_files
from services.graph.connections import Progress
from services.graph.importer import import_arguments
from services.graph.opening import open_store
from services.ingest.loading import report_loads
from services.ingest.records import read_record
from services.ingest.reports import IngestReport, LoadOutcome
from services.ingest.state import StateFolder, locked
from services.settings import Settings


def write_for_operator(
    settings: Settings, manifest: Manifest, folder: Path, *, on_progress: Progress | None = None
) -> ImporterFiles:
    """Write the importer's files for an empty server that somebody else runs, and say what its operator does.

    Parameters
    ----------
    folder
        Made if it is missing; must be empty.

    Raises
    ------
    NotPrepared
        When the folder holds something.
    StoreNotEmpty
        When the graph does.
    """
    if folder.exists() and any(folder.iterdir()):
        raise NotPrepared(f"the importer's files need an empty folder, and {folder} is not: name another, or empty it")
    folder.mkdir(parents=True, exist_ok=True)
    state = StateFolder(settings.home)
    with locked(state, f"writing {manifest.path.name} for the importer"), open_store(settings) as store:
        written = write_files(store, settings, manifest, folder.absolute(), on_progress=on_progress)
    written.plan.write(folder)
    ingest = IngestReport(written.outcomes)
    commands = operator_commands(settings, written, folder)
    return ImporterFiles(folder, ingest, written.plan.n_nodes, written.plan.n_edges, written.files_bytes, commands)


def operator_commands(settings: Settings, written: Written, folder: Path) -> tuple[str, ...]:
    """The commands of the server's operator, in their order, then ours."""
    words = import_arguments(written.files, settings.neo4j_database)
    return (
        "neo4j stop",
        shlex.join(["neo4j-admin", *words]),
        "neo4j start",
        shlex.join(["locusgraph", "load", "--finish", str(folder.absolute())]),
    )


def finish_for_operator(settings: Settings, folder: Path, *, on_progress: Progress | None = None) -> BulkReport:
    """After the operator's import: compare counts, make constraints and indexes, switch the release.

    Parameters
    ----------
    folder
        The folder that `write_for_operator` wrote.

    Raises
    ------
    NotPrepared, ImportIncomplete
        When the graph is not what the files hold.
    """
    plan, state = BulkPlan.read(folder), StateFolder(settings.home)
    with locked(state, f"finishing the load of {folder}"), open_store(settings, on_progress) as store:
        seconds = {**plan.seconds, **finish_import(store, settings, plan, on_progress=on_progress)}
        records = [read_record(state, load_id) for load_id in plan.load_ids]
        outcomes = [LoadOutcome(item.study_id, item.kind, item.load_id, "loaded", item.report, 0.0) for item in records]
        ingest = report_loads(store, state, outcomes)
    return BulkReport(ingest, plan.n_nodes, plan.n_edges, seconds)

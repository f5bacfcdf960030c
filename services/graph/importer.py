"""Neo4j's own importer: files of nodes and edges become a database of the managed server, which does not run then."""

import logging
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.graph import server_files
from services.graph.connections import Progress
from services.graph.errors import DiskFull, ImportFailed
from services.graph.supervisor import die_with_parent
from services.settings import Settings

ARRAY_DELIMITER: Final = "U+001F"
"""The character between the entries of a list in one field, in the importer's words."""
SCRATCH_PREFIX: Final = "importing-"
_PERCENT: Final = re.compile(r"(\d+)% ∆")
_PHASE: Final = re.compile(
    r"^\s*(?:\(\d/\d\)\s*)?(Node import|Relationship import|Relationship linking|Post processing)"
)
_TAIL_LINES: Final = 12
_LEAST_THREADS: Final = 4
"""With fewer, the importer's readers and writers wait for one another by spinning."""
_JAVA_OPTIONS: Final = (
    *server_files.OPENED_MODULES,  # else pages are written one by one
    "-XX:+UseParallelGC",
    "-XX:+UnlockExperimentalVMOptions",
    "-XX:+TrustFinalNonStaticFields",
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ImporterFile:
    """One file for the importer: CSV with a typed header, nodes numbered across all files.

    Attributes
    ----------
    path
        The file.
    name
        Label of its nodes, or type of its edges.
    is_nodes
        Whether it holds nodes.
    n_rows
        Its rows.
    has_line_breaks
        Whether a field spans several lines.
    """

    path: Path
    name: str
    is_nodes: bool
    n_rows: int
    has_line_breaks: bool = False


def import_arguments(files: Sequence[ImporterFile], database: str) -> list[str]:
    """Words after ``neo4j-admin`` that import the files into an empty database, replacing what is there.

    Our numbers of the nodes are the store's own (``actual``): nothing is looked up for the ends of an edge, which was a
    quarter of the importer's work.
    """
    words = ["database", "import", "full", database, "--overwrite-destination=true", "--id-type=actual"]
    words += [f"--array-delimiter={ARRAY_DELIMITER}", "--high-parallel-io=on", "--bad-tolerance=0"]
    if any(file.has_line_breaks for file in files):
        words.append("--multiline-fields=true")
    for file in files:
        words.append(f"--{'nodes' if file.is_nodes else 'relationships'}={file.name}={file.path}")
    return words


def import_database(
    settings: Settings, files: Sequence[ImporterFile], database: str, on_progress: Progress | None = None
) -> Path:
    """Import into a folder of its own beside the managed server's data; that folder.

    Nothing that the server has is touched; a kill leaves a folder that the next import removes.

    Raises
    ------
    ImportFailed
        When the importer ends with an error, with its last words.
    DiskFull
        When its disk has no room.
    """
    folder = settings.graph_folder
    sweep_imports(folder)
    scratch = Path(tempfile.mkdtemp(prefix=SCRATCH_PREFIX, dir=folder))
    shutil.copytree(folder / "conf", scratch / "conf")
    heap = (f"-Xmx{settings.importer_heap_mib}m", f"-Xmn{settings.importer_heap_mib * 3 // 5}m")
    words = import_arguments(files, database)
    words += [f"--max-off-heap-memory={settings.importer_off_heap_mib}m", f"--report-file={scratch / 'report.txt'}"]
    words.append(f"--threads={max(_LEAST_THREADS, os.cpu_count() or 1)}")
    java, *rest = server_files.admin_command(folder, *words)
    environment = {**server_files.admin_environment(folder), "NEO4J_HOME": str(scratch)}
    environment["NEO4J_CONF"] = str(scratch / "conf")
    with subprocess.Popen(
        [java, *heap, *_JAVA_OPTIONS, *rest],
        env=environment,
        cwd=scratch,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        preexec_fn=die_with_parent(),  # noqa: PLW1509  (asks the kernel one thing and allocates nothing)
    ) as process:
        tail = _follow(process, on_progress)
    if process.returncode:
        shutil.rmtree(scratch, ignore_errors=True)
        raise _failure(process.returncode, tail, folder)
    _log.info("imported %d files into %s", len(files), scratch)
    return scratch


def sweep_imports(folder: Path) -> None:
    """Remove what imports that were killed left in the managed server's folder."""
    for path in folder.glob(f"{SCRATCH_PREFIX}*"):
        shutil.rmtree(path, ignore_errors=True)


def _follow(process: "subprocess.Popen[str]", on_progress: Progress | None) -> list[str]:
    """Report what the importer says of its progress; its last lines."""
    tail: list[str] = []
    text = "importing: starting"
    for line in process.stdout or ():
        if phase := _PHASE.search(line):
            text = f"importing: {phase.group(1).lower()}"
        percents = _PERCENT.findall(line)
        if percents and on_progress is not None:
            on_progress(int(percents[-1]), 100, text)
        if line.strip() and not percents:
            tail = [*tail, line.rstrip()][-_TAIL_LINES:]
    return tail


def _failure(code: int, tail: Sequence[str], folder: Path) -> ImportFailed | DiskFull:
    text = "\n".join(tail)
    if "No space left" in text:
        return DiskFull(f"the importer found no room on the disk of {folder}: free some space; it said:\n{text}")
    return ImportFailed(
        f"neo4j-admin database import ended with code {code}; the graph is as it was before. It said:\n{text}"
    )

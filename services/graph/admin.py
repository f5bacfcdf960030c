"""Neo4j's own administration tool on the stopped managed server: dump its database, load one."""

import subprocess
from pathlib import Path

from services.graph import server_files
from services.graph.bound_child import bound_command
from services.graph.errors import DiskFull, ServerError
from services.graph.server_entry import DATABASE

DUMP_NAME = f"{DATABASE}.dump"
_LAST_LINES = 8


def dump_database(folder: Path, target: Path) -> Path:
    """Write the database of the stopped server in `folder` to one file in the folder `target`.

    Raises
    ------
    ServerError
        When the tool refuses, with its last words; `DiskFull` when there was no room.
    """
    _run(folder, "database", "dump", DATABASE, f"--to-path={target}", "--overwrite-destination=true")
    return target / DUMP_NAME


def load_database(folder: Path, source: Path) -> None:
    """Make the database of the server in `folder`, which never ran or is stopped, from the dump in `source`.

    Raises
    ------
    ServerError
        When the tool refuses, with its last words; `DiskFull` when there was no room.
    """
    _run(folder, "database", "load", DATABASE, f"--from-path={source}", "--overwrite-destination=true")


def _run(folder: Path, *words: str) -> None:
    done = subprocess.run(
        bound_command(server_files.admin_command(folder, *words)),
        env=server_files.admin_environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.returncode:
        return
    said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-_LAST_LINES:])
    doing = " ".join(words[:3])
    if "No space left" in said:
        raise DiskFull(f"`neo4j-admin {doing}` found no room on the disk; it said:\n{said}")
    raise ServerError(f"`neo4j-admin {doing}` failed in {folder} (code {done.returncode}); it said:\n{said}")

"""The two small files by which the starter of the managed server and its supervisor speak to each other."""

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

from services.graph.processes import ProcessIdentity

LAUNCH_FILE = "launch.json"
STATE_FILE = "server.json"


@dataclass(frozen=True)
class Launch:
    """What the supervisor is told: how the server is run and when it must end.

    Attributes
    ----------
    folder
        The managed server's folder; when it vanishes, so does the server.
    command
        Program and arguments; no secrets.
    port
        Bolt port on the loopback address.
    neo4j_version
        Version of the server.
    owner
        The process whose end ends the server; None for one that stays for later commands.
    idle_stop_seconds
        The server ends after so long without a client; 0 for never.
    """

    folder: str
    command: tuple[str, ...]
    port: int
    neo4j_version: str
    owner: ProcessIdentity | None
    idle_stop_seconds: float

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read it from its file."""
        content = json.loads(path.read_text(encoding="utf-8"))
        owner = content.pop("owner")
        command = tuple(content.pop("command"))
        return cls(owner=ProcessIdentity(**owner) if owner else None, command=command, **content)

    def write(self, path: Path) -> None:
        """Write it in one step."""
        _write_in_one_step(path, asdict(self))


@dataclass(frozen=True)
class ServerState:
    """What the supervisor tells everybody: which processes run, and where the server listens.

    Attributes
    ----------
    supervisor, server
        The processes; `server` changes each time it is brought back.
    port, neo4j_version
        As in `Launch`.
    is_stopping
        The supervisor ends the server; who wants one must wait and start anew.
    n_starts
        How often the supervisor has started the server.
    """

    supervisor: ProcessIdentity
    server: ProcessIdentity
    port: int
    neo4j_version: str
    is_stopping: bool
    n_starts: int

    def as_stopping(self) -> "ServerState":
        """Make the same state, stopping."""
        return replace(self, is_stopping=True)


def read_state(folder: Path) -> ServerState | None:
    """Read the state left in the server's folder, which may be stale; None without a readable one."""
    try:
        content = json.loads((folder / STATE_FILE).read_text(encoding="utf-8"))
        supervisor, server = (ProcessIdentity(**content.pop(key)) for key in ("supervisor", "server"))
        return ServerState(supervisor=supervisor, server=server, **content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_state(folder: Path, state: ServerState) -> None:
    """Write the state in one step."""
    _write_in_one_step(folder / STATE_FILE, asdict(state))


def remove_state(folder: Path) -> None:
    """Forget the state."""
    (folder / STATE_FILE).unlink(missing_ok=True)


def _write_in_one_step(path: Path, content: object) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_text(json.dumps(content, indent=1), encoding="utf-8")
    partial.replace(path)

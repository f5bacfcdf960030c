"""The managed local Neo4j: started once, joined by every later command, stopped on request or when long unused."""

import errno
import fcntl
import logging
import os
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from services.graph import server_files
from services.graph.connections import Address, Progress
from services.graph.errors import DiskFull, ServerError
from services.graph.jars import install_jars, read_jar_lock
from services.graph.processes import identify_process
from services.graph.server_entry import (
    LOOPBACK,
    answers_bolt,
    await_entry,
    log_tail,
    make_first_password,
    server_address,
)
from services.graph.server_state import LAUNCH_FILE, Launch, ServerState, read_state, remove_state
from services.graph.supervisor import SUPERVISOR_LOG
from services.graph.swapping import begin_swap, commit_swap, finish_swap
from services.settings import Settings

_LAUNCH_TRIES = 4
_TICK_SECONDS = 0.1
_STOP_SECONDS = 45.0
_PORT_TAKEN = "Address already in use"
_PROJECT_ROOT = Path(__file__).resolve().parents[2]

DATABASE_PARTS = ("databases", "transactions")
"""Folders of a server's ``data`` in which a database has a folder of its own."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ManagedServer:
    """A running managed server.

    Attributes
    ----------
    address
        Where and how it is reached.
    state
        Its processes.
    password_file
        The 0600 file with the password of `address.user`.
    was_running
        Whether it ran before, so that this process only joined it.
    """

    address: Address
    state: ServerState
    password_file: Path
    was_running: bool


def start(settings: Settings, on_progress: Progress | None = None) -> ManagedServer:
    """Start the managed server, or join it when it runs; it answers when this returns.

    Two processes may do this at once: one starts it, the other waits and joins.

    Parameters
    ----------
    on_progress
        Called with (done, total, text) while jars are fetched.

    Raises
    ------
    ServerError
        When it cannot be started, with the last lines of its log; `JarError`, `DiskFull` and `ServerVersionError`
        name their cause.
    """
    _require_managed(settings)
    folder = settings.graph_folder
    with _full_disk_named(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with _start_lock(folder):
            finish_swap(settings.home)
            server_files.make_folders(folder)
            for _ in range(_LAUNCH_TRIES):
                if running := _joinable_state(folder):
                    server = _enter(settings, running, was_running=True)
                else:
                    _clear_leftovers(folder)
                    server = _launch(settings, on_progress)
                if server is not None:
                    return server
            raise _start_failure(folder)


def stop(settings: Settings) -> bool:
    """Stop the managed server; whether one was running.

    Raises
    ------
    ServerError
        When it does not end.
    """
    _require_managed(settings)
    if not settings.graph_folder.is_dir():
        return False
    with held_stopped(settings) as was_running:
        return was_running


def replace_database(settings: Settings, imported: Path, database: str) -> None:
    """Put an imported database in the place of the managed server's; the server is stopped and nobody starts it.

    Parameters
    ----------
    imported
        A folder of the same disk with ``data/databases`` and ``data/transactions``; it is removed.

    Raises
    ------
    ServerError
        When the server does not end; nothing was replaced.
    """
    with held_stopped(settings):
        new, graph = begin_swap(settings.home), settings.graph_folder.relative_to(settings.home)
        parts = [Path("data") / part / database for part in DATABASE_PARTS]
        for part in parts:
            (new / graph / part).parent.mkdir(parents=True, exist_ok=True)
            (imported / part).rename(new / graph / part)
        names = [str(graph / part) for part in parts]
        commit_swap(settings.home, replaced=names, placed=names, keeps_old=False)
    shutil.rmtree(imported, ignore_errors=True)


def restart_stuck(settings: Settings) -> bool:
    """End a managed server that answers no more, at once; its supervisor brings it back. Whether there was one."""
    state = _joinable_state(settings.graph_folder)
    if state is None:
        return False
    state.server.kill()
    return True


@contextmanager
def held_stopped(settings: Settings) -> Iterator[bool]:
    """Stop the managed server and let nobody start it until the block ends; yields whether it was running.

    Raises
    ------
    ServerError
        When it does not end.
    """
    _require_managed(settings)
    folder = settings.graph_folder
    folder.mkdir(parents=True, exist_ok=True)
    with _start_lock(folder):
        yield _end_server(folder)


def _end_server(folder: Path) -> bool:
    state = read_state(folder)
    if state is None:
        return False
    was_running = state.supervisor.is_running() or state.server.is_running()
    state.supervisor.terminate()
    if not state.supervisor.wait(_STOP_SECONDS):
        state.supervisor.kill()
    _clear_leftovers(folder)
    return was_running


def find_running(settings: Settings) -> ManagedServer | None:
    """Find the managed server without starting it; None when it does not run or does not answer yet."""
    folder = settings.graph_folder
    state = _joinable_state(folder)
    if state is None or not answers_bolt(state.port):
        return None
    password = server_files.read_password(folder)
    return _to_server(folder, state, password, was_running=True)


def _launch(settings: Settings, on_progress: Progress | None) -> ManagedServer | None:
    """Start a supervisor with a server; None when the chosen port was taken meanwhile."""
    folder, lock = settings.graph_folder, read_jar_lock()
    server_files.check_free_disk(folder, settings.server_minimum_free_mib)
    server_files.check_version(folder, lock.neo4j_version)
    install_jars(lock, folder / "lib", settings, on_progress)
    port = settings.server_port or _free_port(folder)
    server_files.write_configuration(folder, port, settings)
    make_first_password(folder)
    Launch(
        folder=str(folder),
        command=server_files.server_command(folder, lock.neo4j_version, settings),
        port=port,
        neo4j_version=lock.neo4j_version,
        owner=identify_process() if settings.server_stops_with_starter else None,
        idle_stop_seconds=settings.server_idle_stop_minutes * 60,
    ).write(folder / LAUNCH_FILE)
    pid = _spawn_supervisor(folder)
    state = _await_state(folder, pid)
    server = None if state is None else _enter(settings, state, was_running=False)
    if server is None and (settings.server_port or _PORT_TAKEN not in log_tail(folder)):
        raise _start_failure(folder)
    return server


def _spawn_supervisor(folder: Path) -> int:
    """Run the supervisor in a session of its own, so that the terminal's Ctrl-C does not reach it; its pid."""
    log = os.open(folder / SUPERVISOR_LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    try:
        return os.posix_spawn(
            sys.executable,
            [sys.executable, "-m", "services.graph.supervisor", str(folder / LAUNCH_FILE)],
            {**os.environ, "PYTHONPATH": str(_PROJECT_ROOT)},
            file_actions=[(os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_DUP2, log, 1), (os.POSIX_SPAWN_DUP2, log, 2)],
            setsid=True,
        )
    finally:
        os.close(log)
        os.close(null)


def _await_state(folder: Path, pid: int) -> ServerState | None:
    """Wait for the state of the supervisor with that pid; None when it ended before it wrote one."""
    while not _has_ended(pid):
        state = read_state(folder)
        if state is not None and state.supervisor.pid == pid:
            return state
        time.sleep(_TICK_SECONDS)
    return None


def _has_ended(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True


def _joinable_state(folder: Path) -> ServerState | None:
    """State of a server that runs and is not being stopped."""
    state = read_state(folder)
    return state if state is not None and not state.is_stopping and state.supervisor.is_running() else None


def _clear_leftovers(folder: Path) -> None:
    """Wait for, then end, processes of an earlier life; forget their state."""
    state = read_state(folder)
    if state is None:
        return
    for process in (state.supervisor, state.server):
        if not process.wait(_STOP_SECONDS):
            process.kill()
            if not process.wait(_STOP_SECONDS):
                raise ServerError(
                    f"process {process.pid} of the graph in {folder} does not end: end it, then try again"
                )
    remove_state(folder)


@contextmanager
def _start_lock(folder: Path) -> Iterator[None]:
    with (folder / "start.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _full_disk_named(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise DiskFull(f"no room left on the disk of {folder}: free some space, or set LOCUSGRAPH_HOME") from error


def _start_failure(folder: Path) -> ServerError:
    tail = log_tail(folder)
    if "No space left" in tail:
        return DiskFull(f"the graph in {folder} found no room on the disk: free some space; its log ends:\n{tail}")
    return ServerError(f"the managed graph in {folder} cannot be started; its log ends:\n{tail}")


def _free_port(folder: Path) -> int:
    """The port of the last launch where it is free, so that who was connected finds the server again; else any."""
    for wanted in (_last_port(folder), 0):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((LOOPBACK, wanted))
            return int(probe.getsockname()[1])
    raise ServerError(f"no free port is left on {LOOPBACK}: end a program that listens, or set LOCUSGRAPH_SERVER_PORT")


def _last_port(folder: Path) -> int:
    try:
        return Launch.read(folder / LAUNCH_FILE).port
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _enter(settings: Settings, state: ServerState, *, was_running: bool) -> ManagedServer | None:
    password = await_entry(settings, state)
    folder = settings.graph_folder
    return None if password is None else _to_server(folder, read_state(folder) or state, password, was_running)


def _to_server(folder: Path, state: ServerState, password: SecretStr, was_running: bool) -> ManagedServer:
    address = server_address(folder, state.port, password)
    return ManagedServer(address, state, folder / server_files.PASSWORD_FILE, was_running)


def _require_managed(settings: Settings) -> None:
    if not settings.is_managed:
        raise ServerError(
            f"NEO4J_URI names the server {settings.neo4j_uri}, so there is no managed one to start or stop: unset it"
        )

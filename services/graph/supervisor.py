"""Runs the managed server, brings it back when it is killed, and ends it when nobody needs it any more.

``python -m services.graph.supervisor LAUNCH_FILE`` is started by `services.graph.local_server` as a process of its
own. The server is its child and gets SIGTERM from the kernel should the supervisor be killed, so it is never orphaned.
"""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import psutil

from services.graph.processes import identify_process
from services.graph.server_state import Launch, ServerState, remove_state, write_state

CONSOLE_LOG = Path("logs") / "console.log"
SUPERVISOR_LOG = Path("logs") / "supervisor.log"
_TICK_SECONDS = 0.5
_IDLE_CHECK_SECONDS = 10.0
_STOP_SECONDS = 30.0
_SHORT_LIFE_SECONDS = 30.0
_MOST_SHORT_LIVES = 3
_LONGEST_PAUSE_SECONDS = 30.0
_LARGEST_LOG_BYTES = 10_000_000
_HOPELESS = ("Address already in use", "No space left on device")
_PR_SET_PDEATHSIG = 1

_log = logging.getLogger(__name__)


class Reason(Enum):
    """Why the supervisor stopped watching."""

    ENDED = "the server ended"
    ASKED = "a signal asked for it"
    OWNER_GONE = "the process that started it is gone"
    IDLE = "no client for long"
    FOLDER_GONE = "its folder is gone"


@dataclass
class Watch:
    """What the supervisor knows while it watches.

    Attributes
    ----------
    is_asked_to_stop
        A signal came.
    last_client_at, next_idle_check_at
        In seconds of the monotonic clock.
    n_starts, n_short_lives
        Starts so far; lives in a row that were short.
    """

    is_asked_to_stop: bool = False
    last_client_at: float = 0.0
    next_idle_check_at: float = 0.0
    n_starts: int = 0
    n_short_lives: int = 0


def supervise(launch: Launch) -> int:
    """Run the server until it must end; the exit code: 0 when it was ended, 1 when it cannot live."""
    folder, watch = Path(launch.folder), Watch(last_client_at=time.monotonic())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: setattr(watch, "is_asked_to_stop", True))
    while True:
        started = time.monotonic()
        log_start = _rotate_log(folder / CONSOLE_LOG)
        server, state = _spawn(launch, watch)
        reason = _watch_server(launch, server, watch)
        if reason is not Reason.ENDED:
            _log.warning("ending the server: %s", reason.value)
            _end(server, folder, state)
            return 0
        _log.warning("the server ended by itself (code %s)", server.returncode)
        if not _may_come_back(server.returncode, time.monotonic() - started, watch, folder / CONSOLE_LOG, log_start):
            remove_state(folder)
            return 1
        _pause(launch, watch)


def _spawn(launch: Launch, watch: Watch) -> tuple["subprocess.Popen[bytes]", ServerState]:
    folder = Path(launch.folder)
    with (folder / CONSOLE_LOG).open("ab") as log:
        server = subprocess.Popen(
            launch.command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            preexec_fn=die_with_parent(),  # noqa: PLW1509  (the supervisor has one thread)
        )
    watch.n_starts += 1
    state = ServerState(
        supervisor=identify_process(),
        server=identify_process(server.pid),
        port=launch.port,
        neo4j_version=launch.neo4j_version,
        is_stopping=False,
        n_starts=watch.n_starts,
    )
    write_state(folder, state)
    return server, state


def die_with_parent() -> Callable[[], None] | None:
    """Ask the kernel, in the child, to end it with its parent; None where there is no such call."""
    if not sys.platform.startswith("linux"):
        return None
    library, supervisor = ctypes.CDLL(None, use_errno=True), os.getpid()

    def ask() -> None:
        library.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != supervisor:
            os._exit(1)

    return ask


def _watch_server(launch: Launch, server: "subprocess.Popen[bytes]", watch: Watch) -> Reason:
    while server.poll() is None:
        if reason := _reason_to_stop(launch, server.pid, watch):
            return reason
        time.sleep(_TICK_SECONDS)
    return _reason_to_stop(launch, server.pid, watch) or Reason.ENDED


def _reason_to_stop(launch: Launch, pid: int, watch: Watch) -> Reason | None:
    if watch.is_asked_to_stop:
        return Reason.ASKED
    if launch.owner is not None and not launch.owner.is_running():
        return Reason.OWNER_GONE
    if not Path(launch.folder).is_dir():
        return Reason.FOLDER_GONE
    return Reason.IDLE if _is_idle(launch, pid, watch) else None


def _is_idle(launch: Launch, pid: int, watch: Watch) -> bool:
    now = time.monotonic()
    if not launch.idle_stop_seconds or now < watch.next_idle_check_at:
        return False
    watch.next_idle_check_at = now + min(_IDLE_CHECK_SECONDS, launch.idle_stop_seconds)
    if has_clients(pid, launch.port):
        watch.last_client_at = now
    return now - watch.last_client_at >= launch.idle_stop_seconds


def has_clients(pid: int, port: int) -> bool:
    """Whether anybody is connected to the server; True when the system does not tell."""
    try:
        connections = psutil.Process(pid).net_connections("tcp")
    except (psutil.Error, OSError):
        return True
    return any(one.status == psutil.CONN_ESTABLISHED and one.laddr and one.laddr.port == port for one in connections)


def _may_come_back(code: int, lived_seconds: float, watch: Watch, log: Path, log_start: int) -> bool:
    """Whether another start makes sense: always after a kill, not after a row of deaths at birth."""
    watch.n_short_lives = watch.n_short_lives + 1 if lived_seconds < _SHORT_LIFE_SECONDS else 0
    if code < 0:
        return True
    with log.open("rb") as file:
        file.seek(log_start)
        written = file.read().decode(errors="replace")
    return watch.n_short_lives < _MOST_SHORT_LIVES and not any(sign in written for sign in _HOPELESS)


def _pause(launch: Launch, watch: Watch) -> None:
    """Wait longer after each short life, but never past a reason to stop."""
    if not watch.n_short_lives:
        return
    until = time.monotonic() + min(2.0 ** (watch.n_short_lives - 1) - 1, _LONGEST_PAUSE_SECONDS)
    while time.monotonic() < until and not watch.is_asked_to_stop:
        if launch.owner is not None and not launch.owner.is_running():
            return
        time.sleep(_TICK_SECONDS)


def _end(server: "subprocess.Popen[bytes]", folder: Path, state: ServerState) -> None:
    if folder.is_dir():
        write_state(folder, state.as_stopping())
    server.terminate()
    try:
        server.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    remove_state(folder)


def _rotate_log(log: Path) -> int:
    """Keep one older console log; the size of the present one, in bytes."""
    log.parent.mkdir(parents=True, exist_ok=True)
    size = log.stat().st_size if log.exists() else 0
    if size <= _LARGEST_LOG_BYTES:
        return size
    log.replace(log.with_suffix(".1.log"))
    return 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    sys.exit(supervise(Launch.read(Path(sys.argv[1]))))

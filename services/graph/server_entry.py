"""The way into the managed server: its password, the wait until it answers, and what its log says if it does not."""

import logging
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from pydantic import SecretStr

from services.graph import server_files
from services.graph.connections import Address, change_password
from services.graph.errors import QueryFailed, ServerError, StoreRefused, StoreUnavailable
from services.graph.server_state import ServerState, read_state
from services.graph.store import Store
from services.graph.supervisor import CONSOLE_LOG, SUPERVISOR_LOG
from services.settings import Settings, read_secret_file

USER = "neo4j"
DATABASE = "neo4j"
LOOPBACK = "127.0.0.1"
_TICK_SECONDS = 0.1
_SICK_SECONDS = 30.0
_BOLT_HANDSHAKE = bytes.fromhex("6060b017") + bytes.fromhex("00080805 00020404 00000004 00000003")

_log = logging.getLogger(__name__)


def await_entry(settings: Settings, state: ServerState) -> SecretStr | None:
    """Wait until the server lets us in; its password, or None when its supervisor ends meanwhile.

    A server that answers but whose database stays shut (it panicked, for instance on a full disk) is restarted once.

    Raises
    ------
    ServerError
        When it does not answer in time, or does not take the password.
    DiskFull
        When its disk has no room.
    """
    started, folder = time.monotonic(), settings.graph_folder
    problem, shut_since, has_restarted = "no Bolt handshake", started, False
    while time.monotonic() - started < settings.server_start_timeout_seconds:
        if not state.supervisor.is_running():
            return None
        if answers_bolt(state.port):
            try:
                password = _enter(settings, state.port)
                return password if state.supervisor.is_running() else None
            except (StoreUnavailable, QueryFailed) as error:
                problem = str(error)
            if not has_restarted and time.monotonic() - shut_since > _SICK_SECONDS:
                has_restarted = _restart(folder)
        else:
            shut_since = time.monotonic()
        time.sleep(_TICK_SECONDS)
    raise ServerError(
        f"the managed graph in {folder} did not answer within {settings.server_start_timeout_seconds:g} s (setting "
        f"LOCUSGRAPH_SERVER_START_TIMEOUT_SECONDS; last: {problem}); its log ends:\n{log_tail(folder)}"
    )


def _restart(folder: Path) -> bool:
    """End the server, which its supervisor brings back; whether there was one."""
    state = read_state(folder)
    if state is None:
        return False
    _log.warning("the managed graph answers but its database stays shut: restarting it")
    state.server.terminate()
    return True


def answers_bolt(port: int, timeout_seconds: float = 2.0) -> bool:
    """Whether a Bolt server on the loopback address completes the handshake."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout_seconds) as connection:
            connection.sendall(_BOLT_HANDSHAKE)
            answer = connection.recv(4)
    except OSError:
        return False
    return len(answer) == len("vers") and any(answer)


def make_first_password(folder: Path) -> None:
    """Give a new server a throw-away password: the tool takes it on its command line, where others may see it."""
    if (folder / "data" / "databases").is_dir() or (folder / "data" / "dbms" / "auth.ini").exists():
        return
    server_files.write_new_secret(folder / server_files.PASSWORD_FILE)
    first = server_files.write_new_secret(folder / server_files.FIRST_PASSWORD_FILE)
    done = subprocess.run(
        server_files.admin_command(folder, "dbms", "set-initial-password", first.get_secret_value()),
        env=server_files.admin_environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = (done.stderr or done.stdout).replace(first.get_secret_value(), "…").strip()
        raise ServerError(f"the managed graph's password could not be set (code {done.returncode}): {reason}")


def server_address(folder: Path, port: int, password: SecretStr) -> Address:
    """Address of a managed server."""
    return Address(
        uri=f"bolt://{LOOPBACK}:{port}",
        user=USER,
        password=password,
        database=DATABASE,
        remedy="run 'locusgraph graph start' and try again",
        folder=folder,
    )


def log_tail(folder: Path) -> str:
    """Last lines of the server's own log, then of its supervisor's."""
    lines: list[str] = []
    for path, n_lines in ((folder / CONSOLE_LOG, 12), (folder / SUPERVISOR_LOG, 3)):
        if path.exists():
            lines += path.read_text(encoding="utf-8", errors="replace").splitlines()[-n_lines:]
    return "\n".join(lines)


def _enter(settings: Settings, port: int) -> SecretStr:
    """Open the server once with its password, which replaces the first one at the very first time."""
    folder = settings.graph_folder
    first_file = folder / server_files.FIRST_PASSWORD_FILE
    password = server_files.read_password(folder)
    if first_file.exists():
        first = read_secret_file(first_file)
        with suppress(StoreRefused):
            change_password(server_address(folder, port, first), password)
        first_file.unlink()
    try:
        Store(server_address(folder, port, password), settings).close()
    except StoreRefused as error:
        raise ServerError(
            f"the managed graph does not take the password in {folder / server_files.PASSWORD_FILE}: put the right "
            "file back, or use another LOCUSGRAPH_HOME"
        ) from error
    return password

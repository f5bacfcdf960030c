"""The supervisor with a small stand-in for the server."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.graph.processes import ProcessIdentity, identify_process
from services.graph.server_state import LAUNCH_FILE, Launch, ServerState, read_state
from services.graph.supervisor import CONSOLE_LOG, has_clients

SLEEPER = (sys.executable, "-c", "import time; time.sleep(60)")
Supervisor = subprocess.Popen[bytes]


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Callable[..., Supervisor]]:
    """Start a supervisor of a stand-in server; all are ended after the test."""
    started: list[Supervisor] = []

    def run(command: tuple[str, ...] = SLEEPER, *, owner: int | None = None, idle_seconds: float = 0) -> Supervisor:
        folder = tmp_path / "graph"
        folder.mkdir(exist_ok=True)
        identity = None if owner is None else identify_process(owner)
        Launch(str(folder), command, 1, "5.26.30", identity, idle_seconds).write(folder / LAUNCH_FILE)
        process = subprocess.Popen([sys.executable, "-m", "services.graph.supervisor", str(folder / LAUNCH_FILE)])
        started.append(process)
        return process

    yield run
    for process in started:
        process.terminate()
        process.wait(20)


def _await_state(folder: Path, *, n_starts: int = 1) -> ServerState:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        state = read_state(folder / "graph")
        if state is not None and state.n_starts >= n_starts:
            return state
        time.sleep(0.02)
    raise AssertionError("the supervisor wrote no state")


def _has_gone(process: ProcessIdentity) -> bool:
    return process.wait(20)


def test_supervise__brings_a_killed_server_back(supervise: Callable[..., Supervisor], tmp_path: Path) -> None:
    supervise()
    first = _await_state(tmp_path)
    os.kill(first.server.pid, signal.SIGKILL)
    second = _await_state(tmp_path, n_starts=2)
    assert second.supervisor == first.supervisor
    assert second.server != first.server
    assert second.server.is_running()


def test_supervise__stops_on_request(supervise: Callable[..., Supervisor], tmp_path: Path) -> None:
    process = supervise()
    server = _await_state(tmp_path).server
    process.terminate()
    assert process.wait(20) == 0
    assert not server.is_running()
    assert read_state(tmp_path / "graph") is None


def test_supervise__a_killed_supervisor_takes_the_server_along(
    supervise: Callable[..., Supervisor], tmp_path: Path
) -> None:
    process = supervise()
    server = _await_state(tmp_path).server
    process.kill()
    process.wait(20)
    assert _has_gone(server)


def test_supervise__ends_with_its_owner(supervise: Callable[..., Supervisor], tmp_path: Path) -> None:
    with subprocess.Popen(SLEEPER) as owner:
        process = supervise(owner=owner.pid)
        server = _await_state(tmp_path).server
        owner.kill()
    assert process.wait(20) == 0
    assert not server.is_running()


def test_supervise__ends_when_long_unused(supervise: Callable[..., Supervisor], tmp_path: Path) -> None:
    process = supervise(idle_seconds=0.5)
    assert process.wait(20) == 0


def test_supervise__ends_with_its_folder(supervise: Callable[..., Supervisor], tmp_path: Path) -> None:
    process = supervise()
    server = _await_state(tmp_path).server
    (tmp_path / "graph").rename(tmp_path / "elsewhere")
    assert process.wait(20) == 0
    assert not server.is_running()


def test_supervise__gives_up_on_a_server_that_cannot_live(supervise: Callable[..., Supervisor], tmp_path: Path) -> None:
    process = supervise((sys.executable, "-c", "print('Address already in use'); raise SystemExit(2)"))
    assert process.wait(20) == 1
    assert (tmp_path / "graph" / CONSOLE_LOG).read_text() == "Address already in use\n"
    assert read_state(tmp_path / "graph") is None


@pytest.mark.slow
def test_supervise__gives_up_after_three_deaths_at_birth(supervise: Callable[..., Supervisor], tmp_path: Path) -> None:
    process = supervise((sys.executable, "-c", "print('born'); raise SystemExit(3)"))
    assert process.wait(30) == 1
    assert (tmp_path / "graph" / CONSOLE_LOG).read_text() == "born\n" * 3


def test_has_clients__counts_connections_to_the_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert not has_clients(os.getpid(), port)
        with socket.create_connection(("127.0.0.1", port)), server.accept()[0]:
            assert has_clients(os.getpid(), port)


def test_has_clients__unknown_counts_as_used() -> None:
    assert has_clients(2**22 - 1, 1)

"""The managed local Neo4j itself: started, joined, killed, stopped."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from services.graph import local_server, server_files
from services.graph.errors import DiskFull, JarError, QueryFailed, ServerError, ServerVersionError
from services.graph.local_server import find_running, start, stop
from services.graph.opening import open_store
from services.graph.processes import ProcessIdentity
from services.graph.server_state import LAUNCH_FILE, STATE_FILE, Launch, ServerState, read_state, write_state
from services.graph.status import read_status
from services.settings import Settings
from tests.paths import ROOT
from tests.services.graph.conftest import StandIn, managed_settings

STARTER = """
import sys
from pathlib import Path
from services.settings import Settings
from services.graph.local_server import start
server = start(Settings.model_validate_json(Path(sys.argv[1]).read_text()))
print(server.was_running, server.state.server.pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def settings(tmp_path: Path, checked_jars: Path) -> Settings:
    """Settings of a managed server that no test of these starts for real."""
    return managed_settings(tmp_path / "home", checked_jars)


@pytest.fixture(scope="module")
def two_starters(own_server_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What two processes said that started the same server at once; both live on during the tests."""
    file = tmp_path_factory.mktemp("starters") / "settings.json"
    daemon = own_server_settings.model_copy(update={"server_stops_with_starter": False})
    file.write_text(daemon.model_dump_json())
    command = [sys.executable, "-c", STARTER, str(file)]
    with (
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first,
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as second,
    ):
        with ThreadPoolExecutor(2) as pool:
            said = list(pool.map(lambda one: one.stdout.readline().strip(), (first, second)))
        for one in (first, second):
            assert one.stdin is not None
            one.stdin.close()
    return said


@pytest.mark.slow
def test_start__two_at_once_one_starts_the_other_joins(two_starters: list[str]) -> None:
    flags, pids = zip(*(line.split() for line in two_starters), strict=True)
    assert sorted(flags) == ["False", "True"]
    assert len(set(pids)) == 1


@pytest.mark.slow
def test_start__outlives_its_starters_and_is_joined(two_starters: list[str], own_server_settings: Settings) -> None:
    server = start(own_server_settings)
    assert server.was_running
    assert str(server.state.server.pid) == two_starters[0].split()[1]
    with open_store(own_server_settings) as store:
        assert store.check() == f"Neo4j/{server.state.neo4j_version}"


@pytest.mark.slow
@pytest.mark.usefixtures("two_starters")
def test_start__private_local_and_shut(own_server_settings: Settings) -> None:
    server = start(own_server_settings)
    assert server.password_file.stat().st_mode & 0o777 == 0o600
    assert not (own_server_settings.graph_folder / server_files.FIRST_PASSWORD_FILE).exists()
    listening = [
        one.laddr for one in psutil.Process(server.state.server.pid).net_connections("tcp") if one.status == "LISTEN"
    ]
    assert [(address.ip.removeprefix("::ffff:"), address.port) for address in listening] == [
        ("127.0.0.1", server.state.port)
    ]
    secret = server.address.password.get_secret_value()
    for process in (server.state.server, server.state.supervisor):
        assert secret not in " ".join(psutil.Process(process.pid).cmdline())
    logs = own_server_settings.graph_folder / "logs"
    assert not [log for log in logs.iterdir() if secret in log.read_text(errors="replace")]


@pytest.mark.slow
@pytest.mark.usefixtures("two_starters")
@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://127.0.0.1:1/x.csv"])
def test_start__load_csv_is_shut(
    own_server_settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str
) -> None:
    from services.graph import query_files

    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "load.cypher").write_text("LOAD CSV FROM $url AS line RETURN line")
    with open_store(own_server_settings) as store:
        monkeypatch.setattr(query_files, "QUERIES_FOLDER", tmp_path)
        query_files.list_queries.cache_clear()
        try:
            with pytest.raises(QueryFailed, match="tests/load failed"):
                store.read("tests/load", url=url)
        finally:
            query_files.list_queries.cache_clear()


@pytest.mark.slow
@pytest.mark.usefixtures("two_starters")
def test_read__brings_the_answer_though_the_server_is_killed(own_server_settings: Settings) -> None:
    before = start(own_server_settings).state
    with open_store(own_server_settings) as store:
        os.kill(before.server.pid, signal.SIGKILL)
        assert store.read("setup/count_nodes") == [{"n_nodes": 0}]
    after = read_state(own_server_settings.graph_folder)
    assert after is not None
    assert after.supervisor == before.supervisor
    assert after.server != before.server
    with open_store(own_server_settings) as store:
        assert store.read("setup/count_nodes") == [{"n_nodes": 0}]


@pytest.mark.slow
@pytest.mark.usefixtures("two_starters")
def test_stop__then_status_then_start_again_with_a_killed_supervisor(own_server_settings: Settings) -> None:
    running = read_status(own_server_settings)
    assert running.is_running
    assert running.is_managed
    assert running.server_version == "5.26.30"
    state = start(own_server_settings).state
    os.kill(state.supervisor.pid, signal.SIGKILL)
    assert state.supervisor.wait(10)
    again = start(own_server_settings)
    assert not again.was_running
    assert not state.server.is_running()
    assert stop(own_server_settings)
    assert not again.state.server.is_running()
    assert not stop(own_server_settings)
    stopped = read_status(own_server_settings)
    assert (stopped.is_running, stopped.uri, stopped.n_nodes) == (False, None, {})
    assert stopped.password_file is not None


def test_start__another_server_is_named() -> None:
    with pytest.raises(ServerError, match=r"NEO4J_URI names the server bolt://x, .*unset it"):
        start(Settings(neo4j_uri="bolt://x"))
    with pytest.raises(ServerError, match="no managed one to start or stop"):
        stop(Settings(neo4j_uri="bolt://x"))


def test_start__store_of_a_newer_server(settings: Settings) -> None:
    settings.graph_folder.mkdir(parents=True)
    (settings.graph_folder / server_files.VERSION_FILE).write_text("2026.8.1")
    with pytest.raises(ServerVersionError, match=r"written by Neo4j 2026.8.1"):
        start(settings)


def test_start__too_little_disk(settings: Settings) -> None:
    greedy = settings.model_copy(update={"server_minimum_free_mib": 1 << 40})
    with pytest.raises(DiskFull, match="needs 1099511627776 MiB of free disk to start"):
        start(greedy)


def test_start__disk_full_while_preparing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(server_files, "write_configuration", refuse)
    with pytest.raises(DiskFull, match=r"no room left on the disk of .*/graph: free some space"):
        start(settings)


def test_start__other_file_errors_stay_what_they_are(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(server_files, "write_configuration", refuse)
    with pytest.raises(PermissionError, match="Permission denied"):
        start(settings)


def test_start__a_wrong_jar_is_named(settings: Settings, tmp_path: Path) -> None:
    wrong = settings.model_copy(update={"jar_cache": tmp_path / "jars"})
    (tmp_path / "jars").mkdir()
    for jar in settings.jar_cache_folder.glob("*.jar"):
        (tmp_path / "jars" / jar.name).hardlink_to(jar)
    (tmp_path / "jars" / "neo4j-5.26.30.jar").unlink()
    (tmp_path / "jars" / "neo4j-5.26.30.jar").write_bytes(b"cut short")
    with pytest.raises(JarError, match=r"the server's jar neo4j-5.26.30.jar is not the locked one \(9 bytes"):
        start(wrong)
    assert not (tmp_path / "jars" / "neo4j-5.26.30.jar").exists()


def test_start__failure_shows_the_log(settings: Settings, stand_in: StandIn) -> None:
    stand_in.runs("print('Address already in use'); raise SystemExit(2)")
    fixed = settings.model_copy(update={"server_port": 17799})
    with pytest.raises(ServerError, match=r"cannot be started; its log ends:\nAddress already in use"):
        start(fixed)


def test_start__a_taken_port_is_tried_again_with_others(
    settings: Settings, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports = iter(range(17780, 17799))
    monkeypatch.setattr(local_server, "_free_port", lambda _: next(ports))
    stand_in.runs("print('Address already in use'); raise SystemExit(2)")
    with pytest.raises(ServerError, match="Address already in use"):
        start(settings)
    assert next(ports) == 17784


def test_start__disk_full_in_the_servers_log(settings: Settings, stand_in: StandIn) -> None:
    stand_in.runs("print('java.io.IOException: No space left on device'); raise SystemExit(1)")
    with pytest.raises(DiskFull, match="found no room on the disk: free some space; its log ends"):
        start(settings)


def test_start__stale_state_of_a_dead_process(settings: Settings, stand_in: StandIn) -> None:
    stand_in.runs("print('Address already in use'); raise SystemExit(2)")
    dead = ProcessIdentity(os.getpid(), 1.0)
    settings.graph_folder.mkdir(parents=True)
    write_state(settings.graph_folder, ServerState(dead, dead, 1, "5.26.30", is_stopping=False, n_starts=1))
    fixed = settings.model_copy(update={"server_port": 17799})
    with pytest.raises(ServerError, match="cannot be started"):
        start(fixed)
    assert not (settings.graph_folder / STATE_FILE).exists()
    assert Launch.read(settings.graph_folder / LAUNCH_FILE).port == 17799


def test_find_running__nothing_there(settings: Settings) -> None:
    assert find_running(settings) is None


def test_stop__a_process_that_does_not_end(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    stubborn = ProcessIdentity(os.getpid(), 1.0)
    settings.graph_folder.mkdir(parents=True)
    write_state(settings.graph_folder, ServerState(stubborn, stubborn, 1, "5.26.30", is_stopping=False, n_starts=1))
    monkeypatch.setattr(ProcessIdentity, "wait", lambda *_: False)
    with pytest.raises(ServerError, match=rf"process {os.getpid()} of the graph in .* does not end: end it"):
        stop(settings)

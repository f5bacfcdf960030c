"""The way into the managed server, with a stand-in for it."""

import socket
import sys
import threading
from pathlib import Path

import pytest
from pydantic import SecretStr

from services.graph import local_server, server_entry, server_files
from services.graph.errors import ServerError, StoreRefused, StoreUnavailable
from services.graph.local_server import start, stop
from services.graph.server_entry import answers_bolt
from services.graph.server_state import read_state
from services.settings import Settings
from tests.services.graph.conftest import StandIn, managed_settings

BOLT_ANSWERER = """
import json, socket
server = socket.create_server(("127.0.0.1", json.load(open("launch.json"))["port"]))
while True:
    connection, _ = server.accept()
    connection.recv(20)
    connection.sendall(bytes([0, 0, 8, 5]))
    connection.close()
"""


@pytest.fixture
def settings(tmp_path: Path, checked_jars: Path) -> Settings:
    return managed_settings(tmp_path / "home", checked_jars)


def test_await_entry__silent_server(settings: Settings, stand_in: StandIn) -> None:
    stand_in.runs("import time; time.sleep(60)")
    impatient = settings.model_copy(update={"server_start_timeout_seconds": 0.3})
    with pytest.raises(ServerError, match=r"did not answer within 0.3 s .*START_TIMEOUT_SECONDS; last: no Bolt handsh"):
        start(impatient)
    assert stop(impatient)


def test_await_entry__a_server_whose_database_stays_shut_is_restarted(
    settings: Settings, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def enter(settings: Settings, port: int) -> SecretStr:
        state = read_state(settings.graph_folder)
        if state is None or state.n_starts == 1:
            raise StoreUnavailable("the database panicked")
        return SecretStr("hidden")

    stand_in.runs(BOLT_ANSWERER)
    monkeypatch.setattr(server_entry, "_enter", enter)
    monkeypatch.setattr(server_entry, "_SICK_SECONDS", 0.2)
    server = start(settings)
    assert server.state.n_starts == 2
    assert stop(settings)


def test_await_entry__a_wrong_password_is_no_reason_to_wait(
    settings: Settings, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise StoreRefused("wrong password")

    stand_in.runs(BOLT_ANSWERER)
    settings.graph_folder.mkdir(parents=True)
    server_files.write_new_secret(settings.graph_folder / server_files.PASSWORD_FILE)
    monkeypatch.setattr(server_entry, "Store", refuse)
    with pytest.raises(ServerError, match=r"does not take the password in .*/graph/password: put the right file back"):
        start(settings)
    assert stop(settings)


def test_make_first_password__tool_fails(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_server, "install_jars", lambda *_: None)
    failing = (sys.executable, "-c", "import sys; sys.exit('bad ' + sys.argv[1])")
    monkeypatch.setattr(server_files, "admin_command", lambda _, *words: (*failing, words[-1]))
    with pytest.raises(ServerError, match=r"password could not be set \(code 1\): bad …$"):
        start(settings)


def test_answers_bolt__only_a_bolt_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        for answer, expected in ((bytes(4), False), (b"\0\0\x08\x05", True), (b"", False)):
            thread = threading.Thread(target=_answer_once, args=(server, answer))
            thread.start()
            assert answers_bolt(port) is expected
            thread.join()
    assert not answers_bolt(port)


def _answer_once(server: socket.socket, answer: bytes) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(20)
        connection.sendall(answer)

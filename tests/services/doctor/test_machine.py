"""Disks, memory and ports, each broken on purpose."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.doctor.finding import State
from services.doctor.machine import look_at_disk, look_at_memory, look_at_ports
from services.settings import Settings


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_disk__with_room(tmp_path: Path) -> None:
    home, temporary = look_at_disk(Settings(home=tmp_path / "not" / "yet", server_minimum_free_mib=1))
    assert (home.state, temporary.state) == (State.FINE, State.FINE)
    assert "MiB free" in home.seen


def test_disk__full(tmp_path: Path) -> None:
    found, *_ = look_at_disk(Settings(home=tmp_path, server_minimum_free_mib=1 << 40))
    assert found.state == State.BROKEN
    assert "are needed" in found.seen
    assert "LOCUSGRAPH_HOME" in found.remedy


@pytest.mark.parametrize(("home", "seen"), [("/proc/1/none", "cannot be read and written"), (__file__, "is no folder")])
def test_disk__folder_that_cannot_be_used(home: str, seen: str) -> None:
    found, *_ = look_at_disk(Settings(home=Path(home), server_minimum_free_mib=1))
    assert found.state == State.BROKEN
    assert seen in found.seen


def test_memory__less_than_the_settings_ask_for(tmp_path: Path) -> None:
    (found,) = look_at_memory(Settings(home=tmp_path, neo4j_uri=None, server_heap_mib=1 << 30))
    assert found.state == State.BROKEN
    assert "LOCUSGRAPH_SERVER_HEAP_MIB" in found.remedy


def test_ports__taken_by_another_program(tmp_path: Path, taken_port: int) -> None:
    settings = Settings(home=tmp_path, neo4j_uri=None, server_port=taken_port, api_port=taken_port)
    graph, web = look_at_ports(settings)
    for found, variable in ((graph, "LOCUSGRAPH_SERVER_PORT"), (web, "LOCUSGRAPH_API_PORT")):
        assert found.state == State.BROKEN
        assert f"127.0.0.1:{taken_port} cannot be listened on (Address already in use" in found.seen
        assert variable in found.remedy


def test_ports__free(tmp_path: Path) -> None:
    assert {found.state for found in look_at_ports(Settings(home=tmp_path, neo4j_uri=None, api_port=0))} == {State.FINE}

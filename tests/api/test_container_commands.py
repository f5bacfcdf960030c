"""What the containers run, run here without a container: the commands and settings of docker/compose.yaml."""

import importlib.util
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.graph.connections import Address
from services.graph.store import Store
from tests.paths import ROOT

pytestmark = [pytest.mark.store, pytest.mark.slow]
_LONGEST_START_SECONDS = 240.0
_COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text(encoding="utf-8"))


def _command(name: str, *, inbox: Path) -> list[str]:
    """The words of a service, with compose's defaults for its variables and a folder of ours for the inbox."""
    words = [re.sub(r"\$\{\w+:-(.*?)\}", r"\1", word) for word in _COMPOSE["services"][name]["command"]]
    return [sys.executable, "-m", "api", *(str(inbox) if word == "/inbox" else word for word in words)]


def _environment(name: str, folder: Path, address: Address) -> dict[str, str]:
    """The service's own settings; only addresses and paths of the container are replaced."""
    password = folder / "neo4j_password"
    if not password.exists():
        password.touch(mode=0o600)
        password.write_text(address.password.get_secret_value())
    own = {variable: str(value) for variable, value in _COMPOSE["services"][name]["environment"].items()}
    ours = {
        "NEO4J_URI": address.uri,
        "NEO4J_PASSWORD_FILE": str(password),
        "LOCUSGRAPH_HOME": str(folder / "home"),
        "LOCUSGRAPH_API_HOST": "127.0.0.1",
        "LOCUSGRAPH_API_PORT": str(_free_port()),
        "PYTHONPATH": str(ROOT),
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NEO4J_", "LOCUSGRAPH_"))}
    return {**kept, **own, **ours}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(command: list[str], environment: dict[str, str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that is told to stop at the end, as ``docker stop`` does, and must do so within its grace period."""
    with log.open("wb") as stream:
        process = subprocess.Popen(command, cwd=log.parent, env=environment, stdout=stream, stderr=stream)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(90)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _becomes_healthy(command: list[str], environment: dict[str, str], process: "subprocess.Popen[bytes]") -> bool:
    deadline = time.monotonic() + _LONGEST_START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if not subprocess.run(command, env=environment, capture_output=True, check=False).returncode:
            return True
        time.sleep(0.5)
    return False


def test_app__becomes_healthy_and_ends_when_told(graph: Store, server_address: Address, tmp_path: Path) -> None:
    environment = _environment("app", tmp_path, server_address)
    found = re.search(
        r"HEALTHCHECK.*?CMD (\[.*?\])$", (ROOT / "docker" / "Dockerfile").read_text(), re.DOTALL | re.MULTILINE
    )
    assert found
    _, *words = json.loads(found[1])
    check = [sys.executable, *(word.replace(":8000/", f":{environment['LOCUSGRAPH_API_PORT']}/") for word in words)]
    log = tmp_path / "log"
    with _running(_command("app", inbox=tmp_path), environment, log) as process:
        assert _becomes_healthy(check, environment, process), log.read_text()
    assert process.returncode in {0, -signal.SIGTERM}, log.read_text()
    assert server_address.password.get_secret_value() not in log.read_text()


@pytest.mark.skipif(importlib.util.find_spec("services.schedule") is None, reason="no scheduler in this checkout")
def test_scheduler__becomes_healthy_and_ends_when_told(store: Store, server_address: Address, tmp_path: Path) -> None:
    """On an empty graph: the small one has no state folder, and the scheduler refuses to mend what is not its own."""
    environment = _environment("scheduler", tmp_path, server_address)
    (tmp_path / "inbox").mkdir()
    _, _, *words = _COMPOSE["services"]["scheduler"]["healthcheck"]["test"]
    check = [sys.executable, "-m", "api", *words]
    log = tmp_path / "log"
    with _running(_command("scheduler", inbox=tmp_path / "inbox"), environment, log) as process:
        assert _becomes_healthy(check, environment, process), log.read_text()
        assert process.poll() is None, log.read_text()
    assert process.returncode in {0, 130, -signal.SIGTERM}, log.read_text()
    assert server_address.password.get_secret_value() not in log.read_text()

"""The real server in a process of its own: slow clients, signals, secrets in whatever it writes."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from services.access.audit import record
from services.access.roles import Role
from services.access.tokens import TokenBook
from services.graph.store import Store
from services.settings import Settings
from tests.paths import ROOT

STARTS_WITHIN_SECONDS = 120
SLOW_APP = """
import asyncio, sys
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from api.app import create_app
from api.web.server import run_server
from services.logs import set_up_logging
from services.settings import read_settings

async def slow(request):
    await asyncio.sleep(1.5)
    return PlainTextResponse("whole answer")

settings = read_settings()
set_up_logging(settings, whole_process=True)
app = create_app(settings)
app.router.routes.append(Route("/scans/slow/answer", slow))
run_server(app, settings)
print("the server returned", flush=True)
"""


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def environment(settings: Settings, home: Path, port: int, **more: str) -> dict[str, str]:
    password = settings.neo4j_password
    assert password is not None
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "LOCUSGRAPH_HOME": str(home),
        "NEO4J_URI": settings.neo4j_uri or "",
        "NEO4J_USER": settings.neo4j_user,
        "NEO4J_PASSWORD": password.get_secret_value(),
        "NEO4J_DATABASE": settings.neo4j_database,
        "LOCUSGRAPH_API_PORT": str(port),
        "LOCUSGRAPH_API_READY_PARTS": '["store", "disk"]',
        "LOCUSGRAPH_LOG_LEVEL": "DEBUG",
        "LOCUSGRAPH_LOG_FORMAT": "json",
        **more,
    }


@contextmanager
def served(environment: dict[str, str], output: Path, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run the server until the block ends; it answers when the block begins."""
    port = environment["LOCUSGRAPH_API_PORT"]
    with output.open("wb") as file:
        process = subprocess.Popen([sys.executable, *words], cwd=ROOT, env=environment, stdout=file, stderr=file)
    try:
        end = time.monotonic() + STARTS_WITHIN_SECONDS
        while True:
            assert process.poll() is None, output.read_text()
            assert time.monotonic() < end, output.read_text()
            try:
                httpx.get(f"http://127.0.0.1:{port}/health/live", timeout=5)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def ask_slowly(port: int) -> socket.socket:
    """A connection that has asked for an answer that takes 1.5 s."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    connection.sendall(f"GET /scans/slow/answer HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    return connection


def read_all(connection: socket.socket) -> bytes:
    """Whatever comes until the server closes the connection."""
    found = b""
    while piece := connection.recv(65_536):
        found += piece
    return found


def test_sigterm__ready_says_503_running_requests_end_and_the_store_is_closed(
    graph: Store, api_settings: Settings, tmp_path: Path
) -> None:
    port, output = free_port(), tmp_path / "output"
    chosen = environment(api_settings, tmp_path / "home", port, LOCUSGRAPH_API_DRAIN_SECONDS="1")
    url = f"http://127.0.0.1:{port}"
    with served(chosen, output, "-c", SLOW_APP) as process:
        assert httpx.get(f"{url}/health/ready", timeout=30).json()["status"] == "ready"
        before = ask_slowly(port)
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        draining = httpx.get(f"{url}/health/ready", timeout=30)
        assert (draining.status_code, draining.json()["status"]) == (503, "stopping")
        late = ask_slowly(port)
        for connection in (before, late):
            with connection:
                answer = read_all(connection)
            assert answer.startswith(b"HTTP/1.1 200")
            assert answer.endswith(b"whole answer")
        assert process.wait(30) in (0, -signal.SIGTERM)
    assert "the store is closed" in output.read_text()
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{url}/health/live", timeout=5)


def test_slow_headers__the_connection_is_closed(graph: Store, api_settings: Settings, tmp_path: Path) -> None:
    port, output = free_port(), tmp_path / "output"
    chosen = environment(api_settings, tmp_path / "home", port, LOCUSGRAPH_API_HEADER_SECONDS="0.5")
    with served(chosen, output, "-m", "api", "serve"):
        for beginning in (b"", b"GET /health/live HT"):
            with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
                connection.sendall(beginning)
                begin = time.monotonic()
                assert read_all(connection) == b""
                assert time.monotonic() - begin < 15
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: " + b"x" * 100_000)
            assert read_all(connection).startswith(b"HTTP/1.1 400")
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            request = f"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
            for _ in range(2):  # an idle connection between two requests is no slow one
                connection.sendall(request)
                answer = b""
                while not answer.endswith(b'{"status":"live"}'):
                    answer += connection.recv(65_536)
                time.sleep(0.8)


def test_secrets__are_in_no_output_log_error_or_file(graph: Store, api_settings: Settings, tmp_path: Path) -> None:
    """A session with every kind of mistake; then all that it wrote is searched for its secrets."""
    home, output, port = tmp_path / "home", tmp_path / "output", free_port()
    chosen = environment(api_settings, home, port)
    password = chosen["NEO4J_PASSWORD"]
    token, _ = TokenBook(home).add("portal", Role.READER, now=datetime.now(UTC), created_by="os:test")
    stranger = "lgt_" + "z" * 43
    with_password = f"bolt://neo4j:{password}@127.0.0.1:1"
    said = []
    with served(chosen, output, "-m", "api", "--debug", "serve") as process:
        url = f"http://127.0.0.1:{port}"
        for secret in (token, stranger):
            headers = {"authorization": f"Bearer {secret}", "x-request-id": secret}
            asked = {"query": f'{{ trait(id: "{secret}") {{ id }} }}'}
            httpx.post(f"{url}/graphql", json=asked, headers=headers, timeout=30)  # the answer repeats the question
            httpx.get(f"{url}/scans/{secret}?{password}", headers=headers, timeout=30)
            query = {"query": '{ trait(id: "height") { id nothing } }'}
            answers = (
                httpx.post(f"{url}/graphql", json=query, headers=headers, timeout=30),
                httpx.get(f"{url}/metrics", headers=headers, timeout=30),
                httpx.get(f"{url}/health/ready", timeout=30),
            )
            said += [f"{answer.text} {answer.headers}" for answer in answers]
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    for words, more in (
        (("settings",), {}),
        (("tokens", "list"), {}),
        (("tokens", "add", "--name", token, "--role", "reader", "--expires", "1y"), {}),
        (("studies", "list"), {"NEO4J_URI": with_password}),
        (("--debug", "studies", "list"), {"NEO4J_PASSWORD": password + "x", "NEO4J_URI": with_password}),
        (("audit",), {}),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "api", *words],
            cwd=ROOT,
            env={**chosen, **more},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        said += [done.stdout, done.stderr]
    record(Settings(home=home), "cypher", "token:portal", text=f"RETURN '{token}', '{password}'")
    files = [path.read_bytes().decode(errors="replace") for path in home.rglob("*") if path.is_file()]
    everything = "\n".join([output.read_text(), *said, *files])
    assert "token:portal" in everything
    assert '"route": "/graphql"' in everything
    leaked = {
        name for name, s in {"password": password, "token": token, "stranger": stranger}.items() if s in everything
    }
    assert not leaked, [
        line for line in everything.splitlines() if token in line or password in line or stranger in line
    ]
    assert all(json.loads(line) for line in output.read_text().splitlines() if line.startswith("{"))

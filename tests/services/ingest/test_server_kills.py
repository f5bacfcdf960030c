"""kill -9 of the server itself in the middle of a load: the load goes on or ends with an error, never with half."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import neo4j
import pytest

from services.graph.errors import StoreError
from services.graph.local_server import find_running, start, stop
from services.graph.opening import open_store
from services.ingest import ingest_manifest
from services.settings import Settings, read_settings
from tests.services.ingest.tiny import dump, evidence, write_manifest, write_study

pytestmark = [pytest.mark.store, pytest.mark.slow]


@pytest.fixture
def managed(tmp_path: Path) -> Iterator[Settings]:
    settings = Settings(
        home=tmp_path / "home",
        neo4j_uri=None,
        jar_cache=read_settings().jar_cache_folder,
        server_heap_mib=512,
        server_initial_heap_mib=256,
        server_page_cache_mib=64,
        server_stops_with_starter=True,
    )
    start(settings)
    yield settings
    stop(settings)


def test_server_kill__same_command_gives_the_same_graph(managed: Settings, tmp_path: Path) -> None:
    rows = [evidence(f"rs{i}", f"1:{1000 + i}", target=f"cg{i % 50:08d}") for i in range(300)]
    manifest = write_manifest(tmp_path, write_study(tmp_path, "blood", "mqtl", rows))
    settings = managed.model_copy(update={"edge_batch_rows": 20, "node_batch_rows": 20})
    killer = _Killer(settings, ["writing snps", "staging blood"])
    for _ in range(3):
        with suppress(StoreError), open_store(settings) as store:
            ingest_manifest(store, settings, manifest, on_progress=killer.watch)
    assert not killer.moments
    killed = _dump(settings)
    _empty(settings)
    with open_store(settings) as store:
        ingest_manifest(store, settings, manifest)
    assert _dump(settings) == killed
    assert len([edge for edge in killed["edges"] if edge["type"] == "MQTL"]) == 300


class _Killer:
    """Kills the server once at each of some moments, shortly after the step of that name is reported."""

    def __init__(self, settings: Settings, moments: list[str]) -> None:
        self.settings, self.moments = settings, moments

    def watch(self, done: int, _total: int, text: str) -> None:
        if text in self.moments and done >= 60:
            self.moments.remove(text)
            server = find_running(self.settings)
            assert server is not None
            threading.Timer(0.02, server.state.server.kill).start()


def _run(settings: Settings, text: str) -> list[dict[str, object]]:
    address = start(settings).address
    auth = (address.user, address.password.get_secret_value())
    with neo4j.GraphDatabase.driver(address.uri, auth=auth, notifications_min_severity="OFF") as driver:
        return [record.data() for record in driver.execute_query(text).records]  # type: ignore[arg-type]


def _dump(settings: Settings) -> dict[str, list[object]]:
    return dump(lambda text, **_: _run(settings, text))


def _empty(settings: Settings) -> None:
    _run(settings, "MATCH (n) DETACH DELETE n")
    for path in ("store_id", "views/current.json"):
        (settings.home / path).unlink()

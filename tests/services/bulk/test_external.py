"""A server of somebody else's: the printed commands, given to that server's own tools, load it, and we finish."""

import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from loaders.manifest import read_manifest
from services.bulk import NotPrepared, finish_for_operator, write_for_operator
from services.graph import server_files
from services.graph.local_server import start, stop
from services.graph.opening import open_store
from services.ingest import ingest_manifest
from services.releases import current_release
from services.settings import Settings, read_settings
from tests.services.bulk.whole_graph import run_on
from tests.services.graph.conftest import managed_settings
from tests.services.ingest.tiny import evidence, write_manifest, write_study

pytestmark = [pytest.mark.store, pytest.mark.slow, pytest.mark.timeout(1800)]


@pytest.fixture
def operators(tmp_path: Path) -> Iterator[Settings]:
    """The server that an operator runs somewhere."""
    settings = managed_settings(tmp_path / "operator", read_settings().jar_cache_folder)
    yield settings
    stop(settings)


def _ours(operators: Settings, home: Path) -> Settings:
    """Our settings, which only know the server's address."""
    address = start(operators).address
    return Settings(
        home=home, neo4j_uri=address.uri, neo4j_password=SecretStr(address.password.get_secret_value()), jar_cache=home
    )


def test_write_for_operator__its_commands_and_finish_make_the_graph(operators: Settings, tmp_path: Path) -> None:
    rows = [evidence(f"rs{i}", f"1:{1000 + i}", "A/G", f"cg{i % 3:08d}") for i in range(9)]
    manifest = read_manifest(write_manifest(tmp_path, write_study(tmp_path, "blood", "mqtl", rows)).path)
    settings, folder = _ours(operators, tmp_path / "home"), tmp_path / "files"
    written = write_for_operator(settings, manifest, folder)
    with pytest.raises(NotPrepared, match="need an empty folder"):
        write_for_operator(settings, manifest, folder)
    stop(operators)
    tool, *words = shlex.split(written.commands[1])
    assert tool == "neo4j-admin"
    server = operators.graph_folder
    environment = server_files.admin_environment(server)
    subprocess.run(server_files.admin_command(server, *words), env=environment, cwd=tmp_path, check=True)
    settings = _ours(operators, tmp_path / "home")
    report = finish_for_operator(settings, folder)
    assert (report.ingest.release, report.n_edges["MQTL"]) == (1, 9)
    again = finish_for_operator(settings, folder)
    assert again.ingest.release == 1
    with open_store(settings) as store:
        assert {load.status for load in ingest_manifest(store, settings, manifest).loads} == {"unchanged"}
        assert current_release(store).number == 1
    assert run_on(operators, "MATCH ()-[e:MQTL]->() RETURN count(e) AS n") == [{"n": 9}]

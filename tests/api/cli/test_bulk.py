"""``load --bulk`` by the command line: what it refuses, and what it tells the operator of another server."""

import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.settings import Settings
from tests.api.cli.conftest import Run
from tests.api.graph_rows import Cypher
from tests.conftest import EMPTYING
from tests.services.ingest.tiny import evidence, write_manifest, write_study

pytestmark = pytest.mark.store


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    rows = [evidence(f"rs{i}", f"1:{1000 + i}", "A/G", f"cg{i % 3:08d}") for i in range(4)]
    return write_manifest(tmp_path, write_study(tmp_path, "blood", "mqtl", rows)).path


@pytest.fixture
def emptied(api_settings: Settings, run_cypher: Cypher) -> Iterator[None]:
    for statement in EMPTYING:
        run_cypher(statement)
    yield
    for statement in EMPTYING:
        run_cypher(statement)


@pytest.mark.parametrize("words", [(), ("{manifest}",), ("--bulk",), ("--bulk", "{manifest}", "--finish", "{folder}")])
def test_load__says_what_it_needs(run_offline: Run, manifest: Path, words: tuple[str, ...]) -> None:
    named = [word.format(manifest=manifest, folder=manifest.parent) for word in words]
    refused = run_offline("load", *named)
    assert refused.exit_code == 2
    assert "give --bulk and a manifest, or --finish and a folder" in " ".join(refused.stderr.split())


def test_load__files_are_for_another_server(run_offline: Run, manifest: Path) -> None:
    refused = run_offline("load", "--bulk", str(manifest), "--files", "somewhere", NEO4J_URI="")
    assert refused.exit_code == 2
    assert "--files is for a server that NEO4J_URI names" in " ".join(refused.stderr.split())


def test_load__finish_needs_a_folder_that_was_written(run_offline: Run, tmp_path: Path) -> None:
    refused = run_offline("load", "--finish", str(tmp_path))
    assert refused.exit_code == 1
    assert "is no folder that 'locusgraph load --bulk' wrote" in " ".join(refused.stderr.replace("│", " ").split())


@pytest.mark.usefixtures("emptied")
def test_load__another_server_gets_files_and_commands(run: Run, manifest: Path, tmp_path: Path) -> None:
    home, folder = str(tmp_path / "home"), tmp_path / "files"
    shown = run("load", "--bulk", str(manifest), "--files", str(folder), "--json", LOCUSGRAPH_HOME=home)
    assert shown.exit_code == 0, shown.stderr
    report = json.loads(shown.stdout)
    assert report["edges"] == {"IN_LD_BLOCK": 4, "MQTL": 4}
    assert [load["written"] for load in report["loads"]] == [4]
    stop, importing, start, finishing = report["commands"]
    assert (stop, start) == ("neo4j stop", "neo4j start")
    named = [Path(word.rpartition("=")[2]) for word in shlex.split(importing) if word.startswith(("--nodes", "--rel"))]
    assert sorted(named) == sorted(folder.glob("*.csv"))
    assert shlex.split(finishing) == ["locusgraph", "load", "--finish", str(folder)]
    early = run("load", "--finish", str(folder), LOCUSGRAPH_HOME=home)
    assert early.exit_code == 1
    assert "0 MQTL and 4 were written" in " ".join(early.stderr.replace("│", " ").split())


@pytest.mark.usefixtures("emptied")
def test_load__refuses_a_graph_that_holds_something(run: Run, manifest: Path, tmp_path: Path) -> None:
    home = str(tmp_path / "home")
    assert run("ingest", str(manifest), LOCUSGRAPH_HOME=home).exit_code == 0
    refused = run("load", "--bulk", str(manifest), LOCUSGRAPH_HOME=home)
    assert refused.exit_code == 1
    words = " ".join(refused.stderr.replace("│", " ").split())
    assert "StoreNotEmpty" in words
    assert "4 MQTL" in words
    assert "locusgraph ingest" in words

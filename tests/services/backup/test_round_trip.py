"""A backup of a real managed server: written, the graph changed, restored here and on a bare machine, and killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import neo4j
import pytest

from services.backup import BackupError, BackupReport, restore_backup, write_backup
from services.graph.local_server import find_running, start, stop
from services.graph.opening import open_store
from services.graph.setup import prepare_database
from services.graph.swapping import SWAP_FOLDER, kept_old
from services.settings import Settings
from tests.api.graph_rows import Cypher, write_graph
from tests.paths import ROOT
from tests.services.graph.conftest import checked_jars, managed_settings, own_server_settings  # noqa: F401 (fixtures)

pytestmark = pytest.mark.slow
Sets = tuple[frozenset[str], frozenset[str]]
RESTORE = """
import sys
from pathlib import Path
from services.backup import restore_backup
from services.settings import Settings
restore_backup(Settings.model_validate_json(Path(sys.argv[1]).read_text()), Path(sys.argv[2]), may_replace=True)
"""


def _cypher(settings: Settings) -> Cypher:
    address = start(settings).address

    def run(text: str, **parameters: Any) -> list[dict[str, Any]]:
        auth = (address.user, address.password.get_secret_value())
        with neo4j.GraphDatabase.driver(address.uri, auth=auth, notifications_min_severity="OFF") as driver:
            records = driver.execute_query(text, parameters, database_=address.database).records  # type: ignore[arg-type]
            return [record.data() for record in records]

    return run


def _sets(settings: Settings) -> Sets:
    """Every node and every edge with all their properties, as text."""
    run = _cypher(settings)
    nodes = run("MATCH (n) RETURN labels(n) AS labels, properties(n) AS properties")
    edges = run(
        "MATCH (a)-[e]->(b) RETURN properties(a) AS a, type(e) AS type, properties(e) AS properties, properties(b) AS b"
    )
    assert nodes
    assert edges
    return _as_set(nodes), _as_set(edges)


def _as_set(rows: list[dict[str, Any]]) -> frozenset[str]:
    return frozenset(json.dumps(row, sort_keys=True, default=str) for row in rows)


def _files(home: Path) -> set[str]:
    """Files of whole loads and runs."""
    found = (path for folder in ("loads", "runs") for path in (home / folder).glob("*/*"))
    return {path.relative_to(home).as_posix() for path in found if ".partial" not in path.parent.name}


@pytest.fixture(scope="module", autouse=True)
def quick_java() -> Iterator[None]:
    """Java that starts in half the time: a server that lives for seconds gains nothing from its second compiler."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1")
        yield


@pytest.fixture(scope="module")
def settings(own_server_settings: Settings, quick_java: None) -> Settings:  # noqa: F811
    """Settings of a running server with the small graph and some files beside it."""
    home = own_server_settings.home
    for name in ("loads/a/rows", "loads/b.partial/rows", "runs/r1/weights", "runs/t1.partial/x", "cache/old/jar"):
        (home / name).parent.mkdir(parents=True)
        (home / name).write_text(name)
    (home / "store_id").write_text("our-store")
    with open_store(own_server_settings) as store:
        prepare_database(store, "GRCh37")
    write_graph(_cypher(own_server_settings))
    return own_server_settings


@pytest.fixture(scope="module")
def before(settings: Settings) -> Sets:
    """The graph when it was backed up."""
    return _sets(settings)


@pytest.fixture(scope="module")
def backup(settings: Settings, before: Sets, tmp_path_factory: pytest.TempPathFactory) -> BackupReport:
    """A backup of it; afterwards the graph and the files are changed."""
    port = start(settings).state.port
    report = write_backup(settings, tmp_path_factory.mktemp("backups") / "monday")
    running = find_running(settings)
    assert running is not None
    assert running.state.port == port, "who was connected finds it at its old port"
    change = _cypher(settings)
    change("MATCH (n:SNP) SET n.rsids = ['changed']")
    change("CREATE (:SNP {key: 'new'})")
    (settings.home / "loads" / "later").mkdir()
    (settings.home / "loads" / "later" / "rows").write_text("later")
    return report


def test_backup__says_what_it_holds_and_how_long_the_graph_was_away(backup: BackupReport, settings: Settings) -> None:
    manifest = backup.manifest
    assert (manifest.release, manifest.reference_build, manifest.neo4j_version) == (3, "GRCh37", "5.26.30")
    assert manifest.n_edges["MQTL"] == 12
    assert 0 < backup.downtime_seconds <= backup.seconds
    assert {
        "graph/neo4j.dump",
        "state/loads/a/rows",
        "state/runs/r1/weights",
        "state/store_id",
        "settings.json",
    } == set(manifest.files)
    assert backup.folder.stat().st_mode & 0o777 == 0o700


def test_backup__holds_no_secret(backup: BackupReport, settings: Settings) -> None:
    secret = start(settings).address.password.get_secret_value().encode()
    assert not [path for path in backup.folder.rglob("*") if path.is_file() and secret in path.read_bytes()]
    assert "NEO4J_PASSWORD" not in json.loads((backup.folder / "settings.json").read_text())


def test_restore__refuses_to_replace_a_graph_unasked(backup: BackupReport, settings: Settings) -> None:
    with pytest.raises(BackupError, match=r"holds loads or model runs: say --replace"):
        restore_backup(settings, backup.folder)


def test_restore__killed_while_loading_leaves_the_old(backup: BackupReport, settings: Settings) -> None:
    now = _sets(settings)
    _kill_restore(settings, backup.folder, settings.home / SWAP_FOLDER / "new" / "graph" / "data" / "databases")
    assert kept_old(settings.home) is None
    assert _sets(settings) == now
    assert "loads/later/rows" in _files(settings.home)


def test_restore__killed_while_they_change_places_is_finished_by_the_next_start(
    backup: BackupReport, settings: Settings, before: Sets
) -> None:
    password = start(settings).address.password
    _kill_restore(settings, backup.folder, settings.home / SWAP_FOLDER / "plan.json")
    assert _sets(settings) == before
    assert start(settings).address.password == password
    assert _files(settings.home) == {"loads/a/rows", "runs/r1/weights"}
    old = kept_old(settings.home)
    assert old is None or (old / "loads" / "later" / "rows").exists()


def test_restore__on_a_bare_machine(backup: BackupReport, settings: Settings, before: Sets, tmp_path: Path) -> None:
    stop(settings)
    bare = managed_settings(tmp_path / "bare", settings.jar_cache_folder)
    try:
        report = restore_backup(bare, backup.folder)
        assert _sets(bare) == before
        assert (report.release, report.differences, report.must_migrate) == (3, (), False)
        assert _files(bare.home) == _files(settings.home)
        assert (bare.home / "store_id").read_text() == "our-store"
        assert not (bare.home / SWAP_FOLDER).exists()
    finally:
        stop(bare)


def _kill_restore(settings: Settings, folder: Path, sign: Path) -> None:
    """Kill -9 a process that restores as soon as a file is there."""
    file = folder.parent / "settings.json"
    file.write_text(settings.model_dump_json())
    process = subprocess.Popen([sys.executable, "-c", RESTORE, str(file), str(folder)], cwd=ROOT)
    deadline = time.monotonic() + 300
    while not sign.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    assert process.poll() is None, "it ended before it could be killed"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()

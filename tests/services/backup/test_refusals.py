"""What backup and restore refuse, each seen without a server."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from graph_schema.constraints import SCHEMA_VERSION
from services.backup import BackupError, restore_backup, verify_backup, write_backup
from services.backup.manifest import FORMAT, BackupManifest, check_versions
from services.backup.state_files import held_still, list_entries
from services.backup.writing import render_settings
from services.graph.jars import read_jar_lock
from services.ingest.state import StateFolder, locked
from services.registry import sha256_of
from services.runs import training_lock
from services.settings import Settings


def _manifest(**more: Any) -> BackupManifest:
    facts: dict[str, Any] = {
        "format": FORMAT,
        "made_at": "2026-01-01T00:00:00+00:00",
        "program_version": "0.1.0",
        "schema_version": SCHEMA_VERSION,
        "neo4j_version": read_jar_lock().neo4j_version,
        "reference_build": "GRCh37",
        "release": 1,
        "champion_run_id": None,
        "n_nodes": {},
        "n_edges": {},
        "store_bytes": 0,
        "files": {},
    }
    return BackupManifest(**{**facts, **more})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home of a managed server that was never started."""
    return Settings(home=tmp_path / "home", neo4j_uri=None)


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A folder with two files and their manifest."""
    folder = tmp_path / "backup"
    (folder / "state").mkdir(parents=True)
    for name in ("one", "two"):
        (folder / "state" / name).write_text(name)
    files = {
        f"state/{name}": {"sha256": sha256_of(folder / "state" / name), "bytes": len(name)} for name in ("one", "two")
    }
    (folder / "manifest.json").write_text(_manifest(files=files).to_json())
    return folder


def test_verify__whole(backup: Path) -> None:
    assert len(verify_backup(backup).files) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [("eno", r"state/one has sha256 .*wanted"), ("longer", r"state/one has 6 bytes, wanted 3"), (None, "is missing")],
)
def test_verify__damaged(backup: Path, settings: Settings, text: str | None, message: str) -> None:
    path = backup / "state" / "one"
    path.unlink() if text is None else path.write_text(text)
    with pytest.raises(BackupError, match=rf"1 of 2 files in .* are not what was written: .*{message}"):
        restore_backup(settings, backup)
    assert not settings.home.exists()


def test_verify__a_path_that_leads_out(backup: Path) -> None:
    (backup / "manifest.json").write_text(_manifest(files={"../x": {"sha256": "", "bytes": 0}}).to_json())
    with pytest.raises(BackupError, match="leads out of the backup"):
        verify_backup(backup)


@pytest.mark.parametrize(
    ("text", "message"),
    [(None, "is no backup"), ("{", "it is damaged"), ('{"format": 99}', "has format 99, .* upgrade")],
)
def test_verify__no_manifest_of_ours(backup: Path, text: str | None, message: str) -> None:
    path = backup / "manifest.json"
    path.unlink() if text is None else path.write_text(text)
    with pytest.raises(BackupError, match=message):
        verify_backup(backup)


@pytest.mark.parametrize(
    ("fact", "message"),
    [
        ({"schema_version": SCHEMA_VERSION + 1}, rf"schema version {SCHEMA_VERSION + 1} .* upgrade the program"),
        ({"neo4j_version": "9999.1"}, r"dump of Neo4j 9999.1, this program brings 5.26.*: upgrade"),
    ],
)
def test_versions__newer_than_ours(fact: dict[str, Any], message: str) -> None:
    check_versions(_manifest())
    check_versions(_manifest(schema_version=1, neo4j_version="5.26.0"))
    with pytest.raises(BackupError, match=message):
        check_versions(_manifest(**fact))


def test_external_server__is_refused_with_the_operators_commands(settings: Settings, tmp_path: Path) -> None:
    external = settings.model_copy(update={"neo4j_uri": "bolt://db:7687", "neo4j_database": "graph"})
    with pytest.raises(BackupError, match=r"bolt://db:7687 is not ours to stop") as told:
        write_backup(external, tmp_path / "b")
    assert f"neo4j-admin database dump graph --to-path={tmp_path / 'b'}" in str(told.value)
    with pytest.raises(BackupError) as told:
        restore_backup(external, tmp_path / "b")
    assert f"neo4j-admin database load graph --from-path={tmp_path / 'b'}" in str(told.value)


def test_backup__targets_that_cannot_be_used(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    with pytest.raises(BackupError, match=r"full exists already"):
        write_backup(settings, tmp_path / "full")
    with pytest.raises(BackupError, match=r"none is no folder that can be written"):
        write_backup(settings, tmp_path / "none" / "b")
    with pytest.raises(BackupError, match=r"there is no graph in .* yet"):
        write_backup(settings, tmp_path / "b")
    assert not list(tmp_path.glob("b*"))


def test_held_still__while_somebody_changes_the_state(settings: Settings) -> None:
    with locked(StateFolder(settings.home), "loading"), pytest.raises(BackupError, match=r"process \d+ \(loading\)"):
        held_still(settings, "test").__enter__()
    with training_lock(settings), pytest.raises(BackupError, match="a training is at work"):
        held_still(settings, "test").__enter__()
    with held_still(settings, "test"):
        pass


def test_entries__leave_out_store_cache_locks_and_half_made(tmp_path: Path) -> None:
    for name in ("graph/x", "cache/x", "restoring/x", "loads/x", "runs/a/x", "runs/t.partial/x", "runs/training.lock"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "ingest.lock").touch()
    (tmp_path / "store_id").touch()
    assert list_entries(tmp_path) == ["loads", "runs/a", "store_id"]


def test_settings__without_secrets() -> None:
    settings = Settings(
        neo4j_uri="bolt://db:7687", neo4j_password=SecretStr("hush"), jar_mirror="https://me:hush@mirror.example/jars"
    )
    text = render_settings(settings)
    assert "hush" not in text
    assert json.loads(text)["LOCUSGRAPH_JAR_MIRROR"] == "https://mirror.example/jars"

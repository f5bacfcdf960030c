"""``manifest.json`` of a backup: what it holds, from which versions, and the sha256 of every file."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from packaging.version import Version

from graph_schema.constraints import SCHEMA_VERSION
from services.backup.errors import BackupError
from services.graph.jars import read_jar_lock
from services.registry import sha256_of

MANIFEST_NAME = "manifest.json"
FORMAT = 1
"""Raised when an older program could not read a backup."""


@dataclass(frozen=True, slots=True)
class BackupManifest:
    """What a backup says of itself.

    Attributes
    ----------
    format
        Version of this description.
    made_at
        ISO time, UTC.
    program_version, schema_version, neo4j_version, reference_build
        Who wrote what it holds.
    release, champion_run_id
        The release that readers saw, 0 before the first; its champion.
    n_nodes, n_edges
        Counts by label and by type, staged and retired edges too.
    store_bytes
        Size of the store on the disk, for those who need to know whether it fits.
    files
        sha256 and size in bytes of every file but this one, by path relative to the backup.
    """

    format: int
    made_at: str
    program_version: str
    schema_version: int
    neo4j_version: str
    reference_build: str
    release: int
    champion_run_id: str | None
    n_nodes: Mapping[str, int]
    n_edges: Mapping[str, int]
    store_bytes: int
    files: Mapping[str, Mapping[str, str | int]]

    def to_json(self) -> str:
        """The text of the file."""
        return json.dumps(asdict(self), indent=1) + "\n"


def read_manifest(folder: Path) -> BackupManifest:
    """Read the manifest of a backup.

    Raises
    ------
    BackupError
        When the folder is no backup, or one that a newer program wrote.
    """
    path = folder / MANIFEST_NAME
    if not path.is_file():
        raise BackupError(
            f"{folder} is no backup: it has no {MANIFEST_NAME}; name a folder that `locusgraph backup` made"
        )
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        found = int(raw["format"])
        if found <= FORMAT:
            return BackupManifest(**raw)
    except (ValueError, TypeError, KeyError) as error:
        raise BackupError(f"{path} cannot be read ({error}): it is damaged, take another backup") from error
    raise BackupError(f"{path} has format {found}, this program reads up to {FORMAT}: upgrade the program")


def check_versions(manifest: BackupManifest) -> None:
    """Refuse what a newer program or a newer Neo4j wrote.

    Raises
    ------
    BackupError
        Naming both versions.
    """
    if manifest.schema_version > SCHEMA_VERSION:
        raise BackupError(
            f"the backup holds a graph of schema version {manifest.schema_version} (written by locusgraph "
            f"{manifest.program_version}), this program works with {SCHEMA_VERSION}: upgrade the program"
        )
    ours = read_jar_lock().neo4j_version
    if Version(manifest.neo4j_version) > Version(ours):
        raise BackupError(
            f"the backup holds a dump of Neo4j {manifest.neo4j_version}, this program brings {ours}: "
            "upgrade the program"
        )


def verify_backup(folder: Path) -> BackupManifest:
    """Read a backup's manifest and see that every file is the one that was written and none is missing.

    Raises
    ------
    BackupError
        Naming the first files that differ.
    """
    manifest = read_manifest(folder)
    wrong = [problem for name in manifest.files if (problem := _compare(folder, name, manifest.files[name]))]
    if wrong:
        raise BackupError(
            f"{len(wrong)} of {len(manifest.files)} files in {folder} are not what was written: "
            f"{'; '.join(wrong[:3])}: take another backup"
        )
    return manifest


def _compare(folder: Path, name: str, wanted: Mapping[str, str | int]) -> str:
    """What is wrong with a file; empty for nothing."""
    path = folder / name
    if Path(name).is_absolute() or ".." in Path(name).parts:
        return f"{name!r} leads out of the backup"
    if not path.is_file() or path.is_symlink():
        return f"{name} is missing"
    size = path.stat().st_size
    if size != wanted["bytes"]:
        return f"{name} has {size:,} bytes, wanted {wanted['bytes']:,}"
    found = sha256_of(path)
    return "" if found == wanted["sha256"] else f"{name} has sha256 {found[:12]}…, wanted {str(wanted['sha256'])[:12]}…"

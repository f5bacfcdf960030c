"""Exports the graph of the current release: one table a kind of node or edge, and a manifest."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graph_schema.constraints import SCHEMA_VERSION
from services.graph.connections import Progress
from services.graph.setup import read_stored_schema
from services.graph.store import Row, Store
from services.registry import sha256_of
from services.releases import Release, current_release
from services.settings import Settings
from services.sharing.errors import ExportError
from services.sharing.parts import Part, list_parts
from services.sharing.tables import Format, TableFile
from services.shown_settings import program_version, shown_settings

MANIFEST_NAME = "manifest.json"
_STUDY_FACTS = ("study_id", "kind", "citation", "licence", "active_load_id", "build", "tissue", "ancestry", "n_samples")


@dataclass(frozen=True, slots=True)
class GraphExport:
    """What was written.

    Attributes
    ----------
    folder
        Where.
    release
        The release that was exported.
    n_rows
        Rows by file.
    n_bytes
        Size of all files.
    """

    folder: Path
    release: int
    n_rows: dict[str, int]
    n_bytes: int

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain JSON values."""
        return asdict(self)


def export_graph(
    store: Store,
    settings: Settings,
    folder: Path,
    file_format: Format = "parquet",
    on_progress: Progress | None = None,
) -> GraphExport:
    """Write the nodes and the measured and predicted edges that readers of the current release see.

    Superseded rows are there with their flag; of predicted edges those of the champion. Only one batch of rows is held
    at a time.

    Parameters
    ----------
    folder
        It must not exist yet, or be empty; it appears when all of it is on the disk.
    on_progress
        Called with (files done, files in all, name).

    Raises
    ------
    ExportError
        When the folder cannot be used, nothing is released yet, or the release changed meanwhile.
    """
    target, release, parts = folder.absolute(), current_release(store), list_parts()
    if not release.number:
        raise ExportError(f"the graph at {store.address.uri} has no release yet: load something first")
    with partial_place(target) as partial:
        partial.mkdir(mode=0o755)
        described = []
        for done, part in enumerate(parts):
            if on_progress is not None:
                on_progress(done, len(parts), part.name)
            described.append(_write_part(store, release, part, partial, file_format))
        _require_same_release(store, release)
        manifest = _describe(store, settings, release, described)
        (partial / MANIFEST_NAME).write_text(json.dumps(manifest, indent=1, default=str) + "\n", encoding="utf-8")
    n_bytes = sum(path.stat().st_size for path in target.iterdir())
    return GraphExport(target, release.number, {one["file"]: one["n_rows"] for one in described}, n_bytes)


@contextmanager
def partial_place(target: Path) -> Iterator[Path]:
    """A name beside the target, which becomes the target when the block ends well and is removed when not.

    Raises
    ------
    ExportError
        When the target exists, or its folder cannot be written.
    """
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise ExportError(f"{target} exists already: name another, or remove it")
    if not target.parent.is_dir() or not os.access(target.parent, os.W_OK):
        raise ExportError(f"{target.parent} is no folder that can be written: make it, or name another place")
    partial = target.with_name(f"{target.name}.partial")
    _remove(partial)
    try:
        yield partial
        _flush(partial)
        partial.replace(target)
        _flush(target.parent, is_deep=False)
    except BaseException:
        _remove(partial)
        raise


def _write_part(store: Store, release: Release, part: Part, folder: Path, file_format: Format) -> dict[str, Any]:
    path = folder / f"{part.name}.{file_format}"
    parameters = {
        "load_ids": list(release.load_ids),
        "run_ids": list(release.run_ids),
        "champion_run_id": release.champion_run_id,
    }
    about = {"release": release.number, "kind": part.kind, "locusgraph": program_version()}
    metadata = None if file_format == "tsv" else about
    with TableFile(path, part.types, file_format, metadata) as table:
        for rows in store.read_batches(f"sharing/{part.name}", **parameters):
            table.write([_flatten(row) for row in rows])
    return {
        "file": path.name,
        "kind": part.kind,
        "what": part.what,
        "meaning": part.meaning,
        "n_rows": table.n_rows,
        "bytes": path.stat().st_size,
        "sha256": sha256_of(path),
        "columns": [asdict(column) for column in part.columns],
    }


def _flatten(row: Row) -> dict[str, Any]:
    return {**row["properties"], **{name: value for name, value in row.items() if name != "properties"}}


def _require_same_release(store: Store, release: Release) -> None:
    now = current_release(store).number
    if now != release.number:
        raise ExportError(
            f"the release changed from {release.number} to {now} while it was exported, so the files would not fit "
            "together: run it again"
        )


def _describe(store: Store, settings: Settings, release: Release, files: list[dict[str, Any]]) -> dict[str, Any]:
    schema = read_stored_schema(store)
    studies = [
        row["properties"]
        for rows in store.read_batches("sharing/nodes_study", load_ids=list(release.load_ids))
        for row in rows
    ]
    return {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "release": asdict(release),
        "versions": {
            "locusgraph": program_version(),
            "schema": SCHEMA_VERSION,
            "server": store.check(),
            "reference_build": schema.reference_build if schema else None,
        },
        "settings": shown_settings(settings),
        "studies": [{name: study.get(name) for name in _STUDY_FACTS} for study in studies],
        "files": files,
    }


def _flush(path: Path, *, is_deep: bool = True) -> None:
    for one in (*(path.iterdir() if is_deep and path.is_dir() else ()), path):
        descriptor = os.open(one, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)

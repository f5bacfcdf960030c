"""What is known of one prepared load: the study it belongs to, its fingerprint and its report."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from loaders.manifest import StudySpec
from loaders.report import LoadReport
from services.ingest.errors import StateDamaged
from services.ingest.state import StateFolder, read_json, write_json

RECORD_NAME: Final = "load.json"
TABLE_NAME: Final = "table.parquet"
EDGES_NAME: Final = "edges.parquet"
VARIANTS_NAME: Final = "variants.parquet"
TARGETS_NAME: Final = "targets.parquet"

KIND_ORDER: Final = (
    "positions",
    "ld_panel",
    "genes",
    "cpgs",
    "traits",
    "ld_blocks",
    "annotation",
    "eqtm",
    "mqtl",
    "eqtl",
    "gwas",
)
"""Kinds in the order in which they are prepared and staged: what places things before what needs places."""

VARIANT_KINDS: Final = ("mqtl", "eqtl", "gwas")
EDGE_KINDS: Final = (*VARIANT_KINDS, "eqtm")


@dataclass(frozen=True)
class LoadRecord:
    """One prepared version of one study.

    Attributes
    ----------
    load_id
        Short hash of the study's id, its fingerprint and the settings that matter to the graph.
    study_id, kind, build, priority, only_if_used
        As in the manifest.
    fingerprint
        sha256 over input files, settings and loader version.
    file_sha256s
        sha256 of each input file, by name.
    report
        What became of every row.
    created_at
        When it was prepared.
    study
        Properties of the Study node while this load is active.
    """

    load_id: str
    study_id: str
    kind: str
    build: str | None
    priority: int
    only_if_used: bool
    fingerprint: str
    file_sha256s: Mapping[str, str]
    report: LoadReport
    created_at: str
    study: Mapping[str, Any]


def load_id_of(spec: StudySpec, fingerprint: str, reference_build: str) -> str:
    """Id of the load that a study's present files and settings make; the same ones make the same id."""
    parts = [spec.id, spec.kind, fingerprint, spec.build, spec.priority, spec.only_if_used, spec.array, reference_build]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def describe_study(spec: StudySpec) -> dict[str, Any]:
    """Properties of the Study node that come from the manifest alone."""
    return {
        "study_id": spec.id,
        "kind": spec.kind,
        "build": spec.build,
        "tissue": spec.tissue,
        "ancestry": spec.ancestry,
        "n_samples": spec.n,
        "p_threshold": spec.p_threshold,
        "statistics": spec.statistics,
        "citation": spec.citation,
        "licence": spec.licence,
        "cohorts": list(spec.cohorts) or None,
        "array": spec.array,
        "priority": spec.priority,
        "settings": _render_settings(spec),
    }


def write_record(record: LoadRecord, folder: Path) -> None:
    """Write the record into the load's folder."""
    write_json(folder / RECORD_NAME, {**asdict(record), "report": record.report.to_dict()})


def read_record(state: StateFolder, load_id: str) -> LoadRecord:
    """Read the record of a load that the graph needs.

    Raises
    ------
    StateDamaged
        When the load's folder is missing.
    """
    record = find_record(state, load_id)
    if record is None:
        raise StateDamaged(
            f"the graph needs the files of load {load_id} and {state.load(load_id)} does not hold them: "
            "restore that folder, or load the manifest of its study again"
        )
    return record


def find_record(state: StateFolder, load_id: str) -> LoadRecord | None:
    """Read the record of a load; None where it is not prepared."""
    values = read_json(state.load(load_id) / RECORD_NAME)
    if values is None:
        return None
    return LoadRecord(**{**values, "report": LoadReport.from_dict(values["report"])})


def now() -> str:
    """The time, as it is written on loads."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _render_settings(spec: StudySpec) -> str:
    """The manifest entry as JSON, without what was not set and without its line.

    An entry that no manifest file holds (its name has no folder) keeps the names of its files alone.
    """
    values = {field.name: getattr(spec, field.name) for field in fields(spec) if field.name != "line"}
    if not spec.manifest.is_absolute():
        values["paths"] = [path.name for path in spec.paths]
    named = {name: value for name, value in values.items() if value not in (None, (), {})}
    return json.dumps(named, default=str, sort_keys=True)

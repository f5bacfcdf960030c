"""Prepares a study's load: the normalised table by the loaders, and what resolving identities needs of it."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from loaders.manifest import StudySpec
from loaders.prepare import PreparedLoad, prepare_study
from services.graph.connections import Progress
from services.ingest.identities import OBSERVATION_SCHEMA
from services.ingest.records import (
    EDGES_NAME,
    TABLE_NAME,
    TARGETS_NAME,
    VARIANT_KINDS,
    VARIANTS_NAME,
    LoadRecord,
    describe_study,
    now,
    write_record,
)
from services.ingest.state import StateFolder, begin_folder, finish_folder

TARGET_SCHEMA: Final = {
    "label": pl.String,
    "target": pl.String,
    "trait_name": pl.String,
    "reported_trait": pl.String,
}
_LABEL_OF_KIND: Final = {"mqtl": "CpG", "eqtl": "Gene", "gwas": "Trait"}


@dataclass(frozen=True)
class Limits:
    """What holds for every study of one command.

    Attributes
    ----------
    reference_build
        Build of the graph.
    max_refused_share
        Share of refused rows above which a study fails, unless it sets its own.
    """

    reference_build: str
    max_refused_share: float = 0.5


def prepare_load(
    spec: StudySpec, load_id: str, state: StateFolder, limits: Limits, *, on_progress: Progress | None = None
) -> LoadRecord:
    """Prepare one study; its folder appears whole or not at all.

    Raises
    ------
    LoadError
        When the study cannot be loaded; nothing of it stays.
    """
    folder = state.load(load_id)
    partial = begin_folder(folder)
    record = prepare_in(partial, spec, load_id, limits, on_progress=on_progress)
    finish_folder(partial, folder)
    return record


def prepare_in(
    folder: Path, spec: StudySpec, load_id: str, limits: Limits, *, on_progress: Progress | None = None
) -> LoadRecord:
    """Prepare one study in a folder of the caller's."""
    prepared = prepare_study(
        spec,
        reference_build=limits.reference_build,
        folder=folder,
        on_progress=on_progress,
        max_refused_share=limits.max_refused_share,
    )
    _write_variants(prepared, folder)
    _write_targets(prepared, folder)
    study = describe_study(prepared.spec) | {
        "table_path": f"loads/{load_id}/{TABLE_NAME}",
        "table_sha256": _sha256_of(folder / TABLE_NAME),
    }
    record = LoadRecord(
        load_id=load_id,
        study_id=spec.id,
        kind=spec.kind,
        build=prepared.spec.build,
        priority=spec.priority,
        only_if_used=spec.only_if_used,
        fingerprint=prepared.fingerprint,
        file_sha256s=dict(prepared.file_sha256s),
        report=prepared.report,
        created_at=now(),
        study=study,
    )
    write_record(record, folder)
    return record


def _write_variants(prepared: PreparedLoad, folder: Path) -> None:
    """Write the distinct reported variants of a study's edges."""
    if prepared.spec.kind not in VARIANT_KINDS:
        return
    columns = [name for name in OBSERVATION_SCHEMA if name not in ("study_id", "is_pseudo_autosomal")]
    flag = pl.col("flags").list.contains("pseudo_autosomal").fill_null(value=False)
    rows = pl.scan_parquet(folder / EDGES_NAME).select(*columns, is_pseudo_autosomal=flag)
    distinct = rows.unique().collect(engine="streaming").sort("reported_variant")
    named = distinct.with_columns(study_id=pl.lit(prepared.spec.id))
    named.select(list(OBSERVATION_SCHEMA)).write_parquet(folder / VARIANTS_NAME)


def _write_targets(prepared: PreparedLoad, folder: Path) -> None:
    """Write the nodes that a study's edges end at; for a GWAS those of its full table, so a null trait is known."""
    kind = prepared.spec.kind
    if kind == "eqtm":
        table = pl.scan_parquet(folder / TABLE_NAME)
        parts = [
            table.select(label=pl.lit("CpG"), target=pl.col("cpg")),
            table.select(label=pl.lit("Gene"), target=pl.col("gene")),
        ]
    elif kind in _LABEL_OF_KIND:
        rows = pl.scan_parquet(folder / (TABLE_NAME if kind == "gwas" else EDGES_NAME))
        names = ("trait_name", "reported_trait") if kind == "gwas" else ()
        parts = [rows.select("target", *names, label=pl.lit(_LABEL_OF_KIND[kind]))]
    else:
        return
    found = pl.concat([part.unique() for part in parts]).collect(engine="streaming")
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in TARGET_SCHEMA.items() if name not in found.columns]
    complete = found.with_columns(missing).select(pl.col(name).cast(dtype) for name, dtype in TARGET_SCHEMA.items())
    complete.sort("label", "target", "trait_name", "reported_trait").write_parquet(folder / TARGETS_NAME)


def _sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

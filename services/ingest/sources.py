"""Reads what the active loads' tables say: observations, positions, panel frequencies, targets, intervals."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from loaders.alleles import complement_expression
from services.ingest.identities import ALLELES, OBSERVATION_SCHEMA, PLACE, SITE_SCHEMA
from services.ingest.preparation import TARGET_SCHEMA
from services.ingest.records import TABLE_NAME, TARGETS_NAME, VARIANT_KINDS, VARIANTS_NAME, LoadRecord
from services.ingest.state import StateFolder

Schema = Mapping[str, Any]

_PANEL_SCHEMA: Final = {
    "variant_index": pl.Int64,
    "chromosome": pl.String,
    "position_bp": pl.Int64,
    "allele_1": pl.String,
    "allele_2": pl.String,
    "counted_allele": pl.String,
    "counted_allele_frequency": pl.Float64,
}


def of_kind(records: Iterable[LoadRecord], *kinds: str, build: str | None = None) -> list[LoadRecord]:
    """Loads of some kinds (and of one build, where it is named), the best source first: priority, then study id."""
    chosen = [record for record in records if record.kind in kinds and build in (None, record.build)]
    return sorted(chosen, key=lambda record: (record.priority, record.study_id))


def scan_table(state: StateFolder, record: LoadRecord, schema: Schema, *, table: str = TABLE_NAME) -> pl.LazyFrame:
    """Columns of one of a load's tables in the wanted types; a column that it does not have is null."""
    return scan_file(state.load(record.load_id) / table, schema)


def scan_file(path: Path, schema: Schema) -> pl.LazyFrame:
    """Columns of a Parquet file in the wanted types; a column that it does not have is null."""
    frame = pl.scan_parquet(path)
    found = frame.collect_schema().names()
    return frame.select(
        (pl.col(name) if name in found else pl.lit(None)).cast(dtype).alias(name) for name, dtype in schema.items()
    )


def read_observations(state: StateFolder, records: Sequence[LoadRecord]) -> pl.DataFrame:
    """Every reported variant that some edge needs, with its study: columns of ``OBSERVATION_SCHEMA``."""
    parts = [
        scan_table(state, record, OBSERVATION_SCHEMA, table=VARIANTS_NAME)
        for record in of_kind(records, *VARIANT_KINDS)
    ]
    return _collect(parts, OBSERVATION_SCHEMA)


def read_sites(
    state: StateFolder, records: Sequence[LoadRecord], observations: pl.DataFrame, *, reference_build: str
) -> pl.DataFrame:
    """Rows of the positions sources in the reference build that share an rsid or a place with the observations."""
    sources = of_kind(records, "positions", build=reference_build)
    if not sources:
        return pl.DataFrame(schema=SITE_SCHEMA)
    rows = pl.concat([_scan_sites(state, record) for record in sources])
    rsids = observations.select("rsid").drop_nulls().unique().lazy()
    by_rsid = rows.join(rsids, on="rsid", how="semi").collect(engine="streaming")
    own = observations.filter(pl.col("build") == reference_build).select(PLACE)
    places = pl.concat([own, by_rsid.select(PLACE)]).drop_nulls().unique().lazy()
    at_places = rows.join(places, on=PLACE, how="semi").collect(engine="streaming")
    return pl.concat([by_rsid, at_places]).unique()


def read_panel_frequencies(
    state: StateFolder, records: Sequence[LoadRecord], variants: pl.DataFrame, *, reference_build: str
) -> pl.DataFrame:
    """Frequency of each variant's first allele in the best LD panel that has it: key, reference_allele_frequency.

    Parameters
    ----------
    variants
        key, chromosome, position_bp, build, allele_1, allele_2.
    """
    wanted = variants.filter(pl.col("build") == reference_build).select("key", *PLACE, *ALLELES).drop_nulls().lazy()
    on, parts = [*PLACE, *ALLELES], []
    for rank, record in enumerate(of_kind(records, "ld_panel", build=reference_build)):
        rows = scan_table(state, record, _PANEL_SCHEMA).join(wanted, on=on)
        parts.append(rows.select("key", "variant_index", _first_allele_frequency(), rank=pl.lit(rank)))
    schema = {"key": pl.String, "variant_index": pl.Int64, "reference_allele_frequency": pl.Float64, "rank": pl.Int32}
    found = _collect(parts, schema).drop_nulls().sort("key", "rank", "variant_index")
    return found.unique("key", keep="first").select("key", "reference_allele_frequency")


def read_targets(state: StateFolder, records: Sequence[LoadRecord], label: str) -> pl.DataFrame:
    """Nodes of one label that evidence ends or starts at: study_id, kind and the columns of ``TARGET_SCHEMA``."""
    schema = {**TARGET_SCHEMA, "study_id": pl.String, "kind": pl.String}
    parts = [
        scan_table(state, record, TARGET_SCHEMA, table=TARGETS_NAME)
        .filter(pl.col("label") == label)
        .with_columns(study_id=pl.lit(record.study_id), kind=pl.lit(record.kind))
        for record in of_kind(records, *VARIANT_KINDS, "eqtm")
    ]
    return _collect(parts, schema)


def read_reference(
    state: StateFolder, records: Sequence[LoadRecord], kind: str, schema: Schema
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of the reference tables of one kind, one a key (the first column): from the best source that has it.

    Returns
    -------
    all rows, and those of sources that are kept whether or not an edge needs them
        The columns of `schema`, then source_build, source_load, source_study and source_array.
    """
    key = next(iter(schema))
    parts, kept = [], []
    for rank, record in enumerate(of_kind(records, kind)):
        rows = scan_table(state, record, schema).with_columns(
            rank=pl.lit(rank),
            source_build=pl.lit(record.build, pl.String),
            source_load=pl.lit(record.load_id),
            source_study=pl.lit(record.study_id),
            source_array=pl.lit(record.study.get("array"), pl.String),
        )
        parts.append(rows)
        if not record.only_if_used:
            kept.append(rows.select(key))
    extra = dict.fromkeys(("source_build", "source_load", "source_study", "source_array"), pl.String)
    every = _collect(parts, {**schema, "rank": pl.Int32, **extra})
    best = every.sort("rank", maintain_order=True).unique(key, keep="first", maintain_order=True).drop("rank")
    return best, best.join(_collect(kept, {key: schema[key]}).unique(), on=key, how="semi")


def _scan_sites(state: StateFolder, record: LoadRecord) -> pl.LazyFrame:
    rows = scan_table(state, record, {k: v for k, v in SITE_SCHEMA.items() if k not in ("study_id", "priority")})
    named = rows.with_columns(study_id=pl.lit(record.study_id), priority=pl.lit(record.priority, pl.Int64))
    return named.select(list(SITE_SCHEMA))


def _first_allele_frequency() -> pl.Expr:
    """Frequency of allele_1, from the counted allele as the panel writes it (plus strand)."""
    first, second, counted = pl.col("allele_1"), pl.col("allele_2"), pl.col("counted_allele")
    frequency = pl.col("counted_allele_frequency")
    is_first = (counted == first) | ((counted != second) & (complement_expression(counted) == first))
    return (
        pl.when(is_first.fill_null(value=False))
        .then(frequency)
        .otherwise(1.0 - frequency)
        .alias("reference_allele_frequency")
    )


def _collect(parts: Sequence[pl.LazyFrame], schema: Schema) -> pl.DataFrame:
    if not parts:
        return pl.DataFrame(schema=dict(schema))
    return pl.concat(parts).collect(engine="streaming").select(pl.col(n).cast(t) for n, t in schema.items())

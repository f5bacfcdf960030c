"""Positions: rsids and where they lie, from .bim files, VCF sites, LD-score files and any table that has both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from loaders.alleles import canonical_pair_expressions, clean_allele_expression, is_allele_expression
from loaders.builds import chromosome_expression, find_build, pseudo_autosomal_expression
from loaders.manifest import StudySpec
from loaders.reference.formats import POSITIONS
from loaders.reference.row_store import RowStore
from loaders.reference.rows import (
    book,
    close_ledger,
    finite_number,
    is_outside,
    sift,
    whole_number,
    with_missing_columns,
)
from loaders.reference.source import OnProgress, check_build, open_sources, stream_batches
from loaders.report import LoadReport, Refusal, RowLedger, Skip
from loaders.tables import ROW_NUMBER

SCHEMA: Final = {
    "rsid": pl.String,
    "chromosome": pl.String,
    "position_bp": pl.Int64,
    "allele_1": pl.String,
    "allele_2": pl.String,
    "raw_allele_1": pl.String,
    "raw_allele_2": pl.String,
    "ld_score": pl.Float64,
    "minor_allele_frequency": pl.Float64,
}
_OPTIONAL: Final = ("allele_1", "allele_2", "effect_allele", "other_allele", "ld_score", "minor_allele_frequency")
_MISSING_ALLELES: Final = ("0", "N", "-", "*", "<*>")


def prepare(
    spec: StudySpec, *, reference_build: str, folder: Path, on_progress: OnProgress | None = None
) -> tuple[Path, LoadReport]:
    """Write a positions source as a table of rsids and places.

    Parameters
    ----------
    spec
        The study.
    reference_build
        Build of the graph; a source in another build is kept in its own.
    folder
        Where `table.parquet` goes.
    on_progress
        Called with bytes read, bytes in all, study id.

    Returns
    -------
    tuple[Path, LoadReport]
        The table, one row an rsid, place and pair of alleles, and the report. Of several places of one rsid the first
        in the file is kept; the others are refused as conflicting.

    Raises
    ------
    FormatError, BuildError
        See `open_sources` and `check_build`.
    """
    ledger = RowLedger(spec.id, spec.kind)
    sources = open_sources(spec, POSITIONS)
    build = check_build(spec, sources, reference_build, must_match=False)
    n_bytes = sum(path.stat().st_size for path in spec.paths)
    with RowStore(folder, key="rsid", n_bytes=n_bytes) as store:
        for batch in stream_batches(sources, spec, ledger, on_progress):
            for rows in _read_batch(batch, build, ledger):
                store.add(rows)
        table = store.write_table(lambda rows: _settle_rsids(rows, ledger))
    return table, close_ledger(ledger, spec)


def _read_batch(batch: pl.DataFrame, build: str, ledger: RowLedger) -> Iterator[pl.DataFrame]:
    frame = with_missing_columns(batch, _OPTIONAL).with_columns(
        pl.col("rsid").str.to_lowercase(),
        pl.coalesce("allele_1", "effect_allele").alias("allele_1"),
        pl.coalesce("allele_2", "other_allele").alias("allele_2"),
        chromosome=chromosome_expression(pl.col("chromosome")),
        is_pseudo_autosomal=pseudo_autosomal_expression(pl.col("chromosome")),
        is_placed=pl.col("chromosome").is_not_null() & pl.col("position_bp").is_not_null(),
        position_bp=whole_number("position_bp"),
        row_build=_canonical_builds(batch, build),
    )
    frame = sift(
        frame,
        [
            (Skip.FILTERED, ~pl.col("rsid").fill_null("").str.contains(r"^rs\d+(;rs\d+)*$")),
            (Skip.FILTERED, pl.col("row_build") != build),
            (Skip.NOT_PLACED, ~pl.col("is_placed")),
            (Skip.OUTSIDE_SCOPE, pl.col("chromosome").is_null()),
            (Refusal.BAD_POSITION, is_outside("chromosome", "position_bp", build)),
        ],
        ledger,
    )
    if frame.height:
        ledger.flag("pseudo_autosomal", int(frame["is_pseudo_autosomal"].sum()))
        yield _tidy_columns(_split_multiple(frame), ledger)


def _canonical_builds(batch: pl.DataFrame, build: str) -> pl.Expr:
    """Give the build that each row states, the source's own where it states none."""
    if "build" not in batch.columns:
        return pl.lit(build)
    names = {text: find_build(text) or "unknown" for text in batch["build"].drop_nulls().unique()}
    return pl.col("build").replace_strict(names, default=build, return_dtype=pl.String).fill_null(build)


def _split_multiple(frame: pl.DataFrame) -> pl.DataFrame:
    """Give each of several rsids, and each of several alternative alleles, of one VCF row a record of its own.

    The row is booked by what becomes of its first rsid.
    """
    return (
        frame.with_columns(
            pl.col("rsid").str.split(";"),
            pl.col("allele_2").str.split(","),
            first_rsid=pl.col("rsid").str.extract(r"^(rs\d+)", 1),
        )
        .explode("allele_2")
        .explode("rsid")
        .with_columns(is_booked=pl.col("rsid") == pl.col("first_rsid"))
    )


def _tidy_columns(frame: pl.DataFrame, ledger: RowLedger) -> pl.DataFrame:
    first, second = (
        clean_allele_expression(pl.when(~pl.col(name).is_in(_MISSING_ALLELES)).then(pl.col(name)))
        for name in ("allele_1", "allele_2")
    )
    frame = frame.with_columns(raw_allele_1=first, raw_allele_2=second)
    raw_1, raw_2 = pl.col("raw_allele_1"), pl.col("raw_allele_2")
    is_pair = is_allele_expression(raw_1) & is_allele_expression(raw_2) & (raw_1 != raw_2)
    is_pair = is_pair.fill_null(value=False)
    is_bad = raw_1.is_not_null() & raw_2.is_not_null() & ~is_pair
    ledger.flag("alleles_not_used", int(frame.select(is_bad.sum()).item()))
    frequency = finite_number("minor_allele_frequency")
    is_share = frequency.is_between(0.0, 1.0)
    ledger.flag("frequency_not_used", int(frame.select((~is_share).sum()).item()))
    pair_1, pair_2 = canonical_pair_expressions(raw_1, raw_2)
    return frame.select(
        "rsid",
        "chromosome",
        "position_bp",
        pl.when(is_pair).then(pair_1).alias("allele_1"),
        pl.when(is_pair).then(pair_2).alias("allele_2"),
        "raw_allele_1",
        "raw_allele_2",
        finite_number("ld_score"),
        pl.when(is_share).then(frequency).alias("minor_allele_frequency"),
        "is_booked",
        ROW_NUMBER,
    )


def _settle_rsids(rows: pl.DataFrame, ledger: RowLedger) -> pl.DataFrame:
    """Keep one place an rsid and one record a pair of alleles; book each input row once, by its best record."""
    place = pl.struct("chromosome", "position_bp")
    marked = rows.sort("rsid", ROW_NUMBER, "allele_1", "allele_2", nulls_last=True).with_columns(
        is_conflict=place != place.first().over("rsid"),
        is_repeat=pl.struct("rsid", "chromosome", "position_bp", "allele_1", "allele_2").is_first_distinct().not_(),
    )
    kept = marked.filter(~pl.col("is_conflict") & ~pl.col("is_repeat"))
    booked = kept.filter("is_booked").select(ROW_NUMBER).unique()
    lost = marked.filter("is_booked").join(booked, on=ROW_NUMBER, how="anti").sort(ROW_NUMBER)
    lost = lost.unique(ROW_NUMBER, keep="first", maintain_order=True)
    book(ledger, Refusal.CONFLICTING_ROW, lost.filter("is_conflict")[ROW_NUMBER])
    book(ledger, Skip.REPEATED_NAME, lost.filter(~pl.col("is_conflict"))[ROW_NUMBER])
    ledger.write(booked.height)
    return kept.select(*SCHEMA)

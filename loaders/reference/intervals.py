"""Intervals of the genome from BED files or tables, as 1-based inclusive places."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import polars as pl

from loaders.builds import chromosome_expression, chromosome_length_expression
from loaders.errors import FormatError
from loaders.manifest import StudySpec
from loaders.reference.formats import INTERVALS
from loaders.reference.rows import sift, whole_number, with_missing_columns
from loaders.reference.source import OnProgress, SourceFile, check_build, open_sources, stream_batches
from loaders.report import Refusal, RowLedger, Skip
from loaders.tables import ROW_NUMBER, check_columns


def read_intervals(
    spec: StudySpec, reference_build: str, ledger: RowLedger, on_progress: OnProgress | None
) -> Iterator[pl.DataFrame]:
    """Stream the intervals of a study.

    Parameters
    ----------
    spec
        The study. A BED file (by its name, or `format = "bed"`) is 0-based and half-open; a table whose columns the
        manifest maps is 1-based with both ends inside, as `start_bp` and `end_bp` say.
    reference_build
        Build that the intervals must be in.
    ledger
        The study's book.
    on_progress
        Called with bytes read, bytes in all, study id.

    Yields
    ------
    pl.DataFrame
        chromosome, start_bp, end_bp (1-based, both inside), bed_start (the start in BED's counting), the file's other
        fields, and `__row_number`.

    Raises
    ------
    FormatError, BuildError
        See `open_sources` and `check_build`; also when BED files and tables are mixed, or `name_from` names no column.
    """
    sources = tuple(_with_name_column(source, spec) for source in open_sources(spec, INTERVALS))
    build = check_build(spec, sources, reference_build, must_match=True)
    is_half_open = _has_half_open_ends(sources, spec)
    for batch in stream_batches(sources, spec, ledger, on_progress):
        yield _check_rows(batch, build, ledger, is_half_open=is_half_open)


def _with_name_column(source: SourceFile, spec: StudySpec) -> SourceFile:
    """Take the name from the column that `name_from` says, where it is another one than `name`."""
    if spec.name_from is None or spec.name_from == "name":
        return source
    check_columns(source.header, [spec.name_from])
    return dataclasses.replace(source, columns={**source.columns, "name": spec.name_from})


def _has_half_open_ends(sources: tuple[SourceFile, ...], spec: StudySpec) -> bool:
    kinds = {source.format.is_half_open or ".bed" in source.header.path.name.lower() for source in sources}
    if len(kinds) != 1:
        raise FormatError(
            "the files of one study must all be BED (0-based, half-open) or all be tables (1-based, both ends inside)",
            seen=", ".join(f"{source.header.path.name}: {source.format.name}" for source in sources),
            where=spec.where,
            remedy="make two studies of them",
        )
    return kinds.pop()


def _check_rows(batch: pl.DataFrame, build: str, ledger: RowLedger, *, is_half_open: bool) -> pl.DataFrame:
    offset = 1 if is_half_open else 0
    frame = with_missing_columns(batch, ("name",)).with_columns(
        is_named=pl.col("chromosome").is_not_null(),
        chromosome=chromosome_expression(pl.col("chromosome")),
        start_bp=whole_number("start_bp") + offset,
        end_bp=whole_number("end_bp"),
    )
    start, end = pl.col("start_bp"), pl.col("end_bp")
    length = chromosome_length_expression(pl.col("chromosome"), pl.lit(build))
    is_bad = start.is_null() | end.is_null() | (start < 1) | (end < start) | (end > length)
    checked = sift(
        frame,
        [
            (Refusal.UNKNOWN_CHROMOSOME, ~pl.col("is_named")),
            (Skip.OUTSIDE_SCOPE, pl.col("chromosome").is_null()),
            (Refusal.BAD_INTERVAL, is_bad),
        ],
        ledger,
    )
    return checked.with_columns(bed_start=pl.col("start_bp") - 1).drop("is_named")


def empty_intervals() -> pl.DataFrame:
    """Give a frame of no intervals."""
    whole = dict.fromkeys(("start_bp", "end_bp", "bed_start", ROW_NUMBER), pl.Int64)
    return pl.DataFrame(schema={"chromosome": pl.String, "name": pl.String, **whole})

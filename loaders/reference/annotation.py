"""Functional annotations: named sets of intervals from BED files."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from loaders.builds import chromosome_rank_expression
from loaders.manifest import StudySpec
from loaders.reference.intervals import empty_intervals, read_intervals
from loaders.reference.rows import close_ledger, sift, write_reference_table
from loaders.reference.source import OnProgress
from loaders.report import LoadReport, Refusal, RowLedger
from loaders.tables import ROW_NUMBER


def prepare(
    spec: StudySpec, *, reference_build: str, folder: Path, on_progress: OnProgress | None = None
) -> tuple[Path, LoadReport]:
    """Write a table of annotated intervals.

    Parameters
    ----------
    spec
        The study. With `name_from = "name"` there is one annotation a value of the name column, else one in all, with
        the study's title or id as its name.
    reference_build
        Build of the graph, which the intervals must be in.
    folder
        Where `table.parquet` goes.
    on_progress
        Called with bytes read, bytes in all, study id.

    Returns
    -------
    tuple[Path, LoadReport]
        annotation_id (`<study>/<name>`), name, chromosome, start_bp, end_bp (1-based, both inside), by name and place.

    Raises
    ------
    FormatError, BuildError
        See `read_intervals`.
    """
    ledger = RowLedger(spec.id, spec.kind)
    parts = list(read_intervals(spec, reference_build, ledger, on_progress))
    rows = pl.concat(parts) if parts else empty_intervals()
    if spec.name_from is None:
        rows = rows.with_columns(name=pl.lit(spec.title or spec.id))
    rows = sift(rows, [(Refusal.MISSING_NAME, pl.col("name").is_null())], ledger)
    table = rows.sort(
        "name", chromosome_rank_expression(pl.col("chromosome")), "start_bp", "end_bp", ROW_NUMBER
    ).select(
        pl.format("{}/{}", pl.lit(spec.id), "name").alias("annotation_id"), "name", "chromosome", "start_bp", "end_bp"
    )
    ledger.write(table.height)
    report = close_ledger(ledger, spec)
    return write_reference_table(table, folder), report

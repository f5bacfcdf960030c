"""LD blocks: approximately independent intervals of the autosomes."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from loaders.builds import chromosome_rank_expression
from loaders.manifest import StudySpec
from loaders.reference.intervals import empty_intervals, read_intervals
from loaders.reference.rows import book, close_ledger, write_reference_table
from loaders.reference.source import OnProgress
from loaders.report import LoadReport, Refusal, RowLedger, Skip
from loaders.tables import ROW_NUMBER


def prepare(
    spec: StudySpec, *, reference_build: str, folder: Path, on_progress: OnProgress | None = None
) -> tuple[Path, LoadReport]:
    """Write a table of LD blocks.

    Parameters
    ----------
    spec
        The study.
    reference_build
        Build of the graph, which the blocks must be in.
    folder
        Where `table.parquet` goes.
    on_progress
        Called with bytes read, bytes in all, study id.

    Returns
    -------
    tuple[Path, LoadReport]
        block_id (build, chromosome and the numbers of the BED line), chromosome, start_bp, end_bp (1-based, both
        inside), by place. A block that overlaps an earlier one is refused as conflicting: a SNP has one block.

    Raises
    ------
    FormatError, BuildError
        See `read_intervals`.
    """
    ledger = RowLedger(spec.id, spec.kind)
    parts = list(read_intervals(spec, reference_build, ledger, on_progress))
    blocks = _keep_disjoint(pl.concat(parts) if parts else empty_intervals(), ledger)
    table = blocks.select(
        pl.format("{}:{}:{}-{}", pl.lit(reference_build), "chromosome", "bed_start", "end_bp").alias("block_id"),
        "chromosome",
        "start_bp",
        "end_bp",
    )
    ledger.write(table.height)
    report = close_ledger(ledger, spec)
    return write_reference_table(table, folder), report


def _keep_disjoint(rows: pl.DataFrame, ledger: RowLedger) -> pl.DataFrame:
    ordered = rows.sort(chromosome_rank_expression(pl.col("chromosome")), "start_bp", "end_bp", ROW_NUMBER)
    is_kept, is_repeat = [], []
    last: tuple[str, int, int] | None = None
    for chromosome, start, end in ordered.select("chromosome", "start_bp", "end_bp").iter_rows():
        is_free = last is None or last[0] != chromosome or start > last[2]
        is_kept.append(is_free)
        is_repeat.append((chromosome, start, end) == last)
        last = (chromosome, start, end) if is_free else last
    kept, repeat = pl.Series(is_kept, dtype=pl.Boolean), pl.Series(is_repeat, dtype=pl.Boolean)
    book(ledger, Skip.REPEATED_NAME, ordered.filter(~kept & repeat)[ROW_NUMBER])
    book(ledger, Refusal.CONFLICTING_ROW, ordered.filter(~kept & ~repeat)[ROW_NUMBER])
    return ordered.filter(kept)

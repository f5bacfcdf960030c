"""Genes: one row an Ensembl id, from a table or a GENCODE GTF, primary chromosomes first."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from loaders.builds import chromosome_expression, chromosome_length_expression, chromosome_rank_expression
from loaders.manifest import StudySpec
from loaders.reference.formats import GENES
from loaders.reference.rows import book, close_ledger, sift, whole_number, with_missing_columns, write_reference_table
from loaders.reference.source import OnProgress, check_build, open_sources, stream_batches
from loaders.report import LoadReport, Refusal, RowLedger, Skip
from loaders.tables import ROW_NUMBER

SCHEMA: Final = {
    "gene": pl.String,
    "symbol": pl.String,
    "chromosome": pl.String,
    "start_bp": pl.Int64,
    "end_bp": pl.Int64,
    "tss_bp": pl.Int64,
    "strand": pl.String,
    "biotype": pl.String,
    "description": pl.String,
}
_TEXTS: Final = ("symbol", "chromosome", "start_bp", "end_bp", "strand", "biotype", "description")
_STRANDS: Final = {"1": "+", "+1": "+", "+": "+", "1.0": "+", "-1": "-", "-": "-", "-1.0": "-"}


def prepare(
    spec: StudySpec, *, reference_build: str, folder: Path, on_progress: OnProgress | None = None
) -> tuple[Path, LoadReport]:
    """Write a gene table.

    Parameters
    ----------
    spec
        The study.
    reference_build
        Build of the graph, which the genes must be in.
    folder
        Where `table.parquet` goes.
    on_progress
        Called with bytes read, bytes in all, study id.

    Returns
    -------
    tuple[Path, LoadReport]
        One row an Ensembl id without its version. Of several rows the one on a primary chromosome wins, then the
        first one; a gene that lies on patches and scaffolds only is kept without a place (flag `unplaced`).

    Raises
    ------
    FormatError, BuildError
        See `open_sources` and `check_build`.
    """
    ledger = RowLedger(spec.id, spec.kind)
    sources = open_sources(spec, GENES)
    build = check_build(spec, sources, reference_build, must_match=True)
    parts = [_read_batch(batch, build, ledger) for batch in stream_batches(sources, spec, ledger, on_progress)]
    genes = _keep_one_each(pl.concat(parts), ledger) if parts else pl.DataFrame(schema=SCHEMA)
    ledger.write(genes.height)
    ledger.flag("unplaced", genes["chromosome"].null_count())
    report = close_ledger(ledger, spec)
    return write_reference_table(genes, folder), report


def gene_id_expression(column: pl.Expr) -> pl.Expr:
    """Strip the version of Ensembl ids and keep `_PAR_Y`; old `ENSGR…` ids are the same thing in another spelling.

    Parameters
    ----------
    column
        Trimmed text; ids of other kinds stay as they are.
    """
    bare = column.str.replace(r"^(ENS[A-Z]*G[R\d]\d+)\.\d+", "$1")
    old_par = bare.str.replace(r"^ENSGR(\d+)$", "ENSG0${1}_PAR_Y")
    return pl.when(bare.str.starts_with("ENSGR")).then(old_par).otherwise(bare)


def _read_batch(batch: pl.DataFrame, build: str, ledger: RowLedger) -> pl.DataFrame:
    frame = batch
    if "feature" in frame.columns:
        frame = sift(frame, [(Skip.OUTSIDE_SCOPE, pl.col("feature").ne_missing("gene"))], ledger)
        frame = _read_attributes(frame)
    frame = with_missing_columns(frame, _TEXTS).with_columns(
        gene_id_expression(pl.col("gene")).alias("gene"),
        chromosome=chromosome_expression(pl.col("chromosome")),
        has_place=pl.col("start_bp").is_not_null() | pl.col("end_bp").is_not_null(),
        start_bp=whole_number("start_bp"),
        end_bp=whole_number("end_bp"),
        strand=pl.col("strand").replace_strict(_STRANDS, default=None, return_dtype=pl.String),
    )
    length = chromosome_length_expression(pl.col("chromosome"), pl.lit(build))
    start, end = pl.col("start_bp"), pl.col("end_bp")
    is_bad = start.is_null() | end.is_null() | (start < 1) | (end < start) | (end > length)
    frame = sift(
        frame,
        [(Refusal.MISSING_NAME, pl.col("gene").is_null()), (Refusal.BAD_INTERVAL, pl.col("has_place") & is_bad)],
        ledger,
    )
    return _finish_columns(frame)


def _finish_columns(frame: pl.DataFrame) -> pl.DataFrame:
    is_placed = pl.col("chromosome").is_not_null() & pl.col("start_bp").is_not_null()
    tss = pl.when(pl.col("strand") == "+").then("start_bp").when(pl.col("strand") == "-").then("end_bp")
    with_tss = frame.with_columns(tss_bp=tss)
    places = [pl.when(is_placed).then(name).alias(name) for name in ("chromosome", "start_bp", "end_bp", "tss_bp")]
    return with_tss.with_columns(*places).select(*SCHEMA, ROW_NUMBER)


def _read_attributes(frame: pl.DataFrame) -> pl.DataFrame:
    """Read gene_id, name and type from a GTF's ninth column (Ensembl calls the type gene_biotype)."""
    text = pl.col("attributes")
    return frame.with_columns(
        text.str.extract(r'(?:^|[;\s])gene_id "([^"]+)"', 1).alias("gene"),
        text.str.extract(r'(?:^|[;\s])gene_name "([^"]+)"', 1).alias("symbol"),
        text.str.extract(r'(?:^|[;\s])gene_(?:bio)?type "([^"]+)"', 1).alias("biotype"),
    )


def _keep_one_each(rows: pl.DataFrame, ledger: RowLedger) -> pl.DataFrame:
    ranked = rows.with_columns(rank=chromosome_rank_expression(pl.col("chromosome")))
    ordered = ranked.sort("gene", "rank", ROW_NUMBER)
    kept = ordered.unique("gene", keep="first", maintain_order=True)
    lost = ordered.join(kept.select(ROW_NUMBER), on=ROW_NUMBER, how="anti").sort(ROW_NUMBER)
    book(ledger, Skip.REPEATED_NAME, lost[ROW_NUMBER])
    return kept.sort("rank", "start_bp", "gene", nulls_last=True).select(*SCHEMA)

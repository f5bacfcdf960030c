"""CpGs: where the sites of a methylation array lie, from a table or an Illumina 450k or EPIC manifest."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from loaders.builds import chromosome_expression, chromosome_rank_expression, find_build
from loaders.errors import BuildError
from loaders.manifest import StudySpec
from loaders.reference.formats import CPGS
from loaders.reference.rows import (
    book,
    close_ledger,
    is_outside,
    sift,
    whole_number,
    with_missing_columns,
    write_reference_table,
)
from loaders.reference.source import OnProgress, check_build, open_sources, stream_batches
from loaders.report import LoadReport, Refusal, RowLedger, Skip
from loaders.tables import ROW_NUMBER

SCHEMA: Final = {
    "cpg": pl.String,
    "chromosome": pl.String,
    "position_bp": pl.Int64,
    "strand": pl.String,
    "island": pl.String,
    "island_relation": pl.String,
    "snp_in_probe": pl.String,
    "is_enhancer": pl.Boolean,
    "array": pl.String,
}
_OPTIONAL: Final = ("strand", "island", "island_relation", "snp_in_probe")
_STRANDS: Final = {"F": "+", "R": "-", "+": "+", "-": "-"}


def prepare(
    spec: StudySpec, *, reference_build: str, folder: Path, on_progress: OnProgress | None = None
) -> tuple[Path, LoadReport]:
    """Write a CpG table.

    Parameters
    ----------
    spec
        The study; its `array` goes to every row.
    reference_build
        Build of the graph, which the places must be in.
    folder
        Where `table.parquet` goes.
    on_progress
        Called with bytes read, bytes in all, study id.

    Returns
    -------
    tuple[Path, LoadReport]
        One row a CpG, by place. A blank island relation means OpenSea; probes for SNPs (rs…) are outside the scope.

    Raises
    ------
    FormatError, BuildError
        See `open_sources` and `check_build`; also when an Illumina manifest's own build column says another build in
        most rows.
    """
    ledger = RowLedger(spec.id, spec.kind)
    sources = open_sources(spec, CPGS)
    build = check_build(spec, sources, reference_build, must_match=True)
    parts = [_read_batch(batch, build, ledger) for batch in stream_batches(sources, spec, ledger, on_progress)]
    no_rows = pl.DataFrame(schema={**SCHEMA, "is_in_build": pl.Boolean, ROW_NUMBER: pl.Int64})
    rows = pl.concat([no_rows, *parts])
    rows = _drop_other_builds(rows, spec, build, ledger)
    cpgs = _keep_one_each(rows, ledger).with_columns(array=pl.lit(spec.array, dtype=pl.String)).select(*SCHEMA)
    ledger.write(cpgs.height)
    report = close_ledger(ledger, spec)
    return write_reference_table(cpgs, folder), report


def _read_batch(batch: pl.DataFrame, build: str, ledger: RowLedger) -> pl.DataFrame:
    frame = with_missing_columns(batch, _OPTIONAL).with_columns(
        is_in_build=_is_in_build(batch, build),
        is_placed=pl.col("chromosome").is_not_null() & pl.col("position_bp").is_not_null(),
        chromosome=chromosome_expression(pl.col("chromosome")),
        position_bp=whole_number("position_bp"),
        strand=pl.col("strand").replace_strict(_STRANDS, default=None, return_dtype=pl.String),
        island_relation=pl.col("island_relation").fill_null("OpenSea"),
        is_enhancer=_is_enhancer(batch),
        array=pl.lit(None, dtype=pl.String),
    )
    frame = sift(
        frame,
        [
            (Refusal.MISSING_NAME, pl.col("cpg").is_null()),
            (Skip.OUTSIDE_SCOPE, pl.col("cpg").str.contains(r"^rs\d+")),
            (Skip.NOT_PLACED, ~pl.col("is_placed")),
            (Refusal.UNKNOWN_CHROMOSOME, pl.col("chromosome").is_null()),
            (Refusal.BAD_POSITION, pl.col("is_in_build") & is_outside("chromosome", "position_bp", build)),
        ],
        ledger,
    )
    return frame.select(*SCHEMA, "is_in_build", ROW_NUMBER)


def _is_in_build(batch: pl.DataFrame, build: str) -> pl.Expr:
    if "build" not in batch.columns:
        return pl.lit(value=True)
    texts = batch["build"].drop_nulls().unique()
    agrees = {text: find_build(text.removesuffix(".0")) == build for text in texts}
    return pl.col("build").replace_strict(agrees, default=True, return_dtype=pl.Boolean).fill_null(value=True)


def _is_enhancer(batch: pl.DataFrame) -> pl.Expr:
    """Read the enhancer column, where a blank means no; null where the file has none."""
    if "is_enhancer" not in batch.columns:
        return pl.lit(None, dtype=pl.Boolean)
    return pl.col("is_enhancer").str.to_uppercase().is_in(["TRUE", "1"]).fill_null(value=False)


def _drop_other_builds(rows: pl.DataFrame, spec: StudySpec, build: str, ledger: RowLedger) -> pl.DataFrame:
    n_other = rows.height - int(rows["is_in_build"].sum())
    if n_other > rows.height / 2:
        raise BuildError(
            "an array manifest must be in the build that its entry states",
            seen=f"{n_other} of {rows.height} rows name another build in the file, build = {build!r} in the manifest",
            where=spec.where,
            remedy="set build to the file's, or give the manifest of the other build",
        )
    return sift(rows, [(Refusal.UNKNOWN_BUILD, ~pl.col("is_in_build"))], ledger)


def _keep_one_each(rows: pl.DataFrame, ledger: RowLedger) -> pl.DataFrame:
    kept = rows.unique("cpg", keep="first", maintain_order=True)
    lost = rows.join(kept.select(ROW_NUMBER), on=ROW_NUMBER, how="anti").sort(ROW_NUMBER)
    book(ledger, Skip.REPEATED_NAME, lost[ROW_NUMBER])
    return kept.sort(chromosome_rank_expression(pl.col("chromosome")), "position_bp", "cpg")

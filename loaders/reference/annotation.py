"""Functional annotations: named sets of intervals (BED, gene sets) or values of SNPs (.annot)."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from loaders.builds import chromosome_rank_expression
from loaders.errors import FormatError
from loaders.manifest import StudySpec
from loaders.reference.gene_sets import GENE_SET, is_gene_set, read_gene_sets
from loaders.reference.intervals import empty_intervals, read_intervals
from loaders.reference.rows import close_ledger, sift, write_reference_table
from loaders.reference.snp_values import ANNOT, is_annot, read_snp_values
from loaders.reference.source import OnProgress, check_build
from loaders.report import LoadReport, Refusal, RowLedger
from loaders.tables import ROW_NUMBER


def prepare(
    spec: StudySpec, *, reference_build: str, folder: Path, on_progress: OnProgress | None = None
) -> tuple[Path, LoadReport]:
    """Write a table of annotated intervals or SNPs.

    Parameters
    ----------
    spec
        The study. BED files and tables of intervals: with `name_from = "name"` there is one annotation a value of the
        name column, else one in all, with the study's title or id as its name. Files called .annot: one annotation a
        column. Gene sets (.GeneSet, .grp, .gmt) with a file of coordinates: one a set.
    reference_build
        Build of the graph, which the positions must be in.
    folder
        Where `table.parquet` goes.
    on_progress
        Called with bytes read, bytes in all, study id.

    Returns
    -------
    tuple[Path, LoadReport]
        annotation_id (`<study>/<name>`), name, chromosome, start_bp, end_bp (1-based, both inside), by name and place;
        of .annot files also value (null: membership) and rsid.

    Raises
    ------
    FormatError, BuildError
        See `read_intervals`, `read_snp_values` and `read_gene_sets`; also where kinds of files are mixed.
    """
    ledger = RowLedger(spec.id, spec.kind)
    kind = _kind_of(spec)
    if kind == ANNOT:
        build = check_build(spec, (), reference_build, must_match=True)
        rows = read_snp_values(spec, build, ledger)
    elif kind == GENE_SET:
        rows = read_gene_sets(spec, reference_build, ledger)
    else:
        rows = _read_interval_rows(spec, reference_build, ledger, on_progress)
    extra = [name for name in ("value", "rsid") if name in rows.columns]
    order = [name for name in ("rsid", ROW_NUMBER) if name in rows.columns]
    table = rows.sort("name", chromosome_rank_expression(pl.col("chromosome")), "start_bp", "end_bp", *order).select(
        pl.format("{}/{}", pl.lit(spec.id), "name").alias("annotation_id"),
        *("name", "chromosome", "start_bp", "end_bp", *extra),
    )
    report = close_ledger(ledger, spec)
    return write_reference_table(table, folder), report


def _kind_of(spec: StudySpec) -> str:
    """annot, gene-set, or empty for intervals."""
    n_annot = sum(map(is_annot, spec.paths))
    n_sets = sum(map(is_gene_set, spec.paths))
    if n_annot and (n_sets or n_annot + sum(path.suffix == ".bim" for path in spec.paths) < len(spec.paths)):
        raise FormatError(
            "the files of one annotation study must be of one kind",
            seen=", ".join(path.name for path in spec.paths[:6]),
            where=spec.where,
            remedy="make two studies of them; beside .annot files only the .bim of thin ones may stand",
        )
    if n_annot:
        return ANNOT
    return GENE_SET if n_sets else ""


def _read_interval_rows(
    spec: StudySpec, reference_build: str, ledger: RowLedger, on_progress: OnProgress | None
) -> pl.DataFrame:
    parts = list(read_intervals(spec, reference_build, ledger, on_progress))
    rows = pl.concat(parts) if parts else empty_intervals()
    if spec.name_from is None:
        rows = rows.with_columns(name=pl.lit(spec.title or spec.id))
    rows = sift(rows, [(Refusal.MISSING_NAME, pl.col("name").is_null())], ledger)
    ledger.write(rows.height)
    return rows

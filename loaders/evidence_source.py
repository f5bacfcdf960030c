"""Streams a study's files as normalised batches, and books every row that is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import polars as pl

from loaders.cells import read_fields
from loaders.eqtm import normalise_eqtm
from loaders.evidence import EvidenceBatch, normalise_evidence
from loaders.format_choice import ColumnPlan, plan_columns, with_model
from loaders.formats import GWAS_CATALOG_ASSOCIATIONS
from loaders.gwas_catalog import CatalogTraits, collect_catalog_traits
from loaders.manifest import StudySpec
from loaders.report import N_EXAMPLES, Refusal, RowLedger, Skip
from loaders.tables import SEPARATOR_OF_NAME, TableHeader, TableLayout, read_batches, read_header
from loaders.vcf import check_sample_columns

OnProgress = Callable[[int, int, str], None]
"""Called with the bytes read, the bytes in all, and what is being done."""

PlannedFile = tuple[TableHeader, ColumnPlan]
_SKIPS: Final = {entry.name.lower(): entry for entry in Skip}


def plan_files(spec: StudySpec) -> tuple[PlannedFile, ...]:
    """Read the header of every file of a study and decide how it is read.

    Raises
    ------
    LoadError
        When a file cannot be read, or its columns, format or build do not fit.
    """
    planned = []
    for path in spec.paths:
        header = read_header(path, _layout(spec))
        plan = with_model(plan_columns(spec, header), spec.model)
        if plan.format.is_vcf:
            check_sample_columns(header.columns, path)
        planned.append((header, plan))
    return tuple(planned)


def stream_evidence(
    spec: StudySpec, files: tuple[PlannedFile, ...], ledger: RowLedger, on_progress: OnProgress | None = None
) -> Iterator[pl.DataFrame]:
    """Yield the kept rows of a study, batch by batch, in the order of its files.

    Parameters
    ----------
    spec
        The study.
    files
        From `plan_files`.
    ledger
        Where rows read, skipped and refused are booked; kept rows are booked by the caller.
    on_progress
        Called with bytes read, bytes in all, and a text.
    """
    catalog = _read_catalog(files)
    total = sum(header.path.stat().st_size for header, _ in files)
    done, first_row = 0, 1
    for header, plan in files:
        text = f"{spec.id}: reading {header.path.name}"

        def on_bytes(n_bytes: int, done: int = done, text: str = text) -> None:
            if on_progress is not None:
                on_progress(min(done + n_bytes, total), total, text)

        batches = read_batches(header, plan.read, layout=_layout(spec), first_row=first_row, on_bytes=on_bytes)
        for batch in batches:
            ledger.read(batch.n_rows)
            ledger.refuse(Refusal.RAGGED_ROW, len(batch.ragged_rows), batch.ragged_rows[:N_EXAMPLES])
            first_row += batch.n_rows
            if batch.frame.height == 0:
                continue
            result = _normalise(batch.frame, plan, spec, catalog)
            book_left_out(ledger, result.left_out)
            yield result.rows
        done += header.path.stat().st_size


def book_left_out(ledger: RowLedger, left_out: pl.DataFrame) -> None:
    """Book rows under their reasons.

    Parameters
    ----------
    ledger
        The study's book.
    left_out
        `reason` and `row_number`.
    """
    counts = left_out.group_by("reason").agg(n=pl.len(), rows=pl.col("row_number").sort().head(N_EXAMPLES))
    for name, n_rows, rows in counts.sort("reason").iter_rows():
        if name in _SKIPS:
            ledger.skip(_SKIPS[name], n_rows, tuple(rows))
        else:
            ledger.refuse(Refusal[name.upper()], n_rows, tuple(rows))


def _normalise(frame: pl.DataFrame, plan: ColumnPlan, spec: StudySpec, catalog: CatalogTraits | None) -> EvidenceBatch:
    if spec.kind == "eqtm":
        return normalise_eqtm(frame, plan, spec)
    return normalise_evidence(frame, plan, spec, catalog=catalog if _is_catalog(plan) else None)


def _layout(spec: StudySpec) -> TableLayout:
    return TableLayout(separator=None if spec.separator is None else SEPARATOR_OF_NAME[spec.separator])


def _is_catalog(plan: ColumnPlan) -> bool:
    return plan.format.name == GWAS_CATALOG_ASSOCIATIONS.name


def _read_catalog(files: tuple[PlannedFile, ...]) -> CatalogTraits | None:
    """Read the catalog's trait columns once, for a term counts only where it is the only one of its trait."""
    if not any(_is_catalog(plan) for _, plan in files):
        return None
    return collect_catalog_traits(
        read_fields(batch.frame, plan)
        for header, plan in files
        if _is_catalog(plan)
        for batch in read_batches(header, plan.read)
    )

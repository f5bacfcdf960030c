"""Munging: a GWAS file of any known format becomes SNP, A1, A2, Z, N, and every row left out is counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from loaders.errors import FormatError
from loaders.ldsc.munge_columns import MungePlan, plan_munge
from loaders.ldsc.munge_filters import (
    ListedAlleles,
    check_median,
    filter_rows,
    filter_sample_size,
    read_listed_alleles,
)
from loaders.ldsc.munge_formats import read_format_rows
from loaders.ldsc.munge_ledger import Loss, MungeLedger
from loaders.ldsc.munge_options import MungeOptions
from loaders.ldsc.munge_rows import read_plain_rows
from loaders.ldsc.sumstats import SUMSTATS_SCHEMA
from loaders.ldsc.typed_tables import check_file
from loaders.tables import read_header

_CHI2_MEDIAN: Final = 0.4549
_SIGNIFICANT_CHI2: Final = 29.716785  # p = 5e-8, two-sided
LOW_MEAN_CHI2: Final = 1.02


@dataclass(frozen=True)
class MungeFacts:
    """What a munge found out.

    Attributes
    ----------
    format, effect_allele
        How the file was read.
    signed
        The column whose sign counts, and its median over the rows written; None where the file's format says it.
    median
        That median.
    n_source
        Where N came from.
    n_from_effect
        Rows whose p was too small for a float, so that z came from effect and error.
    mean_chi2, lambda_gc, maximum_chi2
        Of the rows written.
    n_significant
        Rows written with p < 5e-8.
    notes
        What was guessed, and what to know before use.
    """

    format: str
    effect_allele: str
    signed: str
    median: float | None
    n_source: str
    n_from_effect: int
    mean_chi2: float
    lambda_gc: float
    maximum_chi2: float
    n_significant: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Munged:
    """Munged summary statistics.

    Attributes
    ----------
    table
        SNP, A1 (effect allele), A2, Z, N; with `keeps_places` also CHR and BP.
    n_read, n_written
        Rows of the file; rows with a Z.
    ledger
        Reason (lower-case name of a `Loss`) to rows left out; with the rows written they sum to `n_read`.
    facts
        What was found out.
    """

    table: pl.DataFrame
    n_read: int
    n_written: int
    ledger: Mapping[str, int]
    facts: MungeFacts


def munge(path: Path | str, options: MungeOptions = MungeOptions()) -> Munged:
    """Munge a GWAS file.

    Parameters
    ----------
    path
        Text (plain or compressed), VCF or Parquet, of a format of `loaders.formats` or with a plain header.
    options
        Choices.

    Returns
    -------
    Munged
        z = sign of the effect times the |z| of the reported p; where p is below 1e-300, effect over error.

    Raises
    ------
    FormatError
        Columns that are missing, no N, no row left, or a signed statistic whose median is far from its null.
    LoadError
        Files that are missing or damaged.
    """
    path = Path(path)
    check_file(path)
    header = read_header(path)
    plan = plan_munge(header, format_name=options.format, columns=options.columns, build=options.build)
    ledger = MungeLedger()
    if plan.plan is None:
        rows = read_plain_rows(header, plan, ledger, keeps_places=options.keeps_places)
    else:
        rows = read_format_rows(header, plan, plan.plan, ledger)
    return munge_rows(rows, plan, options, ledger=ledger, where=str(path))


def munge_rows(
    rows: Iterator[pl.DataFrame], plan: MungePlan, options: MungeOptions, *, ledger: MungeLedger, where: str
) -> Munged:
    """Munge rows that are already read.

    Parameters
    ----------
    rows
        Batches with snp, a1, a2, effect, z, p, ... (see `munge_filters`).
    plan
        How they were read.
    options
        Choices.
    ledger
        Where the rows read are booked already.
    where
        The source, for messages.

    Raises
    ------
    FormatError
        See `munge`.
    """
    listed = None if options.merge_alleles is None else read_listed_alleles(options.merge_alleles)
    kept, n_from_effect = [], 0
    for batch in rows:
        part, n_effects = filter_rows(batch, plan, options, listed=listed, ledger=ledger)
        n_from_effect += n_effects
        kept.append(part)
    table = pl.concat(kept) if kept else pl.DataFrame()
    if not table.height:
        raise _nothing_left(ledger, where)
    is_first = table["SNP"].is_first_distinct()
    ledger.lose(Loss.REPEATED_RSID, table.height - int(is_first.sum()))
    table = table if is_first.all() else table.filter(is_first)
    table, n_source = filter_sample_size(table, plan, options, ledger=ledger, where=where)
    median = check_median(table, plan, checks=options.checks_median, where=where)
    if listed is not None:
        table = listed.keep_matching(table, ledger)
    if not table.height:
        raise _nothing_left(ledger, where)
    losses = ledger.close(table.height)
    facts = _describe(table, plan, median=median, n_source=n_source, n_from_effect=n_from_effect)
    return Munged(_finish(table, listed, options), ledger.n_read, table.height, losses, facts)


def _finish(table: pl.DataFrame, listed: ListedAlleles | None, options: MungeOptions) -> pl.DataFrame:
    places = [name for name in ("CHR", "BP") if name in table.columns and options.keeps_places]
    table = table.select(*SUMSTATS_SCHEMA, *places)
    if listed is not None and options.keeps_all_listed:
        return listed.fill(table)
    return table


def _describe(
    table: pl.DataFrame, plan: MungePlan, *, median: float | None, n_source: str, n_from_effect: int
) -> MungeFacts:
    chi2 = table["Z"].to_numpy() ** 2
    mean = float(chi2.mean())
    notes = list(plan.notes)
    if mean < LOW_MEAN_CHI2:
        notes.append(f"mean chi² is {mean:.3f}: too low for LD score regression (1.02 or more is wanted)")
    significant = int((chi2 > _SIGNIFICANT_CHI2).sum())
    signed = plan.columns.get(plan.signed, "effect of the format") if plan.signed else "effect of the format"
    return MungeFacts(
        plan.format, plan.effect_allele, signed, median, n_source, n_from_effect, mean,
        float(np.median(chi2)) / _CHI2_MEDIAN, float(chi2.max()), significant, tuple(notes),
    )  # fmt: skip


def _nothing_left(ledger: MungeLedger, where: str) -> FormatError:
    losses = ledger.close(0)
    seen = ", ".join(f"{n_rows:,} {name}" for name, n_rows in losses.items()) or "no rows"
    return FormatError(
        "munging must leave at least one SNP",
        seen=f"{ledger.n_read:,} rows read: {seen}",
        where=where,
        remedy="check the columns' meaning and the filters",
    )


__all__ = ["MungeFacts", "MungeOptions", "Munged", "munge", "munge_rows"]

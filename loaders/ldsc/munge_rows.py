"""Rows of a GWAS file with a plain header (SNP, A1, A2, BETA, P, ...), as `munge_filters` wants them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from loaders.ldsc.munge_columns import MungePlan
from loaders.ldsc.munge_ledger import Loss, MungeLedger
from loaders.ldsc.typed_blocks import stream_typed
from loaders.ldsc.typed_tables import DataType
from loaders.tables import TableHeader

_TEXTS: Final = ("snp", "a1", "a2", "chromosome")


def read_plain_rows(
    header: TableHeader, plan: MungePlan, ledger: MungeLedger, *, keeps_places: bool = False
) -> Iterator[pl.DataFrame]:
    """Stream the rows of a file with a plain header.

    Parameters
    ----------
    header
        Of the file.
    plan
        Which column is which field.
    ledger
        Where the rows read and the ragged ones are booked.
    keeps_places
        Whether chromosome and position are read.

    Yields
    ------
    DataFrame
        snp, a1, a2 (text), `effect` (the signed statistic), and as far as the file has them p, neg_log10_p, z, se, n,
        n_cases, n_controls, n_studies, frequency, info_0, ...; `is_unreadable` where a number's text is none.
    """
    wanted = {field: column for field, column in plan.columns.items() if _is_wanted(field, plan, keeps_places)}
    texts = {wanted[field] for field in _TEXTS if field in wanted}
    columns = (*wanted.values(), *plan.info)
    types: dict[str, DataType] = {name: pl.String if name in texts else pl.Float64 for name in columns}
    for block in stream_typed(header, types, missing=plan.missing):
        ledger.read(block.n_rows)
        ledger.lose(Loss.RAGGED_ROW, block.n_ragged)
        frame = block.frame.select(
            *(pl.col(column).alias(field) for field, column in wanted.items()),
            *(pl.col(column).alias(f"info_{place}") for place, column in enumerate(plan.info)),
        )
        frame = frame.with_columns(effect="z") if plan.signed == "z" else frame.rename({plan.signed: "effect"})
        if block.unreadable is not None:
            frame = frame.with_columns(is_unreadable=block.unreadable)
        yield frame


def _is_wanted(field: str, plan: MungePlan, keeps_places: bool) -> bool:
    """Whether a field is used: the fallbacks only where what they stand in for is not there."""
    if field in ("chromosome", "position"):
        return keeps_places
    if field in ("n_cases", "n_controls", "n_studies"):
        return "n" not in plan.columns
    return not (field == "neg_log10_p" and "p" in plan.columns)

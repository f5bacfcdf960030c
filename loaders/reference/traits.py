"""Traits: the terms of an ontology, with parents and synonyms."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import polars as pl

from loaders.manifest import StudySpec
from loaders.reference.formats import TRAITS
from loaders.reference.rows import book, close_ledger, sift, with_missing_columns, write_reference_table
from loaders.reference.source import OnProgress, open_sources, stream_batches
from loaders.report import LoadReport, Refusal, RowLedger, Skip
from loaders.tables import ROW_NUMBER

SCHEMA: Final[Mapping[str, pl.DataType | type[pl.DataType]]] = {
    "trait": pl.String,
    "name": pl.String,
    "definition": pl.String,
    "parents": pl.List(pl.String),
    "synonyms": pl.List(pl.String),
}
_QUOTED_DEFINITION: Final = r'^"((?s:.*))"\s*(?:\[[^\]]*\])?\s*(?:\{[^}]*\})?$'


def prepare(
    spec: StudySpec,
    *,
    reference_build: str,  # noqa: ARG001  a trait has no place; the argument keeps one signature for all kinds
    folder: Path,
    on_progress: OnProgress | None = None,
) -> tuple[Path, LoadReport]:
    """Write a trait table.

    Parameters
    ----------
    spec
        The study.
    reference_build
        Not used.
    folder
        Where `table.parquet` goes.
    on_progress
        Called with bytes read, bytes in all, study id.

    Returns
    -------
    tuple[Path, LoadReport]
        One row an id, by id. Ids are trimmed, parents and synonyms split at `|`, OBO definitions freed of their
        quotes and references. A term without a name is named by its id (flag `named_by_id`).

    Raises
    ------
    FormatError
        See `open_sources`.
    """
    ledger = RowLedger(spec.id, spec.kind)
    sources = open_sources(spec, TRAITS)
    parts = []
    for batch in stream_batches(sources, spec, ledger, on_progress):
        frame = with_missing_columns(batch, ("name", "definition", "parents", "synonyms"))
        parts.append(sift(frame, [(Refusal.MISSING_NAME, pl.col("trait").is_null())], ledger))
    traits = _tidy_terms(pl.concat(parts), ledger) if parts else pl.DataFrame(schema=SCHEMA)
    ledger.write(traits.height)
    report = close_ledger(ledger, spec)
    return write_reference_table(traits, folder), report


def _tidy_terms(rows: pl.DataFrame, ledger: RowLedger) -> pl.DataFrame:
    kept = rows.unique("trait", keep="first", maintain_order=True)
    lost = rows.join(kept.select(ROW_NUMBER), on=ROW_NUMBER, how="anti").sort(ROW_NUMBER)
    book(ledger, Skip.REPEATED_NAME, lost[ROW_NUMBER])
    ledger.flag("named_by_id", kept["name"].null_count())
    return kept.select(
        "trait",
        pl.coalesce("name", "trait").alias("name"),
        _plain_definition(),
        _split_list("parents"),
        _split_list("synonyms"),
    ).sort("trait")


def _plain_definition() -> pl.Expr:
    """Free an OBO definition, `"text" [references]`, of its quotes and escapes."""
    text = pl.coalesce(pl.col("definition").str.extract(_QUOTED_DEFINITION, 1), "definition")
    plain = text.str.replace_all(r"\\n|\\t", " ").str.replace_all(r'\\(["\\,:])', "$1")
    tidy = plain.str.replace_all(r"\s+", " ").str.strip_chars()
    return pl.when(tidy != "").then(tidy).alias("definition")


def _split_list(name: str) -> pl.Expr:
    parts = pl.col(name).str.split("|").list.eval(pl.element().str.strip_chars())
    filled = parts.list.eval(pl.element().filter(pl.element() != "")).list.unique(maintain_order=True)
    return filled.fill_null(pl.lit([], dtype=pl.List(pl.String))).alias(name)

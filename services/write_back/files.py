"""A run's predicted edges as a file of its artefact, from which they can be written again at any time."""

import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from services.write_back.prediction import PredictedEdge

PREDICTIONS_NAME = "predictions.parquet"
_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "target_label": pl.String,
    "target": pl.String,
    "snp": pl.String,
    "block_id": pl.String,
    "rank": pl.Int32,
    "score": pl.Float64,
    "query_snps": pl.List(pl.String),
    "probability": pl.Float64,
    "null_percentile": pl.Float64,
}


def predictions_to_bytes(edges: Iterable[PredictedEdge]) -> bytes:
    """A Parquet file with one row an edge; equal edges in equal order give equal bytes."""
    listed = list(edges)
    columns = {name: [_plain(getattr(edge, name)) for edge in listed] for name in _SCHEMA}
    table = pl.DataFrame(columns, schema=_SCHEMA)
    buffer = io.BytesIO()
    table.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()


def read_predictions(path: Path) -> Iterator[PredictedEdge]:
    """The edges of a file of `predictions_to_bytes`, in their order."""
    for row in pl.read_parquet(path).iter_rows(named=True):
        yield PredictedEdge(**{**row, "query_snps": tuple(row["query_snps"])})


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value

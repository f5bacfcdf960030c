"""The facts of one load's edges as a file: written and compared in pieces, so that memory stays bounded."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from loaders.table_writer import TableWriter
from services.ingest.edge_facts import FACT_COLUMNS, Surroundings, describe_edges

PIECE_ROWS: Final = 500_000

Schema = dict[str, pl.DataType | type[pl.DataType]]

EDGE_SCHEMA: Final[Schema] = {
    "edge_index": pl.Int64,
    "snp_key": pl.String,
    "is_superseded": pl.Boolean,
    "cis_trans": pl.String,
    "cis_trans_source": pl.String,
    "aligned_effect_size": pl.Float64,
    "aligned_z_score": pl.Float64,
    "flags": pl.List(pl.String),
}
_ROW_COLUMNS: Final = (
    "reported_variant", "target", "model", "neg_log10_p", "n_samples", "allele_1", "allele_2", "effect_allele",
    "other_allele", "effect_size", "z_score", "effect_allele_frequency", "aligned_effect_size", "aligned_z_score",
    "cis_trans", "flags",
)  # fmt: skip


def write_variant_facts(edges: Path, around: Surroundings, path: Path, *, piece_rows: int = PIECE_ROWS) -> None:
    """Write the facts of edges that start at SNPs.

    Parameters
    ----------
    edges
        The load's file of edges, sorted by target.
    around
        What the edges are compared with.
    path
        The file to write: columns of ``EDGE_SCHEMA``, in the order of `edges`.
    piece_rows
        Rows described at once; rows of one target stay together, for a row is superseded by one of the same target.
    """
    pieces = _whole_targets(edges, piece_rows)
    _write_pieces((describe_edges(rows, around, first_index=first) for first, rows in pieces), path)


def write_plain_facts(edges: Path, path: Path) -> None:
    """Write the facts of edges that start at no SNP: their own flags, and that nothing supersedes them."""
    rows = pl.read_parquet(edges, columns=["flags"]).with_row_index("edge_index")
    flags = pl.when(pl.col("flags").list.len() > 0).then(pl.col("flags"))
    absent = [pl.lit(None).alias(name) for name in EDGE_SCHEMA if name not in ("edge_index", "flags", "is_superseded")]
    _write_pieces(iter([rows.with_columns(*absent, flags=flags, is_superseded=pl.lit(value=False))]), path)


def iterate_slices(path: Path, piece_rows: int = PIECE_ROWS) -> Iterator[pl.DataFrame]:
    """The facts in pieces, in the order of the file."""
    scan = pl.scan_parquet(path)
    n_rows = scan.select(pl.len()).collect().item()
    for first in range(0, n_rows, piece_rows):
        yield scan.slice(first, piece_rows).collect()


def changed_facts(old: Path, new: Path, piece_rows: int = PIECE_ROWS) -> pl.DataFrame:
    """Facts of one load's edges that differ between two files of the same edges: edge_index and ``FACT_COLUMNS``."""
    columns = ["edge_index", *FACT_COLUMNS]
    pairs = zip(iterate_slices(old, piece_rows), iterate_slices(new, piece_rows), strict=True)
    schema = pl.Schema({name: EDGE_SCHEMA[name] for name in columns})
    changed = [rows_unlike(after.select(columns), before.select(columns)) for before, after in pairs]
    return pl.concat([schema.to_frame(), *changed])


def rows_unlike(after: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Rows of `after` that `before` does not have in the same words."""
    if before.is_empty():
        return after
    index, names = "__row", after.columns
    lists = [name for name, dtype in after.schema.items() if dtype == pl.List(pl.String)]
    flat = pl.col(lists).list.join("\x1f")
    left = after.with_columns(flat).with_row_index(index)
    unlike = left.join(before.with_columns(flat), on=names, how="anti", nulls_equal=True)
    return after[unlike[index].sort()]


def _whole_targets(edges: Path, piece_rows: int) -> Iterator[tuple[int, pl.DataFrame]]:
    """Index of the first row, and rows, of pieces that end where a target ends."""
    first, kept = 0, pl.DataFrame()
    with pq.ParquetFile(edges) as file:
        for batch in file.iter_batches(batch_size=piece_rows, columns=list(_ROW_COLUMNS)):
            rows = pl.DataFrame(pa.Table.from_batches([batch]))
            rows = pl.concat([kept, rows]) if kept.height else rows
            n_whole = rows.height - _n_of_last_target(rows["target"])
            if n_whole:
                yield first, rows.head(n_whole)
            first, kept = first + n_whole, rows.tail(rows.height - n_whole)
    if kept.height:
        yield first, kept


def _n_of_last_target(targets: pl.Series) -> int:
    return int((targets.reverse() == targets[-1]).cum_prod().sum())


def _write_pieces(pieces: Iterator[pl.DataFrame], path: Path) -> None:
    with TableWriter(path, EDGE_SCHEMA) as writer:
        for facts in pieces:
            writer.write(facts.cast(pl.Schema(EDGE_SCHEMA)))

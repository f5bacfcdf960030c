"""Where places lie: nearest genes, LD blocks and annotated intervals, by sorted arrays instead of pairwise tests."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

N_NEAREST: Final = 3
NEAR_LIMIT_BP: Final = 500_000
PSEUDO_BLOCK_BP: Final = 2_000_000
CHUNK_POINTS: Final = 50_000

_Index = NDArray[np.int64]


def nearest_genes(
    points: pl.DataFrame, genes: pl.DataFrame, *, n_nearest: int = N_NEAREST, limit_bp: int = NEAR_LIMIT_BP
) -> pl.DataFrame:
    """The nearest genes of each place.

    Parameters
    ----------
    points
        chromosome, position_bp: distinct places.
    genes
        gene_id, chromosome, start_bp, end_bp (1-based, inclusive).
    n_nearest, limit_bp
        At most so many genes a place, none farther than this.

    Returns
    -------
    DataFrame
        chromosome, position_bp, gene_id, distance_bp (0 inside the gene's body), rank (1 is nearest; ties by gene id).
    """
    schema = {"chromosome": pl.String, "position_bp": pl.Int64, "gene_id": pl.String, "distance_bp": pl.Int64}
    parts = [pl.DataFrame(schema={**schema, "rank": pl.Int64})]
    for chromosome, places, bodies in _by_chromosome(points, genes, ["start_bp", "gene_id"]):
        start, end = bodies["start_bp"].to_numpy(), bodies["end_bp"].to_numpy()
        for first in range(0, len(places), CHUNK_POINTS):
            position = places[first : first + CHUNK_POINTS]
            point, gene = _overlapping(position - limit_bp, position + limit_bp, start, end)
            distance = np.maximum(np.maximum(start[gene] - position[point], position[point] - end[gene]), 0)
            found = pl.DataFrame(
                {"position_bp": position[point], "gene_id": bodies["gene_id"].gather(gene), "distance_bp": distance}
            )
            parts.append(_keep_nearest(found, n_nearest).select(pl.lit(chromosome).alias("chromosome"), pl.all()))
    return pl.concat(parts, how="vertical_relaxed")


def find_blocks(points: pl.DataFrame, blocks: pl.DataFrame) -> pl.DataFrame:
    """The LD block of each place that lies in one.

    Parameters
    ----------
    points
        chromosome, position_bp: distinct places.
    blocks
        block_id, chromosome, start_bp, end_bp (1-based, inclusive).

    Returns
    -------
    DataFrame
        chromosome, position_bp, block_id; where blocks overlap, the one that starts first.
    """
    return find_intervals(points, blocks, "block_id").unique(["chromosome", "position_bp"], keep="first")


def find_intervals(points: pl.DataFrame, intervals: pl.DataFrame, name: str) -> pl.DataFrame:
    """Every interval that covers each place, in the order of their starts.

    Parameters
    ----------
    points
        chromosome, position_bp: distinct places.
    intervals
        The column called `name`, chromosome, start_bp, end_bp (1-based, inclusive).

    Returns
    -------
    DataFrame
        chromosome, position_bp and the column called `name`, each combination once.
    """
    parts = [pl.DataFrame(schema={"chromosome": pl.String, "position_bp": pl.Int64, name: pl.String})]
    for chromosome, places, sorted_intervals in _by_chromosome(points, intervals, ["start_bp", name]):
        start, end = sorted_intervals["start_bp"].to_numpy(), sorted_intervals["end_bp"].to_numpy()
        for first in range(0, len(places), CHUNK_POINTS):
            position = places[first : first + CHUNK_POINTS]
            point, interval = _overlapping(position, position, start, end)
            found = pl.DataFrame({"position_bp": position[point], name: sorted_intervals[name].gather(interval)})
            parts.append(found.select(pl.lit(chromosome).alias("chromosome"), pl.all()))
    return pl.concat(parts, how="vertical_relaxed").unique(maintain_order=True)


def pseudo_blocks(points: pl.DataFrame, build: str) -> pl.DataFrame:
    """Windows of 2 Mb for places outside every published block.

    Parameters
    ----------
    points
        chromosome, position_bp: distinct places.
    build
        Build of the positions, the first part of the block's id.

    Returns
    -------
    DataFrame
        chromosome, position_bp, block_id, start_bp, end_bp.
    """
    start = (pl.col("position_bp") - 1) // PSEUDO_BLOCK_BP * PSEUDO_BLOCK_BP + 1
    return (
        points.select("chromosome", "position_bp")
        .with_columns(start_bp=start, end_bp=start + PSEUDO_BLOCK_BP - 1)
        .with_columns(
            block_id=pl.concat_str(
                [
                    pl.lit(f"pseudo:{build}:"),
                    pl.col("chromosome"),
                    pl.lit(":"),
                    pl.col("start_bp").cast(pl.String),
                    pl.lit("-"),
                    pl.col("end_bp").cast(pl.String),
                ]
            )
        )
    )


def _by_chromosome(
    points: pl.DataFrame, intervals: pl.DataFrame, order: list[str]
) -> Iterator[tuple[str, _Index, pl.DataFrame]]:
    """Chromosome, its sorted positions and its intervals in `order`, where it has both."""
    placed = intervals.drop_nulls(["chromosome", "start_bp", "end_bp"]).sort(order)
    by_name = {str(name): part for (name,), part in placed.partition_by("chromosome", as_dict=True).items()}
    named_points = points.drop_nulls().sort("chromosome", "position_bp")
    for (name,), part in named_points.partition_by("chromosome", as_dict=True, maintain_order=True).items():
        if str(name) in by_name:
            yield str(name), part["position_bp"].to_numpy(), by_name[str(name)]


def _overlapping(low: _Index, high: _Index, start: _Index, end: _Index) -> tuple[_Index, _Index]:
    """All pairs (window, interval) that touch: window [low, high] and intervals sorted by start.

    An interval that reaches a window starts at or before the window's high end, and not before the first interval
    whose running largest end reaches the window's low end.
    """
    first = np.searchsorted(np.maximum.accumulate(end), low, side="left") if len(end) else np.zeros_like(low)
    last = np.searchsorted(start, high, side="right")
    counts = np.maximum(last - first, 0)
    window = np.repeat(np.arange(len(low)), counts)
    offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    interval = np.repeat(first, counts) + offset
    touches = end[interval] >= low[window]
    return window[touches], interval[touches]


def _keep_nearest(found: pl.DataFrame, n_nearest: int) -> pl.DataFrame:
    ordered = found.sort("position_bp", "distance_bp", "gene_id")
    rank = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("position_bp").alias("rank")
    return ordered.with_columns(rank).filter(pl.col("rank") <= n_nearest)

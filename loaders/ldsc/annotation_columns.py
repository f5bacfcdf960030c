"""Annotations as one value a SNP: from intervals, gene sets and values of SNPs, whatever shares a position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.errors import FormatError

INTERVAL_COLUMNS: Final = ("name", "chromosome", "start_bp", "end_bp")


@dataclass(frozen=True)
class AnnotationColumns:
    """Annotations of some SNPs.

    Attributes
    ----------
    names
        The annotations, sorted.
    values
        float32, shape (SNPs, annotations): 1 inside and 0 outside, or the SNP's value; 0 where there is none.
    is_continuous
        Of each annotation, whether it has values other than 0 and 1.
    """

    names: tuple[str, ...]
    values: NDArray[np.float32]
    is_continuous: NDArray[np.bool_]


def columns_of_intervals(snps: pl.DataFrame, intervals: pl.DataFrame) -> AnnotationColumns:
    """Work out the annotations of SNPs.

    Parameters
    ----------
    snps
        chromosome, position_bp and, where there are values of SNPs, rsid (text or list of text). Rows may share a
        position or lack one.
    intervals
        name, chromosome, start_bp, end_bp (1-based, both inside); where there are such columns also `value` (null:
        membership, 1) and `rsid` (null: whatever SNP lies there; else only that one).

    Returns
    -------
    AnnotationColumns
        One row a row of `snps`, in its order: nothing is joined by position, so SNPs that share one are not doubled.
    """
    names = tuple(sorted(intervals["name"].unique().drop_nulls().to_list()))
    values = np.zeros((snps.height, len(names)), dtype=np.float32)
    place = {name: index for index, name in enumerate(names)}
    plain, valued = _split(intervals)
    sorted_places = _sorted_places(snps)
    for (name, chromosome), part in plain.partition_by("name", "chromosome", as_dict=True).items():
        if str(chromosome) not in sorted_places:
            continue
        rows, positions = sorted_places[str(chromosome)]
        start, end = merge_intervals(part["start_bp"].to_numpy(), part["end_bp"].to_numpy())
        first, last = np.searchsorted(positions, start, side="left"), np.searchsorted(positions, end, side="right")
        values[rows[_ranges(first, last)], place[str(name)]] = 1.0
    if valued.height:
        _fill_values(values, snps, valued, place)
    continuous = continuous_names(intervals)
    return AnnotationColumns(names, values, np.array([name in continuous for name in names], dtype=np.bool_))


def continuous_names(intervals: pl.DataFrame) -> frozenset[str]:
    """Names of the annotations that have values other than 0 and 1."""
    if "value" not in intervals.columns:
        return frozenset()
    odd = intervals.filter(pl.col("value").is_not_null() & ~pl.col("value").is_in([0.0, 1.0]))
    return frozenset(odd["name"].unique().drop_nulls().to_list())


def merge_intervals(start: NDArray[np.int64], end: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Join intervals of one chromosome that touch or overlap.

    Parameters
    ----------
    start, end
        1-based, both inside, in any order.

    Returns
    -------
    start, end
        Sorted and apart.
    """
    order = np.argsort(start, kind="stable")
    start, reach = start[order], np.maximum.accumulate(end[order])
    is_first = np.concatenate(([True], start[1:] > reach[:-1] + 1)) if start.size else np.zeros(0, dtype=np.bool_)
    firsts = np.flatnonzero(is_first)
    lasts = np.concatenate((firsts[1:] - 1, [start.size - 1])) if start.size else firsts
    return start[firsts], reach[lasts]


def gene_set_intervals(genes: pl.DataFrame, gene_ids: pl.Series, *, name: str, window_bp: int) -> pl.DataFrame:
    """Make the intervals of a gene set: each gene's body and a window on both sides.

    Parameters
    ----------
    genes
        gene, chromosome, start_bp, end_bp (1-based, both inside), and symbol where there is one.
    gene_ids
        Ids or symbols of the set's genes.
    name
        Name of the annotation.
    window_bp
        Bases added before and after each gene.

    Returns
    -------
    DataFrame
        name, chromosome, start_bp (at least 1), end_bp.

    Raises
    ------
    FormatError
        When no gene of the set has a place, showing ids of both sides.
    """
    known = [pl.col("gene").is_in(gene_ids.implode())]
    if "symbol" in genes.columns:
        known.append(pl.col("symbol").is_in(gene_ids.implode()))
    found = genes.filter(pl.any_horizontal(known)).drop_nulls(["chromosome", "start_bp", "end_bp"])
    if not found.height:
        raise FormatError(
            "a gene set must have at least one gene with a place",
            seen=f"ids such as {', '.join(map(str, gene_ids.head(3).to_list()))}; the coordinates have "
            f"{', '.join(map(str, genes['gene'].head(3).to_list()))}",
            where=f"gene set {name}",
            remedy="use the ids of the coordinates file, without versions",
        )
    return found.select(
        pl.lit(name).alias("name"),
        "chromosome",
        start_bp=(pl.col("start_bp") - window_bp).clip(1),
        end_bp=pl.col("end_bp") + window_bp,
    )


def _sorted_places(snps: pl.DataFrame) -> dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Of each chromosome the rows of its placed SNPs by position, and those positions."""
    indexed = snps.select("chromosome", "position_bp", row=pl.int_range(pl.len(), dtype=pl.Int64))
    ordered = indexed.drop_nulls(["chromosome", "position_bp"]).sort("position_bp", maintain_order=True)
    parts = ordered.partition_by("chromosome", as_dict=True, maintain_order=True)
    return {str(key[0]): (part["row"].to_numpy(), part["position_bp"].to_numpy()) for key, part in parts.items()}


def _ranges(first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.int64]:
    """All whole numbers from each first to before its last, one after another."""
    counts = np.maximum(last - first, 0)
    offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.asarray(np.repeat(first, counts) + offset, dtype=np.int64)


def _split(intervals: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Intervals that every SNP in them belongs to, and values of single SNPs or stretches."""
    placed = intervals.drop_nulls(["name", "chromosome", "start_bp", "end_bp"])
    of_snps = pl.lit(value=False)
    for name in ("value", "rsid"):
        if name in placed.columns:
            of_snps = of_snps | pl.col(name).is_not_null()
    return placed.filter(~of_snps), placed.filter(of_snps)


def _fill_values(values: NDArray[np.float32], snps: pl.DataFrame, valued: pl.DataFrame, place: dict[str, int]) -> None:
    """Set the values of SNPs: of rows with an rsid that SNP at that place, of others every SNP inside."""
    named = valued.with_columns(
        value=_column(valued, "value", pl.Float64).fill_null(1.0), rsid=_column(valued, "rsid", pl.String)
    )
    rows = snps.select("chromosome", "position_bp", row=pl.int_range(pl.len(), dtype=pl.Int64))
    of_rsids, of_places = named.filter(pl.col("rsid").is_not_null()), named.filter(pl.col("rsid").is_null())
    parts = [pl.DataFrame(schema={"row": pl.Int64, "name": pl.String, "value": pl.Float64})]
    if of_rsids.height and "rsid" in snps.columns:
        ids = rows.with_columns(snps["rsid"])
        if snps["rsid"].dtype == pl.List(pl.String):
            ids = ids.explode("rsid", empty_as_null=True, keep_nulls=True)
        keys = ["chromosome", "position_bp", "rsid"]
        parts.append(ids.join(of_rsids.rename({"start_bp": "position_bp"}), on=keys).select("row", "name", "value"))
    sorted_places = _sorted_places(snps)
    for (chromosome,), part in of_places.partition_by("chromosome", as_dict=True).items():
        if str(chromosome) in sorted_places:
            own, positions = sorted_places[str(chromosome)]
            first = np.searchsorted(positions, part["start_bp"].to_numpy(), side="left")
            last = np.searchsorted(positions, part["end_bp"].to_numpy(), side="right")
            taken = np.repeat(np.arange(part.height), np.maximum(last - first, 0))
            inside = part.select("name", "value")[taken]
            parts.append(inside.select(pl.Series("row", own[_ranges(first, last)]), "name", "value"))
    found = pl.concat(parts)
    index = found["name"].replace_strict(place, return_dtype=pl.Int64).to_numpy() if found.height else np.zeros(0, int)
    values[found["row"].to_numpy(), index] = found["value"].to_numpy()


def _column(frame: pl.DataFrame, name: str, dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    if name in frame.columns:
        return frame[name].cast(dtype)
    return pl.Series(name, [None] * frame.height, dtype=dtype)

"""Looks up rows of a study's full summary statistics, by SNP or by region, without reading the whole table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from services.settings import Settings

TABLE_NAME = "table.parquet"

STATISTICS_COLUMNS = (
    "rsid",
    "chromosome",
    "position_bp",
    "effect_allele",
    "other_allele",
    "effect_size",
    "standard_error",
    "z_score",
    "neg_log10_p",
    "n_samples",
    "effect_allele_frequency",
    "aligned_effect_size",
    "aligned_z_score",
    "is_strand_ambiguous",
)
"""What a lookup returns unless it is told otherwise; ``aligned_`` columns refer to the first allele of the key."""

_PLACE = ("target", "build", "position_bp", "allele_1", "allele_2")
IDENTITY_COLUMNS = (
    "row_number", "target", "chromosome", "position_bp", "build", "rsid", "allele_1", "allele_2", "n_samples",
)  # fmt: skip
"""What `read_by_snps` must find in a table beside the columns it is asked for."""


class SummaryStatisticsError(Exception):
    """A study's full table is missing, or is asked for something it cannot hold."""


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of one chromosome, 1-based, both ends included, in the build of the table."""

    chromosome: str
    start_bp: int
    end_bp: int


@dataclass(frozen=True, slots=True)
class VariantNames:
    """What a table calls its variants: keys of those with place and alleles, rsids of the others, both sorted."""

    keys: tuple[str, ...]
    rsids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """SNPs to look up: their places, their rsids, the one build of their keys."""

    frame: pl.DataFrame
    bearers: pl.DataFrame
    build: str | None


def table_of_load(settings: Settings, load_id: str, table_path: str | None = None) -> Path:
    """Path of a load's full table; `table_path` as it stands on the Study node, relative to the state folder."""
    return settings.home / (table_path or f"loads/{load_id}/{TABLE_NAME}")


def has_target(table: Path, target: str) -> bool:
    """Tell whether the table holds any row of the trait or molecule called `target`."""
    return _scan(table).filter(pl.col("target") == target).head(1).select("target").collect().height > 0


def most_samples(table: Path, target: str) -> int | None:
    """Most samples behind any row of the trait or molecule called `target`; None where no row says."""
    found = _scan(table).filter(pl.col("target") == target).select(pl.col("n_samples").max()).collect().item()
    return None if found is None else int(found)


def read_by_snps(
    table: Path, target: str, snps: Mapping[str, Sequence[str]], columns: Sequence[str] = STATISTICS_COLUMNS
) -> pl.DataFrame:
    """Rows of one target for SNPs of the graph, at most one a SNP.

    A row that is placed in the key's build and has both alleles is found by place and alleles; every other row by
    its rsid, where the alleles, as far as the row has them, are the key's (a row without them must not fit several of
    the SNPs asked for). Of several rows of a SNP the one found by place comes first, then the one with more samples,
    then the first of the file; p-values play no part, so that a lookup cannot choose the stronger one.

    Parameters
    ----------
    table
        A ``table.parquet``.
    target
        Trait, CpG or gene id.
    snps
        rsids of each SNP key.
    columns
        Columns of the table to return; none: which SNPs are present, without any statistic being read.

    Returns
    -------
    pl.DataFrame
        ``snp_key`` and `columns`, sorted by ``snp_key``. Effects called ``aligned_`` refer to the key's first allele.

    Raises
    ------
    SummaryStatisticsError
        When the table is missing.
    """
    wanted = _describe_wanted(snps)
    rows = _scan(table).filter(pl.col("target") == target).select(*dict.fromkeys((*IDENTITY_COLUMNS, *columns)))
    parts = [_join_by_place(rows, wanted)]
    if len(wanted.bearers) and not _is_all_placed(table, target, wanted.build):
        parts.append(_join_by_rsid(rows, wanted))
    found = pl.concat(parts)
    order = found.sort("snp_key", "by_rsid", "n_samples", "row_number", descending=[False, False, True, False],
                       nulls_last=True)  # fmt: skip
    return order.unique("snp_key", keep="first", maintain_order=True).select("snp_key", *columns)


def read_by_region(
    table: Path, target: str, region: Region, columns: Sequence[str] = STATISTICS_COLUMNS
) -> pl.DataFrame:
    """Rows of one target inside a region, by position; the region is in the build of the table.

    Raises
    ------
    SummaryStatisticsError
        When the table is missing, or the region is empty or reversed.
    """
    if region.start_bp < 1 or region.end_bp < region.start_bp:
        raise SummaryStatisticsError(
            f"a region goes from a position of at least 1 to one not before it, not from {region.start_bp} to "
            f"{region.end_bp} on chromosome {region.chromosome}: give start and end in this order"
        )
    inside = pl.col("position_bp").is_between(region.start_bp, region.end_bp)
    rows = _scan(table).filter((pl.col("target") == target) & (pl.col("chromosome") == region.chromosome) & inside)
    return (
        rows.select(*dict.fromkeys(("position_bp", "row_number", *columns)))
        .collect()
        .sort("position_bp", "row_number")
        .select(columns)
    )


def read_variant_names(table: Path, target: str, *, max_rows: int) -> VariantNames | None:
    """Names under which the graph may know the SNPs of one target; None when it has more than `max_rows` rows.

    Raises
    ------
    SummaryStatisticsError
        When the table is missing.
    """
    rows = _scan(table).filter(pl.col("target") == target)
    if rows.select(pl.len()).collect().item() > max_rows:
        return None
    key = pl.concat_str("build", "chromosome", "position_bp", "allele_1", "allele_2", separator=":")
    named = rows.select(key=key, rsid="rsid").collect()
    return VariantNames(
        keys=tuple(named["key"].drop_nulls().unique().sort().to_list()),
        rsids=tuple(named.filter(pl.col("key").is_null())["rsid"].drop_nulls().unique().sort().to_list()),
    )


def parse_snp_key(key: str) -> tuple[str, str, int, str, str] | None:
    """Build, chromosome, position and alleles of a placed SNP's key; None for an rsid."""
    parts = key.split(":")
    if len(parts) != 5 or not parts[2].isdigit():
        return None
    return parts[0], parts[1], int(parts[2]), parts[3], parts[4]


def _scan(table: Path) -> pl.LazyFrame:
    """The table, of which only the row groups and columns that a query needs are read."""
    if not table.exists():
        raise SummaryStatisticsError(
            f"the full table of a load is kept in the state folder, but {table} is missing: load its study again"
        )
    return pl.scan_parquet(table)


def _is_all_placed(table: Path, target: str, build: str | None) -> bool:
    """Whether the file's statistics promise that every row of the target has alleles and a place in the build."""
    metadata = pq.read_metadata(table)
    names = metadata.schema.names
    for group in range(metadata.num_row_groups):
        columns = {name: metadata.row_group(group).column(names.index(name)).statistics for name in _PLACE}
        bounds = columns["target"]
        if bounds is not None and bounds.has_min_max and not bounds.min <= target <= bounds.max:
            continue
        builds = columns["build"]
        if builds is None or not builds.has_min_max or not builds.min == builds.max == build:
            return False
        if any(found is None or not found.has_null_count or found.null_count for found in columns.values()):
            return False
    return True


def _describe_wanted(snps: Mapping[str, Sequence[str]]) -> _Wanted:
    keys = list(snps)
    parts = pl.col("snp_key").str.split_exact(":", 4)
    is_placed = (pl.col("snp_key").str.count_matches(":", literal=True) == 4) & (pl.col("position") > 0)
    frame = (
        pl.DataFrame({"snp_key": keys}, schema={"snp_key": pl.String})
        .with_row_index("at")
        .with_columns(parts.struct.rename_fields(["build", "chromosome", "text", "first", "second"]).alias("parts"))
        .unnest("parts")
        .with_columns(pl.col("text").cast(pl.Int64, strict=False).alias("position"))
        .with_columns(is_placed.fill_null(value=False).alias("is_placed"))
        .select(
            "at",
            "snp_key",
            key_build=pl.when("is_placed").then("build"),
            key_chromosome=pl.when("is_placed").then("chromosome"),
            key_position=pl.when("is_placed").then("position"),
            key_allele_1=pl.when("is_placed").then("first"),
            key_allele_2=pl.when("is_placed").then("second"),
        )
    )
    placed = frame.drop_nulls("key_position")
    builds = placed["key_build"].unique().to_list()
    return _Wanted(frame, _bearers(frame, snps), builds[0] if len(builds) == 1 else None)


def _bearers(frame: pl.DataFrame, snps: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """One row a SNP and rsid; a SNP whose key is an rsid bears that too."""
    n_rsids = np.array([len(names) for names in snps.values()], dtype=np.int64)
    at = np.repeat(np.arange(len(n_rsids)), n_rsids).astype(np.uint32)
    given = pl.DataFrame(
        {"at": at, "bearer_rsid": [name for names in snps.values() for name in names]},
        schema={"at": pl.UInt32, "bearer_rsid": pl.String},
    )
    own = frame.filter(pl.col("key_position").is_null()).select("at", bearer_rsid="snp_key")
    both = pl.concat([given, own]).unique()
    return both.join(frame, on="at").with_columns(n_bearers=pl.len().over("bearer_rsid"))


def _join_by_place(rows: pl.LazyFrame, wanted: _Wanted) -> pl.DataFrame:
    placed = wanted.frame.drop_nulls("key_position")
    positions = placed["key_position"].unique().sort()
    near = rows.filter(
        pl.col("chromosome").is_in(placed["key_chromosome"].unique().to_list())
        & pl.col("position_bp").is_between(
            pl.lit(positions.min(), dtype=pl.Int64), pl.lit(positions.max(), dtype=pl.Int64)
        )
        & pl.col("position_bp").is_in(positions.implode())
    ).collect()
    found = near.join(
        placed,
        left_on=["build", "chromosome", "position_bp", "allele_1", "allele_2"],
        right_on=["key_build", "key_chromosome", "key_position", "key_allele_1", "key_allele_2"],
        how="inner",
    )
    return found.select(*near.columns, "snp_key", pl.lit(value=False).alias("by_rsid"))


def _join_by_rsid(rows: pl.LazyFrame, wanted: _Wanted) -> pl.DataFrame:
    """Rows whose own place and alleles do not say which SNP they are."""
    has_alleles = pl.col("allele_1").is_not_null() & pl.col("allele_2").is_not_null()
    is_here = (pl.col("build") == pl.lit(wanted.build, dtype=pl.String)).fill_null(value=False)
    has_place = pl.col("position_bp").is_not_null() & is_here
    rsids = wanted.bearers["bearer_rsid"].unique().implode()
    unclear = rows.filter(~(has_alleles & has_place) & pl.col("rsid").is_in(rsids)).collect()
    found = unclear.join(wanted.bearers, left_on="rsid", right_on="bearer_rsid", how="inner")
    same = (pl.col("allele_1") == pl.col("key_allele_1")) & (pl.col("allele_2") == pl.col("key_allele_2"))
    fits = pl.when(has_alleles & pl.col("key_allele_1").is_not_null()).then(same).otherwise(pl.col("n_bearers") == 1)
    return found.filter(fits).select(*unclear.columns, "snp_key", pl.lit(value=True).alias("by_rsid"))

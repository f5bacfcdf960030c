"""Lookups in a study's full table."""

import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from loaders.builds import CHROMOSOME_RANKS
from services.settings import Settings
from services.summary_statistics import (
    Region,
    SummaryStatisticsError,
    has_target,
    most_samples,
    parse_snp_key,
    read_by_region,
    read_by_snps,
    read_variant_names,
    table_of_load,
)

SCHEMA = {
    "row_number": pl.Int64, "reported_variant": pl.String, "rsid": pl.String, "chromosome": pl.String,
    "position_bp": pl.Int64, "build": pl.String, "allele_1": pl.String, "allele_2": pl.String, "target": pl.String,
    "effect_allele": pl.String, "other_allele": pl.String, "effect_size": pl.Float64, "standard_error": pl.Float64,
    "z_score": pl.Float64, "neg_log10_p": pl.Float64, "n_samples": pl.Int64, "effect_allele_frequency": pl.Float64,
    "aligned_effect_size": pl.Float64, "aligned_z_score": pl.Float64, "is_strand_ambiguous": pl.Boolean,
}  # fmt: skip


def statistics_row(**values: Any) -> dict[str, Any]:
    """One row of a full table; what is not named is missing."""
    return {name: values.get(name) for name in SCHEMA}


def write_table(path: Path, rows: list[dict[str, Any]], row_group_size: int = 100_000) -> Path:
    """Write rows as a loader does: sorted by target, chromosome, position and rsid."""
    numbered = [{**row, "row_number": row["row_number"] or at} for at, row in enumerate(rows, start=1)]
    frame = pl.DataFrame(numbered, schema=SCHEMA)
    rank = pl.col("chromosome").replace_strict(CHROMOSOME_RANKS, default=None, return_dtype=pl.Int64)
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.sort("target", rank, "position_bp", "rsid", nulls_last=True).write_parquet(
        path, compression="zstd", row_group_size=row_group_size
    )
    return path


def placed_row(target: str, key: str, neg_log10_p: float, **values: Any) -> dict[str, Any]:
    """A row with the place and alleles of a SNP key."""
    build, chromosome, position, allele_1, allele_2 = key.split(":")
    return statistics_row(target=target, build=build, chromosome=chromosome, position_bp=int(position),
                          allele_1=allele_1, allele_2=allele_2, neg_log10_p=neg_log10_p, **values)  # fmt: skip


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rows = [
        placed_row("T1", "GRCh37:1:100:A:G", 3.0, rsid="rs1", n_samples=10, aligned_z_score=-2.0, effect_allele="C"),
        placed_row("T1", "GRCh37:1:100:A:C", 4.0, rsid="rs1", n_samples=10),
        placed_row("T1", "GRCh37:X:500:A:G", 5.0, rsid="rs5"),
        placed_row("T2", "GRCh37:1:100:A:G", 6.0, rsid="rs1"),
        statistics_row(target="T1", rsid="rs7", allele_1="A", allele_2="G", neg_log10_p=7.0, n_samples=3),
        statistics_row(target="T1", rsid="rs8", neg_log10_p=8.0),
        placed_row("T1", "GRCh38:2:77:A:G", 9.0, rsid="rs9"),
    ]
    return write_table(tmp_path / "table.parquet", rows)


def _look_up(table: Path, snps: dict[str, list[str]], target: str = "T1") -> dict[str, float]:
    frame = read_by_snps(table, target, snps, ("neg_log10_p",))
    return dict(zip(frame["snp_key"], frame["neg_log10_p"], strict=True))


def test_read_by_snps__finds_by_place_and_alleles(table: Path) -> None:
    keys = ["GRCh37:1:100:A:G", "GRCh37:1:100:A:C", "GRCh37:1:100:A:T", "GRCh37:X:500:A:G"]
    assert _look_up(table, {key: [] for key in keys}) == {keys[0]: 3.0, keys[1]: 4.0, keys[3]: 5.0}
    assert _look_up(table, {keys[0]: []}, "T2") == {keys[0]: 6.0}


def test_read_by_snps__finds_unplaced_rows_by_rsid_and_alleles(table: Path) -> None:
    assert _look_up(table, {"GRCh37:3:9:A:G": ["rs7"]}) == {"GRCh37:3:9:A:G": 7.0}
    assert _look_up(table, {"GRCh37:3:9:A:C": ["rs7"]}) == {}


def test_read_by_snps__joins_other_builds_by_rsid_only(table: Path) -> None:
    assert _look_up(table, {"GRCh37:2:60:A:G": ["rs9"]}) == {"GRCh37:2:60:A:G": 9.0}
    assert _look_up(table, {"GRCh37:2:77:A:G": []}) == {}


def test_read_by_snps__gives_a_row_without_alleles_to_the_only_variant(table: Path) -> None:
    assert _look_up(table, {"GRCh37:4:9:A:G": ["rs8"]}) == {"GRCh37:4:9:A:G": 8.0}
    assert _look_up(table, {"GRCh37:4:9:A:G": ["rs8"], "GRCh37:4:9:A:C": ["rs8"]}) == {}
    assert _look_up(table, {"rs8": []}) == {"rs8": 8.0}


def test_read_by_snps__keeps_the_effect_aligned_to_the_key(table: Path) -> None:
    row = read_by_snps(table, "T1", {"GRCh37:1:100:A:G": []}).row(0, named=True)
    assert (row["effect_allele"], row["aligned_z_score"]) == ("C", -2.0)


def test_read_by_snps__of_nothing_is_nothing(table: Path) -> None:
    assert read_by_snps(table, "T1", {}, ("neg_log10_p",)).shape == (0, 2)
    assert read_by_snps(table, "no such trait", {"GRCh37:1:100:A:G": []}).height == 0


def test_read_by_snps__of_several_rows_takes_place_then_samples_never_p(tmp_path: Path) -> None:
    key = "GRCh37:1:100:A:G"
    rows = [
        placed_row("T", key, 2.0, n_samples=10),
        placed_row("T", key, 1.0, n_samples=90),
        placed_row("T", key, 9.0, n_samples=50),
        statistics_row(target="T", rsid="rs1", allele_1="A", allele_2="G", neg_log10_p=20.0, n_samples=900),
    ]
    assert _look_up(write_table(tmp_path / "t.parquet", rows), {key: ["rs1"]}, "T") == {key: 1.0}


def test_read_by_snps__without_columns_tells_presence_alone(table: Path) -> None:
    frame = read_by_snps(table, "T1", {"GRCh37:1:100:A:G": [], "GRCh37:1:101:A:G": []}, ())
    assert frame.columns == ["snp_key"]
    assert frame["snp_key"].to_list() == ["GRCh37:1:100:A:G"]


def test_lookups__refuse_a_missing_table(tmp_path: Path) -> None:
    with pytest.raises(SummaryStatisticsError, match=r"gone\.parquet is missing: load its study again"):
        read_by_snps(tmp_path / "gone.parquet", "T", {})


@pytest.mark.parametrize(("start", "end"), [(0, 10), (10, 9)])
def test_read_by_region__refuses_an_impossible_region(table: Path, start: int, end: int) -> None:
    with pytest.raises(SummaryStatisticsError, match="give start and end in this order"):
        read_by_region(table, "T1", Region("1", start, end))


def test_has_target__tells_what_the_table_holds(table: Path) -> None:
    assert [has_target(table, target) for target in ("T1", "T2", "T15", "a", "z")] == [True, True, False, False, False]


def test_most_samples__of_a_target_or_none(tmp_path: Path) -> None:
    rows = [placed_row("T1", f"GRCh37:1:{at}:A:G", 1.0, n_samples=n) for at, n in ((1, 7), (2, 9), (3, None))]
    path = write_table(tmp_path / "t.parquet", [*rows, placed_row("T2", "GRCh37:1:1:A:G", 1.0)])
    assert [most_samples(path, target) for target in ("T1", "T2", "T3")] == [9, None, None]


def test_table_of_load__is_relative_to_the_state_folder(settings: Settings) -> None:
    assert table_of_load(settings, "abc") == settings.home / "loads/abc/table.parquet"
    assert table_of_load(settings, "abc", "loads/x/t.parquet") == settings.home / "loads/x/t.parquet"


def test_parse_snp_key__reads_places_and_leaves_rsids() -> None:
    assert parse_snp_key("GRCh37:10:5:A:G") == ("GRCh37", "10", 5, "A", "G")
    assert parse_snp_key("rs5") is None


@pytest.fixture(scope="module")
def big_table(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pl.DataFrame]:
    """Three traits on five chromosomes in small row groups, some rows without a place."""
    generator = np.random.default_rng(21)
    rows = []
    for target in ("a", "b", "c"):
        for at in range(4_000):
            chromosome = str(generator.choice(["1", "2", "9", "10", "X"]))
            key = f"GRCh37:{chromosome}:{generator.integers(1, 50_000)}:A:{generator.choice(['C', 'G'])}"
            row = placed_row(target, key, float(generator.random()), rsid=f"rs{at}", n_samples=int(at))
            if at % 50 == 0:
                row |= {"chromosome": None, "position_bp": None, "build": None}
            rows.append(row)
    path = write_table(tmp_path_factory.mktemp("big") / "table.parquet", rows, row_group_size=300)
    return path, pl.read_parquet(path)


def test_read_by_snps__agrees_with_the_slow_twin(big_table: tuple[Path, pl.DataFrame]) -> None:
    path, frame = big_table
    generator = np.random.default_rng(22)
    for _ in range(10):
        sample = frame.sample(12, seed=int(generator.integers(1000)))
        snps = {}
        for row in sample.rows(named=True):
            place = f"{row['chromosome'] or '3'}:{row['position_bp'] or 5}"
            snps[f"GRCh37:{place}:{row['allele_1']}:{row['allele_2']}"] = [row["rsid"]]
        assert _look_up(path, snps, "b") == _slow(frame.filter(pl.col("target") == "b"), snps)


def _slow(frame: pl.DataFrame, snps: dict[str, list[str]]) -> dict[str, float]:
    found = {}
    for key, rsids in snps.items():
        _, chromosome, position, first, second = key.split(":")
        ranked = []
        for row in frame.rows(named=True):
            if (row["allele_1"], row["allele_2"]) != (first, second):
                continue
            if (row["chromosome"], row["position_bp"]) == (chromosome, int(position)):
                ranked.append((0, -row["n_samples"], row["row_number"], row["neg_log10_p"]))
            elif row["position_bp"] is None and row["rsid"] in rsids:
                ranked.append((1, -row["n_samples"], row["row_number"], row["neg_log10_p"]))
        if ranked:
            found[key] = min(ranked)[3]
    return found


def test_read_by_region__agrees_with_the_slow_twin(big_table: tuple[Path, pl.DataFrame]) -> None:
    path, frame = big_table
    for chromosome, start, end in [("9", 100, 9_000), ("10", 1, 50_000), ("X", 49_000, 60_000), ("3", 1, 9)]:
        expected = frame.filter(
            (pl.col("target") == "b") & (pl.col("chromosome") == chromosome) & (pl.col("position_bp") >= start)
            & (pl.col("position_bp") <= end)
        ).sort("position_bp", "row_number")  # fmt: skip
        found = read_by_region(path, "b", Region(chromosome, start, end), ("rsid", "position_bp"))
        assert found["rsid"].to_list() == expected["rsid"].to_list()


def test_lookups__read_few_row_groups(tmp_path: Path) -> None:
    n = 500_000
    position = np.arange(n) * 5 + 1
    frame = pl.DataFrame({name: pl.Series(name, [None], dtype=kind) for name, kind in SCHEMA.items()})
    frame = pl.concat([frame] * 1).select(pl.all().repeat_by(n).explode(empty_as_null=True)).with_columns(
        pl.lit("T").alias("target"), pl.lit("1").alias("chromosome"), pl.Series("position_bp", position),
        pl.lit("GRCh37").alias("build"), pl.lit("A").alias("allele_1"), pl.lit("G").alias("allele_2"),
        pl.Series("neg_log10_p", np.random.default_rng(1).random(n)), pl.Series("row_number", np.arange(n)),
    )  # fmt: skip
    path = tmp_path / "table.parquet"
    frame.write_parquet(path, compression="zstd", row_group_size=100_000)
    read_by_snps(path, "T", {"GRCh37:1:1000001:A:G": ["rs1"]})
    begun = time.perf_counter()
    assert read_by_snps(path, "T", {"GRCh37:1:1000001:A:G": ["rs1"]}).height == 1
    assert read_by_region(path, "T", Region("1", 1_000_001, 1_000_100)).height == 20
    assert time.perf_counter() - begun < 0.5


def test_read_variant_names__are_keys_of_placed_rows_and_rsids_of_the_others(table: Path) -> None:
    names = read_variant_names(table, "T1", max_rows=6)
    assert names is not None
    assert names.keys == ("GRCh37:1:100:A:C", "GRCh37:1:100:A:G", "GRCh37:X:500:A:G", "GRCh38:2:77:A:G")
    assert names.rsids == ("rs7", "rs8")
    assert read_variant_names(table, "T1", max_rows=5) is None

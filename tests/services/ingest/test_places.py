"""Nearest genes, blocks and intervals against slow twins that compare every pair."""

import numpy as np
import polars as pl
import pytest

from services.ingest.places import find_blocks, find_intervals, nearest_genes, pseudo_blocks


@pytest.fixture
def points() -> pl.DataFrame:
    random = np.random.default_rng(7)
    rows = {"chromosome": random.choice(["1", "2", "X"], 300), "position_bp": random.integers(1, 5_000_000, 300)}
    return pl.DataFrame(rows).unique()


def _intervals(n: int, name: str, longest: int) -> pl.DataFrame:
    random = np.random.default_rng(n)
    start = random.integers(1, 5_000_000, n)
    return pl.DataFrame(
        {
            name: [f"{name}{number:03d}" for number in range(n)],
            "chromosome": random.choice(["1", "2", "3"], n),
            "start_bp": start,
            "end_bp": start + random.integers(0, longest, n),
        }
    )


def test_nearest_genes__equals_slow_twin(points: pl.DataFrame) -> None:
    genes = _intervals(60, "gene_id", 900_000)
    expected = []
    for chromosome, position in points.iter_rows():
        near = []
        for gene in genes.filter(pl.col("chromosome") == chromosome).iter_rows(named=True):
            distance = max(gene["start_bp"] - position, position - gene["end_bp"], 0)
            if distance <= 500_000:
                near.append((distance, gene["gene_id"]))
        expected += [
            (chromosome, position, gene, distance, rank) for rank, (distance, gene) in enumerate(sorted(near)[:3], 1)
        ]
    assert sorted(nearest_genes(points, genes).rows()) == sorted(expected)
    assert expected


def test_nearest_genes__no_genes_no_edges(points: pl.DataFrame) -> None:
    assert nearest_genes(points, _intervals(60, "gene_id", 10).clear()).is_empty()


def test_nearest_genes__gene_without_place_is_nowhere() -> None:
    genes = pl.DataFrame(
        {"gene_id": ["G"], "chromosome": ["1"], "start_bp": [None], "end_bp": [None]},
        schema_overrides={"start_bp": pl.Int64, "end_bp": pl.Int64},
    )
    assert nearest_genes(pl.DataFrame({"chromosome": ["1"], "position_bp": [5]}), genes).is_empty()


def test_find_intervals__equals_slow_twin(points: pl.DataFrame) -> None:
    intervals = _intervals(80, "annotation_id", 400_000)
    expected = {
        (chromosome, position, row["annotation_id"])
        for chromosome, position in points.iter_rows()
        for row in intervals.iter_rows(named=True)
        if row["chromosome"] == chromosome and row["start_bp"] <= position <= row["end_bp"]
    }
    found = find_intervals(points, intervals, "annotation_id").rows()
    assert len(found) == len(expected)
    assert set(found) == expected


def test_find_blocks__ends_belong_to_the_block() -> None:
    blocks = pl.DataFrame({"block_id": ["a", "b"], "chromosome": ["1", "1"], "start_bp": [10, 20], "end_bp": [19, 29]})
    points = pl.DataFrame({"chromosome": ["1"] * 4, "position_bp": [9, 10, 19, 20]})
    assert sorted(find_blocks(points, blocks).rows()) == [("1", 10, "a"), ("1", 19, "a"), ("1", 20, "b")]


def test_pseudo_blocks__are_two_megabases_from_one() -> None:
    points = pl.DataFrame({"chromosome": ["X", "X", "X"], "position_bp": [1, 2_000_000, 2_000_001]})
    found = pseudo_blocks(points, "GRCh37")
    assert found["block_id"].to_list() == [
        "pseudo:GRCh37:X:1-2000000",
        "pseudo:GRCh37:X:1-2000000",
        "pseudo:GRCh37:X:2000001-4000000",
    ]

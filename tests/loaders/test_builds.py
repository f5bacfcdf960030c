"""Builds and chromosomes: scalars, and expressions that agree with them."""

import polars as pl
import pytest

from loaders import builds
from loaders.errors import BuildError

NAMES = [
    "1",
    "chr1",
    "01",
    "22.0",
    "X",
    "chrX",
    "23",
    "24",
    "25",
    "26",
    "MT",
    "M",
    "chrM",
    "XY",
    "GL000192.1",
    "0",
    "Chromosome_7",
    "",
]


@pytest.mark.parametrize(
    ("text", "build"), [("hg19", "GRCh37"), ("GRCh38", "GRCh38"), ("b37", "GRCh37"), ("Build 36", "NCBI36")]
)
def test_canonical_build__synonyms(text: str, build: str) -> None:
    assert builds.canonical_build(text) == build


def test_canonical_build__unknown() -> None:
    with pytest.raises(BuildError, match=r"must be one of GRCh37.*seen: 'T2T'"):
        builds.canonical_build("T2T")


@pytest.mark.parametrize(
    ("text", "build"),
    [
        ("##contig=<ID=1,length=249250621>", "GRCh37"),
        ("##contig=<ID=chr1,length=248956422>", "GRCh38"),
        ("##contig=<ID=1,length=249250621,assembly=HG19/GRCh37>", "GRCh37"),
        ("##reference=hg19 lifted to hg38", None),
        ("##fileformat=VCFv4.2", None),
    ],
)
def test_find_build_in_text__header_lines(text: str, build: str | None) -> None:
    assert builds.find_build_in_text(text) == build


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("chr1", "1"),
        ("22.0", "22"),
        ("23", "X"),
        ("24", "Y"),
        ("25", "X"),
        ("26", "MT"),
        ("chrM", "MT"),
        ("GL1", None),
        ("0", None),
    ],
)
def test_canonical_chromosome__spellings(text: str, name: str | None) -> None:
    assert builds.canonical_chromosome(text) == name


def test_chromosome_expression__agrees_with_the_scalar() -> None:
    frame = pl.DataFrame({"c": NAMES}).with_columns(
        name=builds.chromosome_expression(pl.col("c")), par=builds.pseudo_autosomal_expression(pl.col("c"))
    )
    assert frame["name"].to_list() == [builds.canonical_chromosome(name) for name in NAMES]
    assert frame["par"].to_list() == [builds.is_pseudo_autosomal(name) for name in NAMES]
    assert frame.filter("par")["c"].to_list() == ["25", "XY"]


def test_chromosome_rank_expression__order() -> None:
    frame = pl.DataFrame({"c": ["X", "10", "2", None, "MT"]})
    assert frame.select(builds.chromosome_rank_expression(pl.col("c"))).to_series().to_list() == [23, 10, 2, 99, 25]


def test_chromosome_length_expression__per_build() -> None:
    frame = pl.DataFrame({"c": ["1", "1", "MT", None], "b": ["GRCh37", "GRCh38", "GRCh37", "GRCh37"]})
    lengths = frame.select(builds.chromosome_length_expression(pl.col("c"), pl.col("b"))).to_series().to_list()
    assert lengths == [249250621, 248956422, 16569, None]


def test_place_key_expression__chromosomes_before_positions_and_a_missing_position_is_null() -> None:
    places = pl.DataFrame({"c": ["10", "2", "2", "X"], "p": [5, 249_000_000, None, 1]})
    key = places.select(key=builds.place_key_expression(pl.col("c"), pl.col("p")))["key"]
    assert key[1] < key[0] < key[3]
    assert key[2] is None


def test_sort_by_place__numeric_chromosomes_stable_ties_and_a_sorted_table_as_it_is() -> None:
    table = pl.DataFrame({"c": ["10", "2", "2", "2"], "p": [5, 9, 7, 7], "row": [0, 1, 2, 3]})
    in_order = builds.sort_by_place(table, "c", "p")
    assert in_order["row"].to_list() == [2, 3, 1, 0]
    assert builds.sort_by_place(in_order, "c", "p") is in_order


def test_pseudo_autosomal_place_expression__first_and_last_bp_of_each_build() -> None:
    frame = pl.DataFrame({"p": [60_000, 60_001, 2_699_520, 2_699_521, 154_931_044, 155_701_383, None]})
    inside = {
        build: frame.select(builds.pseudo_autosomal_place_expression(pl.col("p"), build)).to_series().to_list()
        for build in builds.PSEUDO_AUTOSOMAL_BP
    }
    assert inside["GRCh37"] == [False, True, True, False, True, False, False]
    assert inside["GRCh38"] == [True, True, True, True, False, True, False]
    assert set(inside) == set(builds.BUILD_SYNONYMS)
    for build, parts in builds.PSEUDO_AUTOSOMAL_BP.items():
        assert parts[1][1] <= builds.CHROMOSOME_LENGTHS_BP[build]["X"]

"""Identities of variants."""

import polars as pl

from loaders.evidence_table import list_flags, reported_variant_expression, variant_key_expression

_ROWS = pl.DataFrame(
    [
        ("GRCh37", "10", 5, "A", "G", None),
        ("GRCh37", "10", 5, "A", "G", "rs1"),
        (None, None, None, "A", "G", "rs1"),
        ("GRCh38", "10", 5, None, None, "rs1"),
        (None, None, None, None, None, "rs1"),
        ("GRCh38", "10", 5, None, None, None),
    ],
    schema={"build": pl.String, "chromosome": pl.String, "position_bp": pl.Int64, "allele_1": pl.String,
            "allele_2": pl.String, "rsid": pl.String},
    orient="row",
)  # fmt: skip


def test_reported_variant_expression__every_kind_of_row() -> None:
    assert _ROWS.select(reported_variant_expression()).to_series().to_list() == [
        "GRCh37:10:5:A:G",
        "GRCh37:10:5:A:G|rs1",
        "rs1|A:G",
        "GRCh38:10:5|rs1",
        "rs1",
        "GRCh38:10:5",
    ]


def test_variant_key_expression__rsid_does_not_count_where_place_and_alleles_are_known() -> None:
    rows = _ROWS.with_columns(reported_variant=reported_variant_expression())
    keys = rows.select(variant_key_expression()).to_series().to_list()
    assert keys == ["GRCh37:10:5:A:G", "GRCh37:10:5:A:G", "rs1|A:G", "GRCh38:10:5|rs1", "rs1", "GRCh38:10:5"]


def test_list_flags__only_claims_that_hold() -> None:
    frame = pl.DataFrame({"a": [True, False], "b": [True, None]}, schema={"a": pl.Boolean, "b": pl.Boolean})
    flags = list_flags(frame, {"x": pl.col("a"), "y": pl.col("b")}).to_list()
    assert flags == [["x", "y"], []]

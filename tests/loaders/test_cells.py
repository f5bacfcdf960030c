"""Cells become fields."""

import math
from pathlib import Path

import polars as pl

from loaders.cells import NUMBER_FIELDS, TEXT_FIELDS, filter_reason_expression, read_fields
from loaders.format_choice import plan_columns
from loaders.tables import ROW_NUMBER, TableHeader
from tests.loaders.samples import make_study


def _fields(column: str, values: list[object], **settings: object) -> list[object]:
    columns = {
        "rsid": "s",
        "p_value": "p",
        "effect_allele": "a",
        **({} if column in ("rsid", "p_value") else {column: "x"}),
    }
    spec = make_study(Path("f.tsv"), columns=columns, **settings)
    plan = plan_columns(spec, TableHeader(Path("f.tsv"), ("s", "p", "a", "x")))
    name = columns[column]
    frame = pl.DataFrame({name: values}, strict=False)
    for other in {"s", "p", "a", "x"} - {name}:
        frame = frame.with_columns(pl.lit("1").alias(other))
    out = read_fields(frame.with_row_index(ROW_NUMBER), plan)
    assert {*TEXT_FIELDS, *NUMBER_FIELDS, ROW_NUMBER} == set(out.columns)
    return out[column].to_list()


def test_read_fields__text_is_trimmed_and_missing_codes_removed() -> None:
    assert _fields("rsid", [" rs1 ", "NA", "NULL", ".", "", None, "#NA"]) == ["rs1", None, None, None, None, None, None]


def test_read_fields__missing_codes_of_the_manifest() -> None:
    assert _fields("rsid", ["rs1", "-9"], missing=("-9",)) == ["rs1", None]


def test_read_fields__numbers_from_text() -> None:
    out = _fields("effect_size", ["0.5", " -1e-3", "NA", "abc", "Inf"])
    assert out[:3] == [0.5, -0.001, None]
    assert math.isnan(out[3])
    assert out[4] == math.inf


def test_read_fields__numbers_from_parquet() -> None:
    assert _fields("n_samples", [5, None]) == [5.0, None]
    assert _fields("effect_size", [0.5, math.nan]) == [0.5, None]
    assert _fields("p_value", [0.5, None]) == [0.5, None]


def test_read_fields__whole_floats_as_text_have_no_point() -> None:
    assert _fields("trait", [7.0, 1.5]) == ["7", "1.5"]


def test_filter_reason_expression__values_to_keep() -> None:
    spec = make_study(Path("f.tsv"), columns={"rsid": "s", "p_value": "p"}, keep={"T": ("a", "b")})
    plan = plan_columns(spec, TableHeader(Path("f.tsv"), ("s", "p", "T")))
    frame = pl.DataFrame({"T": ["a", " b", "c", None, "NA"]})
    assert frame.select(filter_reason_expression(plan)).to_series().to_list() == [
        None,
        None,
        "filtered",
        "filtered",
        "filtered",
    ]

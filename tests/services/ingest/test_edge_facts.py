"""Facts of edges: superseded rows, cis or trans, palindromes and frequencies."""

from typing import Any

import polars as pl
import pytest

from services.ingest.edge_facts import Surroundings, describe_edges

ROW = {
    "reported_variant": "v1", "target": "cg1", "model": "default", "neg_log10_p": 10.0, "n_samples": 100,
    "allele_1": "A", "allele_2": "G", "effect_allele": "A", "other_allele": "G", "effect_size": 0.5, "z_score": 5.0,
    "effect_allele_frequency": 0.3, "aligned_effect_size": 0.5, "aligned_z_score": 5.0, "cis_trans": None, "flags": [],
}  # fmt: skip
VARIANT = {
    "key": "k1", "chromosome": "1", "position_bp": 5_000_000, "build": "GRCh37", "allele_1": "A", "allele_2": "G",
    "reference_allele_frequency": None,
}  # fmt: skip
TYPES = {
    "cis_trans": pl.String, "flags": pl.List(pl.String), "aligned_effect_size": pl.Float64,
    "aligned_z_score": pl.Float64, "effect_allele_frequency": pl.Float64, "allele_1": pl.String, "allele_2": pl.String,
    "reference_allele_frequency": pl.Float64, "position_bp": pl.Int64, "n_samples": pl.Int64, "z_score": pl.Float64,
    "effect_allele": pl.String, "other_allele": pl.String, "chromosome": pl.String, "build": pl.String,
}  # fmt: skip


def _describe(rows: list[dict[str, Any]], mapping: dict[str, str], variants: list[dict[str, Any]]) -> pl.DataFrame:
    targets = pl.DataFrame(
        {"target": ["cg1"], "target_chromosome": ["1"], "target_start_bp": [4_000_000], "target_end_bp": [4_000_010]}
    )
    around = Surroundings(
        pl.DataFrame({"reported_variant": list(mapping), "snp_key": list(mapping.values())}),
        pl.DataFrame(variants, schema_overrides={name: TYPES[name] for name in VARIANT if name in TYPES}),
        targets,
        "GRCh37",
    )
    frame = pl.DataFrame(rows, schema_overrides={name: TYPES[name] for name in ROW if name in TYPES})
    return describe_edges(frame, around)


def _one(row: dict[str, Any], variant: dict[str, Any]) -> dict[str, Any]:
    return _describe([{**ROW, **row}], {"v1": "k1"}, [{**VARIANT, **variant}]).row(0, named=True)


def test_describe_edges__better_row_of_the_same_snp_supersedes() -> None:
    rows = [
        {**ROW, "reported_variant": "v1", "neg_log10_p": 9.0},
        {**ROW, "reported_variant": "v2", "neg_log10_p": 10.0, "n_samples": 50},
        {**ROW, "reported_variant": "v3", "neg_log10_p": 10.0, "n_samples": 60},
        {**ROW, "reported_variant": "v0", "neg_log10_p": 10.0, "n_samples": 60, "target": "cg2"},
        {**ROW, "reported_variant": "v4", "neg_log10_p": 10.0, "n_samples": None},
        {**ROW, "reported_variant": "v5", "neg_log10_p": 99.0, "model": "other"},
    ]
    mapping = dict.fromkeys(("v0", "v1", "v2", "v3", "v4", "v5"), "k1")
    found = _describe(rows, mapping, [VARIANT])
    assert found["is_superseded"].to_list() == [True, True, False, False, True, False]
    assert found["edge_index"].to_list() == list(range(6))


def test_describe_edges__ties_go_to_the_first_name() -> None:
    rows = [{**ROW, "reported_variant": name} for name in ("v2", "v1")]
    assert _describe(rows, {"v1": "k1", "v2": "k1"}, [VARIANT])["is_superseded"].to_list() == [True, False]


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        ({}, "cis"),
        ({"position_bp": 5_000_011}, "trans"),
        ({"position_bp": 3_000_000}, "cis"),
        ({"position_bp": 2_999_999}, "trans"),
        ({"chromosome": "2"}, "trans"),
        ({"build": "GRCh38"}, None),
        ({"chromosome": None, "position_bp": None, "build": None}, None),
    ],
)
def test_describe_edges__cis_is_within_a_megabase(variant: dict[str, Any], expected: str | None) -> None:
    found = _one({}, variant)
    assert (found["cis_trans"], found["cis_trans_source"]) == (expected, "computed" if expected else None)


def test_describe_edges__the_file_s_word_wins() -> None:
    found = _one({"cis_trans": "trans"}, {})
    assert (found["cis_trans"], found["cis_trans_source"]) == ("trans", "reported")


PALINDROME = {"allele_1": "A", "allele_2": "T", "aligned_effect_size": None, "aligned_z_score": None}


@pytest.mark.parametrize(
    ("effect", "eaf", "reference", "expected"),
    [
        ("A", 0.3, 0.2, 5.0),
        ("T", 0.7, 0.2, -5.0),
        ("A", 0.3, 0.8, -5.0),
        ("T", 0.3, 0.2, 5.0),
        ("A", 0.45, 0.2, None),
        ("A", 0.3, 0.5, None),
        ("A", None, 0.2, None),
        ("A", 0.3, None, None),
    ],
)
def test_describe_edges__frequencies_resolve_a_palindrome(
    effect: str, eaf: float | None, reference: float | None, expected: float | None
) -> None:
    other = "T" if effect == "A" else "A"
    row = {**PALINDROME, "effect_allele": effect, "other_allele": other, "effect_allele_frequency": eaf}
    found = _one(row, {"allele_2": "T", "reference_allele_frequency": reference})
    assert found["aligned_z_score"] == expected
    assert found["flags"] == (["strand_by_frequency"] if expected else None)


def test_describe_edges__unsigned_palindrome_stays_unsigned() -> None:
    row = {**PALINDROME, "effect_allele": "A", "other_allele": "T", "z_score": None}
    assert _one(row, {"allele_2": "T", "reference_allele_frequency": 0.2})["aligned_z_score"] is None


@pytest.mark.parametrize(
    ("effect", "other", "eaf", "is_outlier"),
    [
        ("A", "G", 0.69, False),
        ("A", "G", 0.71, True),
        ("C", "T", 0.31, False),
        ("C", "T", 0.29, True),
        ("T", "C", 0.71, True),
    ],
)
def test_describe_edges__frequency_far_from_the_reference_is_flagged(
    effect: str, other: str, eaf: float, is_outlier: bool
) -> None:
    row = {"effect_allele": effect, "other_allele": other, "effect_allele_frequency": eaf, "flags": ["p_from_z"]}
    found = _one(row, {"reference_allele_frequency": 0.5})
    assert found["flags"] == (["frequency_outlier", "p_from_z"] if is_outlier else ["p_from_z"])


def test_describe_edges__indel_code_is_aligned_to_the_letters() -> None:
    code = {"allele_1": "D", "allele_2": "I", "effect_allele": "D", "other_allele": "I"}
    assert _one(code, {"allele_1": "A", "allele_2": "AT"})["aligned_z_score"] == 5.0
    assert _one(code, {"allele_1": "CTT", "allele_2": "G"})["aligned_z_score"] == -5.0
    assert _one(code, {"allele_1": "D", "allele_2": "I"})["aligned_z_score"] == 5.0


def test_describe_edges__node_without_alleles_has_nothing_to_align_to() -> None:
    assert _one({}, {"allele_1": None, "allele_2": None})["aligned_effect_size"] is None

"""Ids of variants as real files write them."""

import polars as pl
import pytest

from loaders.variants import parse_variant_ids


def _parse(text: str | None) -> dict[str, object]:
    return parse_variant_ids(pl.DataFrame({"id": [text]}, schema={"id": pl.String}), "id").row(0, named=True)


@pytest.mark.parametrize(
    ("text", "rsid"),
    [("rs123", "rs123"), ("RS12", "rs12"), ("rs123:1:A:G", "rs123"), ("rs4460079b", "rs4460079"),
     ("kgp4580976", "kgp4580976"),
     ("SNP_A-1841655", "SNP_A-1841655"), ("17:44061023", None), ("APOE", None), ("HLA-A*29:02", None)],
)  # fmt: skip
def test_parse_variant_ids__rsid(text: str, rsid: str | None) -> None:
    assert _parse(text)["rsid"] == rsid


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("17:44061023", ("17", 44061023, None, None, None)),
        ("chr10:100153915:SNP", ("10", 100153915, None, None, None)),
        ("chr10:100153915:INDEL", ("10", 100153915, None, None, None)),
        ("chr1_64764_C_T_b38", ("1", 64764, "C", "T", "GRCh38")),
        ("1:64764:c:ctg", ("1", 64764, "C", "CTG", None)),
        ("hg18_chr11:27369242", ("11", 27369242, None, None, "NCBI36")),
        ("16-78042454", ("16", 78042454, None, None, None)),
        ("23:5", ("X", 5, None, None, None)),
    ],
)
def test_parse_variant_ids__position(text: str, place: tuple[object, ...]) -> None:
    row = _parse(text)
    assert (
        row["id_chromosome"],
        row["id_position_bp"],
        row["id_allele_1"],
        row["id_allele_2"],
        row["id_build"],
    ) == place


@pytest.mark.parametrize("text", ["rs1 x rs2", "rs1; rs2", "rs1,rs2", "rs1083 2417", "HLA-DRB1*03:01, rs9275572"])
def test_parse_variant_ids__several_variants(text: str) -> None:
    row = _parse(text)
    assert row["is_multi_snp"]
    assert row["rsid"] is None


@pytest.mark.parametrize("text", ["APOE", "6", "A*11:01", "Position 173336636", "c.1580C>G"])
def test_parse_variant_ids__unreadable(text: str) -> None:
    assert _parse(text)["is_unreadable"]


def test_parse_variant_ids__missing() -> None:
    row = _parse(None)
    assert not row["is_unreadable"]
    assert not row["is_multi_snp"]

"""GWAS-VCF samples."""

import polars as pl
import pytest

from loaders.errors import FormatError
from loaders.vcf import check_sample_columns, expand_sample


def test_expand_sample__formats_may_differ_by_row() -> None:
    frame = pl.DataFrame(
        {"ID": ["rs1", "rs2;rs9", "."], "FORMAT": ["ES:LP", "LP:ES:SS", "LP"], "x": ["1:2", "3:4:5", "6"]}
    )
    out = expand_sample(frame, "x", ["ES", "LP", "SS", "AF"])
    assert out.select("ID", "ES", "LP", "SS", "AF").rows() == [
        ("rs1", "1", "2", None, None),
        ("rs2", "4", "3", "5", None),
        (".", None, "6", None, None),
    ]


def test_expand_sample__trailing_values_may_be_left_out() -> None:
    frame = pl.DataFrame({"ID": ["rs1"], "FORMAT": ["ES:LP"], "x": ["1"]})
    assert expand_sample(frame, "x", ["LP"])["LP"].to_list() == [None]


def test_check_sample_columns__one_sample() -> None:
    check_sample_columns(("#CHROM", "FORMAT", "a"), "f.vcf")


@pytest.mark.parametrize("columns", [("#CHROM", "FORMAT"), ("#CHROM", "FORMAT", "a", "b")])
def test_check_sample_columns__none_or_several(columns: tuple[str, ...]) -> None:
    with pytest.raises(FormatError, match=r"must hold one sample, the trait; seen: . sample columns; in f.vcf"):
        check_sample_columns(columns, "f.vcf")

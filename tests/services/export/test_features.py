"""SNP features: standardised numbers, indicators, and columns that say what is missing."""

import numpy as np
import polars as pl
import pytest

from services.export.features import make_snp_features

NO_ANNOTATIONS = pl.DataFrame(schema={"snp": pl.String, "annotation": pl.String})


def _snps(
    frequency: list[float | None], ld_score: list[float | None], chromosomes: list[str] | None = None
) -> pl.DataFrame:
    n = len(frequency)
    return pl.DataFrame(
        {
            "snp": pl.Series([f"s{i}" for i in range(n)], dtype=pl.String),
            "chromosome": pl.Series(chromosomes or ["1"] * n, dtype=pl.String),
            "minor_allele_frequency": pl.Series(frequency, dtype=pl.Float64),
            "ld_score": pl.Series(ld_score, dtype=pl.Float64),
        }
    )


def test_make_snp_features__standardises_numbers_and_marks_missing_ones() -> None:
    matrix, names = make_snp_features(_snps([0.1, 0.3, None], [None, None, None]), NO_ANNOTATIONS)
    assert names == ("minor_allele_frequency", "minor_allele_frequency_is_missing")
    assert matrix.tolist() == pytest.approx(np.array([[-1, 0], [1, 0], [0, 1]]))


def test_make_snp_features__takes_the_log_of_ld_scores() -> None:
    matrix, names = make_snp_features(_snps([0.2, 0.2], [0.0, np.e - 1]), NO_ANNOTATIONS)
    assert names == ("log_ld_score",)
    assert matrix[:, 0].tolist() == [-1.0, 1.0]


def test_make_snp_features__indicates_categories() -> None:
    inside = pl.DataFrame({"snp": ["s1", "s0", "s1"], "annotation": ["liver/tss", "liver/enh", "liver/enh"]})
    matrix, names = make_snp_features(_snps([None] * 3, [None] * 3), inside)
    assert names == ("in liver/enh", "in liver/tss")
    assert matrix.tolist() == [[1, 0], [1, 1], [0, 0]]


def test_make_snp_features__calls_a_study_missing_on_chromosomes_it_does_not_cover() -> None:
    inside = pl.DataFrame({"snp": ["s0"], "annotation": ["liver/tss"]})
    matrix, names = make_snp_features(_snps([None] * 3, [None] * 3, ["22", "22", "1"]), inside)
    assert names == ("in liver/tss", "liver is missing")
    assert matrix.tolist() == [[1, 0], [0, 0], [0, 1]]


def test_make_snp_features__of_nothing_is_empty() -> None:
    matrix, names = make_snp_features(_snps([], []), NO_ANNOTATIONS)
    assert matrix.shape == (0, 0)
    assert names == ()

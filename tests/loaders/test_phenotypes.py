"""Phenotype and covariate tables."""

from pathlib import Path

import numpy as np
import pytest

from loaders.errors import FormatError, RowError
from loaders.phenotypes import case_control, read_covariates, read_fam_traits, read_phenotypes
from tests.paths import DATA

LMM = DATA / "lmm"
needs_shared = pytest.mark.skipif(not LMM.is_dir(), reason="the shared mixed-model inputs are not here")


def _write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "table.txt"
    path.write_text(text)
    return path


def test_read_phenotypes__counts_what_is_missing(tmp_path: Path) -> None:
    path = _write(tmp_path, "FID IID y z\nf a 1.5 -9\nf b NA 2\nf c nan -9\nf d 1e-3 .\n")
    table = read_phenotypes(path)
    assert table.names == ("y", "z")
    np.testing.assert_array_equal(table.values[:, 0], [1.5, np.nan, np.nan, 1e-3])
    np.testing.assert_array_equal(table.values[:, 1], [np.nan, 2.0, np.nan, np.nan])
    assert table.n_missing.tolist() == [2, 3]
    assert table.n_coded_missing.tolist() == [0, 2]
    assert read_phenotypes(path, ["z"], missing_code=None).values[0, 0] == -9.0


def test_read_phenotypes__gives_the_columns_in_the_order_asked_for(tmp_path: Path) -> None:
    assert read_phenotypes(_write(tmp_path, "IID y z w\na 1 2 3\n"), ["w", "y"]).values.tolist() == [[3.0, 1.0]]


@pytest.mark.parametrize(
    "text, message",
    [
        ("IID y\na high\n", r"y must be a number, or NA; seen: high; in .*table.txt:2"),
        ("IID y\n\na 1\n\nb inf\n", r"y must be a number, or NA; seen: inf; in .*table.txt:5"),
        ("IID y\na 1\na 2\n", r"a person must have one row; seen: a twice \(1 people have several\)"),
        ("FID IID\nf a\n", "the table must have a column beside FID and IID"),
    ],
)
def test_read_phenotypes__refuses_broken_tables(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises((FormatError, RowError), match=message):
        read_phenotypes(_write(tmp_path, text))


def test_read_phenotypes__names_columns_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"the columns asked for; seen: no w; .*choose among y, z"):
        read_phenotypes(_write(tmp_path, "IID y z\na 1 2\n"), ["y", "w"])


def test_read_covariates__makes_columns_of_words(tmp_path: Path) -> None:
    text = "IID age batch\na 30 blue\nb 40 red\nc -9 blue\nd 20 NA\ne 10 green\n"
    table = read_covariates(_write(tmp_path, text), categorical=["batch"])
    assert table.names == ("age", "batch=green", "batch=red")
    expected = [[30, 0, 0], [40, 0, 1], [-9, 0, 0], [20, np.nan, np.nan], [10, 1, 0]]
    np.testing.assert_array_equal(table.values, np.array(expected, np.float64))


def test_read_fam_traits__reads_one_or_more(tmp_path: Path) -> None:
    table = read_fam_traits(_write(tmp_path, "f a 0 0 1 -9 0.5\nf b 0 0 2 1.5 NA\n"))
    assert table.names == ("trait_1", "trait_2")
    np.testing.assert_array_equal(table.values, [[np.nan, 0.5], [1.5, np.nan]])
    with pytest.raises(FormatError, match=r"a .fam with traits must have six columns; seen: 5 columns"):
        read_fam_traits(_write(tmp_path, "f a 0 0 1\n"))


def test_case_control__takes_both_ways_of_writing() -> None:
    np.testing.assert_array_equal(case_control(np.array([0.0, 1.0, np.nan])), [0.0, 1.0, np.nan])
    np.testing.assert_array_equal(case_control(np.array([1.0, 2.0, 0.0, np.nan])), [0.0, 1.0, np.nan, np.nan])
    with pytest.raises(FormatError, match=r"a case and control trait must be written as 0 and 1, .*seen: 1, 2, 3"):
        case_control(np.array([1.0, 2.0, 3.0]))


@needs_shared
def test_read_phenotypes__reads_the_shared_tables() -> None:
    mouse = read_fam_traits(LMM / "mouse_hs1940" / "mouse_hs1940.fam")
    assert (mouse.values.shape, int(1940 - mouse.n_missing[0])) == ((1940, 6), 1410)
    assert read_phenotypes(LMM / "gcta_test" / "test.phen").names == ("V1",)
    snpnet = read_phenotypes(LMM / "snpnet_sample" / "sample.phe", ["QPHE", "BPHE"])
    assert snpnet.values.shape == (2000, 2)
    covariates = read_covariates(LMM / "snpnet_sample" / "sample.phe", ["age", "split"], categorical=["split"])
    assert covariates.names == ("age", "split=test", "split=val")

"""Covariates in FastQTL's layout and as a table of people."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from loaders.errors import FormatError, RowError
from loaders.molecular_covariates import read_molecular_covariates

LINES = ("id\tNA1\tNA2\tNA3", "PC1\t.1\t.2\t.3", "sex\t1\tNA\t0")


def write(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "c.txt"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_read_molecular_covariates__reads_a_row_a_covariate(tmp_path: Path) -> None:
    found = read_molecular_covariates(write(tmp_path, *LINES))
    assert found.names == ("PC1", "sex")
    assert found.people["person"].to_list() == ["NA1", "NA2", "NA3"]
    assert found.people["family"].null_count() == 3
    np.testing.assert_array_equal(found.values, [[0.1, 1.0], [0.2, np.nan], [0.3, 0.0]])
    assert found.n_missing.tolist() == [0, 1]
    chosen = read_molecular_covariates(write(tmp_path, *LINES), ["sex"])
    np.testing.assert_array_equal(chosen.values[:, 0], [1.0, np.nan, 0.0])


def test_read_molecular_covariates__parquet_and_a_table_of_people_are_the_same(tmp_path: Path) -> None:
    text = read_molecular_covariates(write(tmp_path, *LINES))
    pl.read_csv(tmp_path / "c.txt", separator="\t", null_values="NA").write_parquet(tmp_path / "c.parquet")
    of_parquet = read_molecular_covariates(tmp_path / "c.parquet")
    lines = ("IID\tPC1\tsex", "NA1\t.1\t1", "NA2\t.2\tNA", "NA3\t.3\t0")
    of_people = read_molecular_covariates(write(tmp_path, *lines))
    for found in (of_parquet, of_people):
        assert (found.names, found.people["person"].to_list()) == (text.names, text.people["person"].to_list())
        np.testing.assert_array_equal(found.values, text.values)


def test_read_molecular_covariates__of_words_need_a_table_of_people(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"sex in a table with a column a person; .*FID, IID"):
        read_molecular_covariates(write(tmp_path, *LINES), categorical=["sex"])
    of_people = write(tmp_path, "IID\tsex", "NA1\tw", "NA2\tm", "NA3\tw")
    assert read_molecular_covariates(of_people, categorical=["sex"]).names == ("sex=m",)


@pytest.mark.parametrize(
    ("lines", "error", "message"),
    [
        ((*LINES[:2], "sex\t1\tman\t0"), RowError, r"a number, or NA; seen: man \(sex, column NA2\); in .*c.txt:3"),
        ((*LINES, "PC1\t1\t2\t3"), FormatError, "each once, .*PC1 twice"),
        (("id", "PC1"), FormatError, "1 rows and 0 columns"),
    ],
)
def test_read_molecular_covariates__refuses(
    tmp_path: Path, lines: tuple[str, ...], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        read_molecular_covariates(write(tmp_path, *lines))


def test_read_molecular_covariates__names_those_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"no age; .*choose among PC1, sex"):
        read_molecular_covariates(write(tmp_path, *LINES), ["age"])

"""Relationship matrices in GCTA's and GEMMA's files: there and back, damaged, of other people."""

import gzip
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from loaders.errors import FormatError, RowError, TruncatedFileError
from loaders.kinship_files import read_gcta_grm, read_gemma_kinship, write_gcta_grm, write_gemma_kinship

PEOPLE = pl.DataFrame({"family": ["f1", "f1", "0"], "person": ["ann", "bob", "eva"]})
MATRIX = np.array([[1.0, 0.25, -0.125], [0.25, 0.5, 0.0], [-0.125, 0.0, 2.0]])
COUNTS = np.array([[10, 9, 8], [9, 11, 7], [8, 7, 12]])


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    write_gcta_grm(tmp_path / "mice.v1", MATRIX, PEOPLE, n_pairs=COUNTS)
    return tmp_path / "mice.v1"


def test_write_gcta_grm__bytes_as_gcta_writes_them(prefix: Path) -> None:
    """Lower triangle with the diagonal, row by row, little-endian float32; ids between tabs."""
    lower = np.frombuffer((prefix.parent / "mice.v1.grm.bin").read_bytes(), "<f4")
    np.testing.assert_array_equal(lower, [1.0, 0.25, 0.5, -0.125, 0.0, 2.0])
    counts = np.frombuffer((prefix.parent / "mice.v1.grm.N.bin").read_bytes(), "<f4")
    np.testing.assert_array_equal(counts, [10, 9, 11, 8, 7, 12])
    assert (prefix.parent / "mice.v1.grm.id").read_text() == "f1\tann\nf1\tbob\n0\teva\n"


def test_read_gcta_grm__there_and_back(prefix: Path) -> None:
    found = read_gcta_grm(prefix)
    np.testing.assert_array_equal(found.matrix, MATRIX)
    np.testing.assert_array_equal(found.n_pairs, COUNTS)
    assert found.matrix.dtype == np.float32
    assert found.people is not None
    assert found.people.equals(PEOPLE)
    assert found.n_snps == 12


def test_write_gcta_grm__people_without_a_family_are_read_again(tmp_path: Path) -> None:
    nameless = PEOPLE.with_columns(family=pl.lit(None, pl.String))
    write_gcta_grm(tmp_path / "mice", MATRIX, nameless, n_pairs=10)
    found = read_gcta_grm(tmp_path / "mice").people
    assert (tmp_path / "mice.grm.id").read_text().startswith("0\tann\n")
    assert found is not None
    assert found["person"].to_list() == ["ann", "bob", "eva"]


def test_read_gcta_grm__more_people_than_a_tile(tmp_path: Path) -> None:
    n = 1100
    matrix = np.random.default_rng(1).standard_normal((n, n)).astype(np.float32)
    matrix += matrix.T
    people = pl.DataFrame({"family": ["0"] * n, "person": [f"p{at}" for at in range(n)]})
    write_gcta_grm(tmp_path / "big", matrix, people, n_pairs=77)
    found = read_gcta_grm(tmp_path / "big")
    np.testing.assert_array_equal(found.matrix, matrix)
    assert found.n_snps == 77


def test_read_gcta_grm__without_counts(prefix: Path) -> None:
    assert read_gcta_grm(prefix, with_counts=False).n_pairs is None
    (prefix.parent / "mice.v1.grm.N.bin").unlink()
    found = read_gcta_grm(prefix)
    assert found.n_pairs is None
    assert found.n_snps is None


def test_read_gcta_grm__header_and_blank_lines_of_plink2(prefix: Path) -> None:
    (prefix.parent / "mice.v1.grm.id").write_text("#FID\tIID\nf1\tann\n\nf1 bob\n0\teva\n")
    found = read_gcta_grm(prefix)
    assert found.people is not None
    assert found.people.equals(PEOPLE)


def test_read_gcta_grm__missing_file(prefix: Path) -> None:
    (prefix.parent / "mice.v1.grm.id").unlink()
    with pytest.raises(FormatError, match=r"no mice\.v1\.grm\.id; in .*; name the files by what stands before"):
        read_gcta_grm(prefix)


@pytest.mark.parametrize("end", ["bin", "N.bin"])
def test_read_gcta_grm__cut(prefix: Path, end: str) -> None:
    path = prefix.parent / f"mice.v1.grm.{end}"
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(TruncatedFileError, match=r"20 bytes; the 3 people of the \.grm\.id need 24; .*copy all three"):
        read_gcta_grm(prefix)


def test_read_gcta_grm__id_without_a_person(prefix: Path) -> None:
    (prefix.parent / "mice.v1.grm.id").write_text("f1\tann\nbob\n0\teva\n")
    with pytest.raises(RowError, match=r"must hold family and person; seen: bob; in .*\.grm\.id:2; write 0"):
        read_gcta_grm(prefix)


def test_read_gcta_grm__value_that_is_not_finite(prefix: Path) -> None:
    bad = MATRIX.copy()
    bad[2, 1] = np.nan
    write_gcta_grm(prefix, bad, PEOPLE, n_pairs=1)
    with pytest.raises(FormatError, match=r"must be finite; seen: nan for bob and eva; .*leave out people without"):
        read_gcta_grm(prefix)


def test_write_gcta_grm__other_people(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"shape \(3, 3\) for 2 people; .*give the people of the matrix in its order"):
        write_gcta_grm(tmp_path / "x", MATRIX, PEOPLE[:2], n_pairs=1)


@pytest.mark.parametrize("name", ["mice.cXX.txt", "mice.sXX.txt.gz"])
def test_write_gemma_kinship__there_and_back(tmp_path: Path, name: str) -> None:
    matrix = MATRIX / 3.0
    path = write_gemma_kinship(tmp_path / name, matrix)
    found = read_gemma_kinship(path, n_people=3)
    np.testing.assert_array_equal(found.matrix, matrix)
    assert found.people is None
    assert path.read_bytes().startswith(b"\x1f\x8b") == name.endswith(".gz")


def test_read_gemma_kinship__blanks_and_exponents(tmp_path: Path) -> None:
    """As GEMMA writes it: ten digits, a tab after each number or between them, a line end at the end or not."""
    path = tmp_path / "k.cXX.txt"
    path.write_text("0.3350589588\t-2.272259412e-02\t\n-0.02272259412 0.3035959579")
    found = read_gemma_kinship(path)
    np.testing.assert_array_equal(found.matrix, [[0.3350589588, -0.02272259412], [-0.02272259412, 0.3035959579]])


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("", FormatError, r"a line for each person; seen: 0 lines"),
        (
            "1 0\n0 1\n0 0\n",
            RowError,
            r"must hold 3 finite numbers; seen: 2 fields; in .*k\.txt:1; copy the file again",
        ),
        ("1 0\n0 x1\n", RowError, r"seen: 0 x1; in .*k\.txt:2"),
        ("1 nan\nnan 1\n", RowError, r"must hold 2 finite numbers; seen: 1 nan; in .*k\.txt:1"),
        ("1 0.5\n0.25 1\n", FormatError, r"must be symmetric; seen: 0\.5 in line 1, field 2 and 0\.25 the other way"),
    ],
)
def test_read_gemma_kinship__refused(tmp_path: Path, text: str, error: type[Exception], message: str) -> None:
    path = tmp_path / "k.txt"
    path.write_text(text)
    with pytest.raises(error, match=message):
        read_gemma_kinship(path)


def test_read_gemma_kinship__of_other_people(tmp_path: Path) -> None:
    path = write_gemma_kinship(tmp_path / "k.txt", MATRIX)
    with pytest.raises(FormatError, match=r"seen: 3 lines for 4 people; .*made from these genotypes, whole"):
        read_gemma_kinship(path, n_people=4)


def test_read_gemma_kinship__cut(tmp_path: Path) -> None:
    path = tmp_path / "k.txt.gz"
    path.write_bytes(gzip.compress(b"1 0\n0 1\n" * 1000)[:-9])
    with pytest.raises(TruncatedFileError):
        read_gemma_kinship(path)


def test_write_gemma_kinship__not_square(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"shape \(2, 3\) for 2 people"):
        write_gemma_kinship(tmp_path / "k.txt", MATRIX[:2])

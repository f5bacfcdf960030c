import gzip

import numpy as np
import polars as pl
import pyarrow.parquet as pq
import pytest

from loaders.errors import FormatError, RowError
from loaders.ldsc import LdScoreFile, open_ld_scores, read_ld_scores, write_ld_scores
from tests.loaders.ldsc.inputs import TUTORIAL, needs_shared, write

TABLE = pl.DataFrame({"CHR": ["1", "1", "2"], "SNP": ["rs1", "rs2", "rs3"], "BP": [10, 20, 5],
                      "base": [1.5, 2.25, 3.125], "cont": [-0.5, 0.1, 7.0]})  # fmt: skip
SCORES = LdScoreFile(TABLE, ("base", "cont"), np.array([3.0, 0.25]), np.array([2.0, 0.125]))
SUFFIXES = (".l2.ldscore", ".l2.ldscore.gz", ".l2.ldscore.parquet")


def write_split(folder):
    for chromosome in ("1", "2"):
        part = TABLE.filter(pl.col("CHR") == chromosome)
        write_ld_scores(folder / f"ld.{chromosome}", LdScoreFile(part, SCORES.names, SCORES.m, SCORES.m_5_50))
    return str(folder / "ld.@")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_write_ld_scores__reads_back(tmp_path, suffix):
    paths = write_ld_scores(tmp_path / "ld", SCORES, suffix=suffix)
    found = read_ld_scores(tmp_path / "ld")
    assert [path.name for path in paths] == [f"ld{suffix}", "ld.l2.M", "ld.l2.M_5_50"]
    assert found.table.equals(TABLE)
    assert found.names == SCORES.names
    assert found.m is not None
    assert (found.m.tolist(), (tmp_path / "ld.l2.M").read_text()) == ([3.0, 0.25], "3\t0.25\n")


def test_write_ld_scores__three_decimals_as_the_reference(tmp_path):
    write_ld_scores(tmp_path / "ld", SCORES, decimals=3)
    text = gzip.decompress((tmp_path / "ld.l2.ldscore.gz").read_bytes()).decode()
    assert text.splitlines()[:2] == ["CHR\tSNP\tBP\tbaseL2\tcontL2", "1\trs1\t10\t1.500\t-0.500"]


def test_write_ld_scores__three_decimals_in_parquet_are_decimals_of_32_bits(tmp_path):
    """Any reader sees them as numbers; a column that does not fit stays as it is, and so do files without decimals."""
    table = TABLE.with_columns(base=pl.Series([1.50004, -2.25, 3.125]), cont=pl.Series([1e9, 0.12345, 7.0]))
    write_ld_scores(tmp_path / "ld", LdScoreFile(table, SCORES.names, None, None), suffix=SUFFIXES[2], decimals=3)
    found = pl.read_parquet(tmp_path / f"ld{SUFFIXES[2]}")
    assert found.schema == {
        "CHR": pl.String, "SNP": pl.String, "BP": pl.Int64, "baseL2": pl.Decimal(9, 3), "contL2": pl.Float64
    }  # fmt: skip
    assert found["baseL2"].cast(pl.Float64).to_list() == [1.5, -2.25, 3.125]
    assert pq.ParquetFile(tmp_path / f"ld{SUFFIXES[2]}").schema.column(3).physical_type == "INT32"
    assert read_ld_scores(tmp_path / "ld").table.equals(table.with_columns(base=pl.Series([1.5, -2.25, 3.125])))


def test_read_ld_scores__chromosomes_are_joined_and_m_added(tmp_path):
    found = read_ld_scores(write_split(tmp_path), chromosomes=("1", "2"))
    assert found.table.equals(TABLE)
    assert found.m_5_50 is not None
    assert found.m_5_50.tolist() == [4.0, 0.25]
    with pytest.raises(FormatError, match="none for chromosomes 3, 4"):
        read_ld_scores(str(tmp_path / "ld."), chromosomes=("1", "2", "3", "4"))


def test_read_ld_scores__several_prefixes_side_by_side(tmp_path):
    write_ld_scores(tmp_path / "a", SCORES)
    write_ld_scores(tmp_path / "b", LdScoreFile(TABLE.select("CHR", "SNP", "BP", "base"), ("base",), np.ones(1), None))
    found = read_ld_scores(f"{tmp_path / 'a'},{tmp_path / 'b'}")
    assert found.names == ("base", "cont", "base_2")
    assert found.m is not None
    assert (found.m.tolist(), found.m_5_50) == ([3.0, 0.25, 1.0], None)


def test_read_ld_scores__prefixes_of_other_snps(tmp_path):
    write_ld_scores(tmp_path / "a", SCORES)
    write_ld_scores(tmp_path / "b", LdScoreFile(TABLE[:2], SCORES.names, None, None))
    with pytest.raises(FormatError, match=r"same SNPs in the same order; seen: 3 and 2 SNPs, 2 shared"):
        read_ld_scores(f"{tmp_path / 'a'},{tmp_path / 'b'}")
    write_split(tmp_path)
    with pytest.raises(FormatError, match=r"several prefixes must have the same chromosomes"):
        open_ld_scores(f"{tmp_path / 'a'},{tmp_path / 'ld.@'}", chromosomes=("1", "2"))


def test_read_ld_scores__lone_column_cm_maf_and_blanks(tmp_path):
    (tmp_path / "22.l2.ldscore").write_text("CHR SNP BP CM MAF L2\n22 rs2 20 0.1 0.5 3\n22 rs1 10 0.1 0.5 2.5\n")
    found = read_ld_scores(tmp_path / "22")
    assert found.names == ("L2",)
    assert found.table.rows() == [("22", "rs1", 10, 2.5), ("22", "rs2", 20, 3.0)]
    assert (found.m, found.m_5_50) == (None, None)


@pytest.mark.parametrize("prefix", ["ld", "ld.@"])
def test_read_ld_scores__missing_value_names_its_line(tmp_path, prefix):
    name = "ld" if prefix == "ld" else "ld.1"
    write(tmp_path / f"{name}.l2.ldscore.gz", "CHR SNP BP L2\n1 rs1 10 1.5\n1 rs2 20 nan\n")
    with pytest.raises(RowError, match=r"L2 that is a finite number.*nan.*ldscore.gz:3"):
        read_ld_scores(str(tmp_path / prefix), chromosomes=("1",))
    write(tmp_path / f"{name}.l2.ldscore.gz", "CHR SNP BP L2\n1 rs1 10 1.5\n1 rs2 20 NA\n")
    with pytest.raises(RowError, match=r"L2 must hold a number.*'NA'.*ldscore.gz:3"):
        read_ld_scores(str(tmp_path / prefix), chromosomes=("1",))


def test_read_ld_scores__without_scores(tmp_path):
    write(tmp_path / "a.l2.ldscore", "CHR SNP BP\n1 rs1 10\n")
    with pytest.raises(FormatError, match="at least one column of them"):
        read_ld_scores(tmp_path / "a")


@pytest.mark.parametrize(
    "text", ["CHR\tSNP\tBP\tL2\t\n1\trs1\t10\t1.5\t\n", "CHR\tSNP\tBP\tL2\t\n1\trs1\t10\t1.5\t2\n"]
)
def test_read_ld_scores__a_column_without_a_name(tmp_path, text):
    (tmp_path / "ld.l2.ldscore").write_text(text)
    with pytest.raises(FormatError, match=r"every column of LD scores must have a name; seen: none for column 5 of 5"):
        read_ld_scores(tmp_path / "ld")


def test_read_ld_scores__other_columns_in_a_later_file(tmp_path):
    write_split(tmp_path)
    write(tmp_path / "ld.2.l2.ldscore.gz", "CHR SNP BP L2\n2 rs3 10 1.5\n")
    with pytest.raises(FormatError, match=r"same columns; seen: 1 columns of LD scores, 2 in the first"):
        read_ld_scores(str(tmp_path / "ld.@"), chromosomes=("1", "2"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1\t2\t3\n", r"one number a column of LD scores; seen: 3 numbers, 2 columns"),
        ("1\tmany\n", r"a finite number a column"),
        ("1_000\t2\n", r"a finite number a column"),
        ("", r"a finite number a column"),
    ],
)
def test_read_ld_scores__bad_m(tmp_path, text, message):
    write_ld_scores(tmp_path / "ld", SCORES)
    (tmp_path / "ld.l2.M").write_text(text)
    with pytest.raises(FormatError, match=message):
        read_ld_scores(tmp_path / "ld")


@pytest.mark.parametrize("suffix", ["M", "M_5_50"])
def test_read_ld_scores__a_count_of_snps_is_not_negative_but_the_sum_of_an_annotation_may_be(tmp_path, suffix):
    write(tmp_path / "ld.l2.ldscore", "CHR SNP BP L2\n1 rs1 10 1.5\n")
    (tmp_path / f"ld.l2.{suffix}").write_text("-1\n")
    with pytest.raises(FormatError, match=rf"a number of SNPs must not be negative; seen: -1; in .*ld.l2.{suffix}:1"):
        read_ld_scores(tmp_path / "ld")
    write(tmp_path / "age.l2.ldscore", "CHR SNP BP ageL2\n1 rs1 10 1.5\n")
    (tmp_path / f"age.l2.{suffix}").write_text("-1\n")
    found = read_ld_scores(tmp_path / "age")
    assert [m.tolist() for m in (found.m, found.m_5_50) if m is not None] == [[-1.0]]


def test_read_ld_scores__m_of_other_sizes(tmp_path):
    prefix = write_split(tmp_path)
    (tmp_path / "ld.2.l2.M").write_text("1\n")
    with pytest.raises(FormatError, match=r"M files of one prefix must have the same number of columns; seen: 1"):
        read_ld_scores(prefix, chromosomes=("1", "2"))


@needs_shared
def test_read_ld_scores__reference_output():
    found = read_ld_scores(TUTORIAL / "22")
    assert (found.table.height, found.names) == (19_156, ("L2",))
    assert found.m is not None
    assert found.m_5_50 is not None
    assert found.m.tolist() == [19_156.0]
    four = read_ld_scores(TUTORIAL / "golden" / "cm1_ctsDAF")
    assert four.m is not None
    assert four.m.tolist() == [798.0, 1465.0, 1823.0, 15070.0]
    assert four.names[0] == "DAF_min_0.1"

import polars as pl
import pytest

from loaders.errors import FormatError
from loaders.ldsc import read_sumstats, write_sumstats
from tests.loaders.ldsc.inputs import BOLT, needs_shared, write

FRAME = pl.DataFrame({"SNP": ["rs1", "rs2"], "A1": ["A", "C"], "A2": ["G", "T"], "Z": [1.23456789, None],
                      "N": [1000.0, None]})  # fmt: skip


@pytest.mark.parametrize("name", ["a.sumstats", "a.sumstats.gz", "a.sumstats.parquet"])
def test_write_sumstats__reads_back(tmp_path, name):
    write_sumstats(FRAME, tmp_path / name, decimals=None)
    assert read_sumstats(tmp_path / name).equals(FRAME)


def test_write_sumstats__digits_and_whole_n(tmp_path):
    write_sumstats(FRAME, tmp_path / "a.sumstats", decimals=3)
    assert (tmp_path / "a.sumstats").read_text() == "SNP\tA1\tA2\tZ\tN\nrs1\tA\tG\t1.235\t1000\nrs2\tC\tT\t\t\n"
    write_sumstats(FRAME.with_columns(N=pl.lit(10.5)), tmp_path / "a.sumstats", decimals=3)
    assert "10.500" in (tmp_path / "a.sumstats").read_text()


def test_read_sumstats__any_order_without_alleles_with_places(tmp_path):
    found = read_sumstats(write(tmp_path / "a.sumstats", "N Z SNP CHR BP\n9 1.5 rs1 1 100\n9 nan rs2 1 200\n"))
    assert found.columns == ["SNP", "A1", "A2", "Z", "N", "CHR", "BP"]
    assert found["Z"].to_list() == [1.5, None]
    assert found["A1"].null_count() == 2


def test_read_sumstats__all_missing(tmp_path):
    with pytest.raises(FormatError, match=r"must have a z score.*2 rows, Z missing in every one.*munge"):
        read_sumstats(write(tmp_path / "a.sumstats", "SNP A1 A2 Z N\nrs1 A G NA 9\nrs2 A G nan 9\n"))
    with pytest.raises(FormatError, match=r"must have a sample size.*munge the GWAS again and give its N"):
        read_sumstats(write(tmp_path / "a.sumstats", "SNP A1 A2 Z N\nrs1 A G 1 NA\n"))


@needs_shared
def test_read_sumstats__reference_output():
    found = read_sumstats(BOLT / "golden" / "munged_merge.sumstats.gz")
    assert (found.height, found["Z"].null_count()) == (10_448, 1_052)

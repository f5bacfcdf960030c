import gzip

import polars as pl
import pytest

from loaders.ldsc.text_writer import write_table

FRAME = pl.DataFrame({"SNP": ["rs1", "rs2"], "Z": [0.12345, None]})


def test_write_table__plain_text(tmp_path):
    write_table(FRAME, tmp_path / "a.sumstats", decimals=3)
    assert (tmp_path / "a.sumstats").read_text() == "SNP\tZ\nrs1\t0.123\nrs2\t\n"


def test_write_table__gzip_has_the_same_bytes_every_time(tmp_path):
    for name in ("a.gz", "b.gz"):
        write_table(FRAME, tmp_path / name)
    assert gzip.decompress((tmp_path / "a.gz").read_bytes()) == b"SNP\tZ\nrs1\t0.12345\nrs2\t\n"
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()


@pytest.mark.parametrize("n_rows", [0, 250_000, 250_001])
def test_write_table__slices_join(tmp_path, n_rows):
    write_table(pl.DataFrame({"x": pl.int_range(n_rows, eager=True)}), tmp_path / "a.gz")
    lines = gzip.decompress((tmp_path / "a.gz").read_bytes()).decode().splitlines()
    assert (len(lines), lines[0]) == (n_rows + 1, "x")


def test_write_table__parquet(tmp_path):
    write_table(FRAME, tmp_path / "new" / "a.parquet")
    assert pl.read_parquet(tmp_path / "new" / "a.parquet").equals(FRAME)

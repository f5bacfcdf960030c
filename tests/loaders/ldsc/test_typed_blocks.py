import polars as pl
import pytest

from loaders.ldsc.typed_blocks import stream_typed
from loaders.tables import read_header
from tests.loaders.ldsc.inputs import write

TYPES = {"P": pl.Float64, "SNP": pl.String}
REGULAR = "SNP A P\n" + "".join(f"rs{row} A 0.{row + 1}\n" for row in range(50))


def read(path, **settings):
    return list(stream_typed(read_header(path), TYPES, missing=("NA", "."), **settings))


@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz"])
@pytest.mark.parametrize("block_bytes", [64, 1 << 20])
def test_stream_typed__regular_lines(tmp_path, name, block_bytes):
    blocks = read(write(tmp_path / name, REGULAR), block_bytes=block_bytes)
    frame = pl.concat([block.frame.select("SNP", "P") for block in blocks])
    assert frame.rows() == [(f"rs{row}", float(f"0.{row + 1}")) for row in range(50)]
    assert sum(block.n_rows for block in blocks) == 50


def test_stream_typed__missing_ragged_and_unreadable(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("SNP\tA\tP\nrs1\tA\t0.1\nrs2\tA\tNA\n.\tA\t0.3\nrs4\tA\nrs5\tA\tsmall\nrs6\tA\t0.5\t9\n")
    (block,) = read(path)
    assert (block.n_rows, block.n_ragged) == (6, 2)
    assert block.frame["SNP"].to_list() == ["rs1", "rs2", None, "rs5"]
    assert block.frame["P"].to_list() == [0.1, None, 0.3, None]
    assert block.unreadable is not None
    assert block.unreadable.to_list() == [False, False, False, True]


def test_stream_typed__short_rows_are_not_completed(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("SNP\tA\tP\tX\nrs1\tA\t0.1\t1\nrs2\tA\t0.2\n")
    (block,) = read(path)
    assert (block.n_ragged, block.frame.height) == (1, 1)


def test_stream_typed__blanks_commas_and_parquet(tmp_path):
    (tmp_path / "b.txt").write_text("SNP  A P\n rs1 A  0.5\n")
    (tmp_path / "c.csv").write_text('SNP,A,P\n"rs1",A,0.5\n')
    pl.DataFrame({"SNP": ["rs1"], "A": ["A"], "P": [0.5]}).write_parquet(tmp_path / "d.parquet")
    for name in ("b.txt", "c.csv", "d.parquet"):
        (block,) = read(tmp_path / name)
        assert block.frame.select("SNP", "P").rows() == [("rs1", 0.5)]

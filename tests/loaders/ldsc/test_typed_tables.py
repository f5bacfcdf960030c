import polars as pl
import pytest

from loaders.errors import FormatError, RowError, TruncatedFileError
from loaders.ldsc.typed_tables import check_file, read_typed_table, refuse_missing, write_atomically
from tests.loaders.ldsc.inputs import write

TYPES = {"SNP": pl.String, "N": pl.Float64, "BP": pl.Int64}
TEXT = "BP SNP N\n1 rs1 2.5\n2 rs2 NA\n"


def read(path, **settings):
    return read_typed_table(path, lambda _: TYPES, **settings)


@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz"])
def test_read_typed_table__columns_by_name(tmp_path, name):
    frame = read(write(tmp_path / name, TEXT), missing=("NA",))
    assert frame.rows() == [("rs1", 2.5, 1), ("rs2", None, 2)]


def test_read_typed_table__runs_of_blanks(tmp_path):
    path = tmp_path / "a.frq"
    path.write_text("  BP   SNP    N\n  1   rs1   2.5\n")
    assert read(path).rows() == [("rs1", 2.5, 1)]


def test_read_typed_table__blanks_around_a_field_are_none_of_it(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("BP\tSNP\tN\n1\t \t2.5\n2\t rs2 \t 2\n")
    assert read(path).rows() == [(None, 2.5, 1), ("rs2", 2.0, 2)]


def test_read_typed_table__parquet_twin(tmp_path):
    pl.DataFrame({"SNP": ["rs1"], "N": [2], "BP": [1]}).write_parquet(tmp_path / "a.parquet")
    assert read(tmp_path / "a.parquet").rows() == [("rs1", 2.0, 1)]


def test_read_typed_table__names_line_and_value_of_what_is_no_number(tmp_path):
    with pytest.raises(RowError, match=r"column N must hold a number in every row; seen: 'much'; in .*a.txt:3"):
        read(write(tmp_path / "a.txt", "BP SNP N\n1 rs1 2.5\n2 rs2 much\n"))
    with pytest.raises(RowError, match=r"column BP must hold a whole number.*'1.5'.*a.txt:2"):
        read(write(tmp_path / "a.txt", "BP SNP N\n1.5 rs1 2.5\n"))


def test_read_typed_table__ragged_row(tmp_path):
    with pytest.raises(RowError, match=r"as many fields as the header, 3.*a.txt:3"):
        read(write(tmp_path / "a.txt", "BP SNP N\n1 rs1 2.5\n1 rs1 2.5 9\n"))


def test_read_typed_table__missing_column_and_file(tmp_path):
    with pytest.raises(FormatError, match=r"must have the column N"):
        read(write(tmp_path / "a.txt", "BP SNP M\n1 rs1 2\n"))
    with pytest.raises(FormatError, match=r"must exist; seen: no file a.sumstats; there are a.txt"):
        check_file(tmp_path / "a.sumstats")


def test_read_typed_table__damaged(tmp_path):
    whole = write(tmp_path / "a.txt.gz", TEXT * 500).read_bytes()
    (tmp_path / "a.txt.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(TruncatedFileError, match="breaks off"):
        read(tmp_path / "a.txt.gz")
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(TruncatedFileError, match="parquet"):
        read(tmp_path / "a.parquet")


def test_read_typed_table__parquet_of_another_type(tmp_path):
    pl.DataFrame({"SNP": ["rs1"], "N": ["x"], "BP": [1]}).write_parquet(tmp_path / "a.parquet")
    with pytest.raises(FormatError, match="must hold what its name says"):
        read(tmp_path / "a.parquet")


def test_refuse_missing__names_the_line(tmp_path):
    frame = pl.DataFrame({"L2": [1.0, float("nan"), None]})
    with pytest.raises(RowError, match=r"must have a L2 that is a finite number; seen: nan and 1 more; in .*:3"):
        refuse_missing(frame, ["L2"], tmp_path / "x")


def test_write_atomically__leaves_nothing_behind(tmp_path):
    def fail(part):
        part.write_text("half")
        raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        write_atomically(tmp_path / "new" / "a", fail)
    assert list((tmp_path / "new").iterdir()) == []

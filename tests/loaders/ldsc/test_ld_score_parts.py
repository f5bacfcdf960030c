import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from loaders.errors import FormatError, RowError, TruncatedFileError
from loaders.ldsc.ld_score_parts import read_ld_score_file, score_columns, stream_ld_scores
from tests.loaders.ldsc.inputs import write

NAMES = ("baseL2", "otherL2")
TABLE = pl.DataFrame({"CHR": ["1", "1", "chrX"], "SNP": ["rs1", "rs2", "rs3"], "BP": [10, 20, 5],
                      "baseL2": [1.5, 2.25, 3.125], "otherL2": [-0.5, 0.1, 7.0]})  # fmt: skip
CANONICAL = TABLE.with_columns(CHR=pl.Series(["1", "1", "X"]))


def whole(path):
    return pl.concat([part.to_table(NAMES) for part in stream_ld_scores(path)])


@pytest.mark.parametrize("order", [TABLE.columns, ["SNP", "BP", "CHR", "baseL2", "otherL2"],
                                   ["baseL2", "CHR", "SNP", "BP", "otherL2"]])  # fmt: skip
@pytest.mark.parametrize("separator", ["\t", ",", " "])
def test_stream_ld_scores__text_in_any_order_of_columns(tmp_path, order, separator):
    path = tmp_path / "a.l2.ldscore"
    TABLE.select(order).write_csv(path, separator=separator)
    assert whole(path).equals(CANONICAL)


def test_stream_ld_scores__text_lies_row_by_row_and_parquet_column_by_column(tmp_path):
    TABLE.write_csv(tmp_path / "a", separator="\t")
    TABLE.write_parquet(tmp_path / "b", row_group_size=2)
    (text,) = stream_ld_scores(tmp_path / "a")
    parts = list(stream_ld_scores(tmp_path / "b"))
    assert (text.is_row_major, [array.shape for array in text.read_scores()]) == (True, [(3, 2)])
    assert [part.places.height for part in parts] == [2, 1]
    assert [array.shape for array in parts[0].read_scores()] == [(2, 1), (2, 1)]
    assert whole(tmp_path / "b").equals(CANONICAL)


def test_stream_ld_scores__up_to_three_decimals_come_in_thousandths(tmp_path):
    """Of text until a number has more; of Parquet column by column, written as floats or as decimals."""
    TABLE.write_csv(tmp_path / "a", separator="\t")
    (text,) = stream_ld_scores(tmp_path / "a")
    (numbers,) = text.read_scores()
    assert (numbers.dtype, numbers.tolist()) == (np.int32, [[1500, -500], [2250, 100], [3125, 7000]])
    TABLE.with_columns(otherL2=pl.Series([0.1234, 5.0, 5.0])).write_csv(tmp_path / "a", separator="\t")
    (text,) = stream_ld_scores(tmp_path / "a")
    (numbers,) = text.read_scores()
    assert (numbers.dtype, numbers[0].tolist()) == (np.float64, [1.5, 0.1234])
    for kind in (pl.Float64, pl.Decimal(9, 3), pl.Decimal(20, 3), pl.Decimal(9, 4)):
        TABLE.with_columns(pl.col(NAMES).cast(kind)).write_parquet(tmp_path / "b")
        (part,) = stream_ld_scores(tmp_path / "b")
        assert [(column.dtype, column[:, 0].tolist()) for column in part.read_scores()] == [
            (np.int32, [1500, 2250, 3125]), (np.int32, [-500, 100, 7000])
        ]  # fmt: skip
    TABLE.with_columns(otherL2=pl.Series([0.1234, 5.0, 5.0])).write_parquet(tmp_path / "b")
    (part,) = stream_ld_scores(tmp_path / "b")
    assert [column.dtype for column in part.read_scores()] == [np.int32, np.float64]


def test_stream_ld_scores__exponents_and_long_numbers_are_read_by_the_general_reader(tmp_path):
    path = tmp_path / "a"
    path.write_text("CHR\tSNP\tBP\tbaseL2\totherL2\n1\trs1\t5\t1e-3\t0.12345678901234567\n1\trs2\t6\t1\t2\n")
    assert whole(path).rows() == [("1", "rs1", 5, 0.001, 0.12345678901234567), ("1", "rs2", 6, 1.0, 2.0)]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("1\trs2\tx\t1\t2", r"BP must hold a whole number in every row; seen: 'x'; in .*:3"),
        ("1\trs2\t6\tinf\t2", r"baseL2 that is a finite number.*:3"),
        ("1\trs2\t6\t1", r"every row must have as many fields as the header, 5.*:3"),
    ],
)
def test_stream_ld_scores__bad_line_is_named(tmp_path, row, message):
    path = write(tmp_path / "a.gz", f"CHR\tSNP\tBP\tbaseL2\totherL2\n1\trs1\t5\t1\t2\n{row}\n")
    with pytest.raises(RowError, match=message):
        whole(path)


def test_stream_ld_scores__bad_parquet_is_named(tmp_path):
    path = tmp_path / "a.parquet"
    TABLE.with_columns(otherL2=pl.Series([1.0, 2.0, float("nan")])).write_parquet(path, row_group_size=2)
    with pytest.raises(RowError, match=r"otherL2 that is a finite number.*parquet:4"):
        whole(path)
    TABLE.with_columns(CHR=pl.Series(["1", None, "2"])).write_parquet(path, row_group_size=2)
    with pytest.raises(RowError, match=r"must have a CHR; .*parquet:3"):
        whole(path)
    TABLE.with_columns(BP=pl.Series(["x", "y", "z"])).write_parquet(path)
    with pytest.raises(FormatError, match=r"a column must hold what its name says"):
        whole(path)
    pq.write_table(TABLE.to_arrow(), path, row_group_size=1)
    data = path.read_bytes()
    path.write_bytes(data[:4] + bytes(40) + data[44:])
    with pytest.raises(TruncatedFileError, match=r"a parquet file must be complete"):
        whole(path)


def test_read_ld_score_file__is_the_whole_file(tmp_path):
    pq.write_table(TABLE.to_arrow(), tmp_path / "a", row_group_size=1)
    found = read_ld_score_file(tmp_path / "a")
    assert found.to_table(NAMES).equals(CANONICAL)
    assert score_columns(tmp_path / "a") == NAMES


def test_stream_ld_scores__numbers_of_other_types(tmp_path):
    places = TABLE.select("CHR", "SNP", "BP").to_dict(as_series=False)
    numbers = {"baseL2": pa.array([1, 2, 3], pa.int32()), "otherL2": pa.array([0.5, 1, 2], pa.float32())}
    table = pa.table({**places, **numbers})
    pq.write_table(table, tmp_path / "a")
    np.testing.assert_array_equal(whole(tmp_path / "a").select(NAMES).to_numpy(), [[1, 0.5], [2, 1], [3, 2]])

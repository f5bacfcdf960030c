"""Streaming tables of every kind."""

import gzip
from pathlib import Path

import polars as pl
import pytest

from loaders import tables
from loaders.errors import FormatError, RowError, TruncatedFileError
from loaders.tables import ROW_NUMBER, TableLayout, read_batches, read_header


def _read(
    path: Path, columns: list[str] | None = None, layout: TableLayout | None = None, **settings: int
) -> pl.DataFrame:
    header = read_header(path, layout)
    return pl.concat(batch.frame for batch in read_batches(header, columns, layout=layout, **settings))


def _file(tmp_path: Path, text: str, name: str = "t.txt") -> Path:
    path = tmp_path / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    return path


@pytest.mark.parametrize("separator", ["\t", ",", ";", " ", "   "])
def test_read_batches__separator_is_what_the_header_shows(separator: str, tmp_path: Path) -> None:
    path = _file(tmp_path, f"SNP{separator}P\nrs1{separator}0.1\n", "t.gz")
    assert _read(path).rows() == [("rs1", "0.1", 1)]


def test_read_batches__columns_by_name_and_rows_counted_on_across_blocks(tmp_path: Path) -> None:
    text = "a\tb\n" + "".join(f"{i}\t{i * 2}\n" for i in range(100))
    frame = _read(_file(tmp_path, text), ["b"], first_row=1000, block_bytes=64)
    assert frame.columns == ["b", ROW_NUMBER]
    assert frame["b"].to_list() == [str(i * 2) for i in range(100)]
    assert frame[ROW_NUMBER].to_list() == list(range(1000, 1100))


def test_read_batches__ragged_rows_keep_their_numbers(tmp_path: Path) -> None:
    header = read_header(_file(tmp_path, "a\tb\n1\t2\n1\n3\t4\n"))
    batch = next(read_batches(header))
    assert (batch.n_rows, batch.ragged_rows, batch.frame[ROW_NUMBER].to_list()) == (3, (2,), [1, 3])


def test_read_header__byte_order_mark_comments_and_quotes(tmp_path: Path) -> None:
    header = read_header(_file(tmp_path, '\ufeff##made by x\n\n"SNP", P\n1,2\n'))
    assert (header.columns, header.preamble, header.line) == (("SNP", "P"), ("##made by x", ""), 3)


def test_read_batches__file_without_header(tmp_path: Path) -> None:
    layout = TableLayout(names=("chrom", "start", "end"), may_have_header=True, comments=("#", "track"))
    path = _file(tmp_path, "track name=x\nchr1\t0\t10\tname\n#mid\nchr2\t5\t6\ty\n")
    assert read_header(path, layout).columns == ("chrom", "start", "end", "column_4")
    assert _read(path, ["chrom", "end"], layout).rows() == [("chr1", "10", 1), ("chr2", "6", 2)]


def test_read_batches__padded_header_is_stepped_over(tmp_path: Path) -> None:
    layout = TableLayout(names=("chrom", "start", "end"), may_have_header=True)
    path = _file(tmp_path, "chr \t start \t stop\nchr1 \t 1 \t 2\n")
    assert _read(path, None, layout)["start"].str.strip_chars().to_list() == ["1"]


def test_read_batches__preamble_and_end_marks(tmp_path: Path) -> None:
    layout = TableLayout(skip_until="[Assay]", stop_at="[Controls]")
    path = _file(tmp_path, "Illumina\n[Assay],,\nName,CHR\ncg1,1\n[Controls],,\n1,2\n")
    assert _read(path, None, layout).rows() == [("cg1", "1", 1)]


def test_read_batches__parquet_keeps_types_and_reads_categories_as_text(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    frame = pl.DataFrame({"a": ["x", "y"], "b": [1.5, None]}).with_columns(pl.col("a").cast(pl.Categorical))
    frame.write_parquet(path)
    out = _read(path, ["b", "a"])
    assert out.schema == {"b": pl.Float64, "a": pl.String, ROW_NUMBER: pl.Int64}
    assert out.rows() == [(1.5, "x", 1), (None, "y", 2)]


def test_read_batches__invalid_utf8_does_not_stop(tmp_path: Path) -> None:
    path = tmp_path / "t.tsv"
    path.write_bytes(b"a\tb\nSj\xf6gren\t1\n")
    assert _read(path)["b"].to_list() == ["1"]


def test_read_batches__empty_table(tmp_path: Path) -> None:
    assert list(read_batches(read_header(_file(tmp_path, "a\tb\n")))) == []


def test_read_header__empty_file(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="must have a header line; seen: an empty table"):
        read_header(_file(tmp_path, ""))


def test_read_header__start_mark_missing(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"must start after a line \[Assay\]"):
        read_header(_file(tmp_path, "a,b\n1,2\n"), TableLayout(skip_until="[Assay]"))


def test_read_batches__missing_column_with_suggestion(tmp_path: Path) -> None:
    header = read_header(_file(tmp_path, "SNP\tp_vale\nrs1\t1\n"))
    with pytest.raises(
        FormatError, match=r"must have the column p_value; seen: columns SNP, p_vale; in .*t.txt:1; did you mean p_vale"
    ):
        next(read_batches(header, ["p_value"]))


def test_read_batches__column_twice(tmp_path: Path) -> None:
    header = read_header(_file(tmp_path, "P\tP\n1\t1\n"))
    with pytest.raises(FormatError, match="must occur once; seen: P 2 times"):
        next(read_batches(header, ["P"]))


def test_read_header__utf16(tmp_path: Path) -> None:
    path = tmp_path / "t.txt"
    path.write_bytes("a\tb\n".encode("utf-16"))
    with pytest.raises(RowError, match="must be text in UTF-8; seen: zero bytes"):
        read_header(path)


def test_read_header__endless_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_MAX_HEADER_BYTES", 10)
    with pytest.raises(RowError, match="must end within 64 MiB"):
        read_header(_file(tmp_path, "x" * 100))


def test_read_header__truncated_parquet(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pl.DataFrame({"a": range(1000)}).write_parquet(path)
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(TruncatedFileError, match="a parquet file must be complete"):
        read_header(path)


def test_read_batches__damaged_parquet(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pl.DataFrame({"a": [str(i * 7919 % 1009) for i in range(5000)]}).write_parquet(path, compression="zstd")
    data = bytearray(path.read_bytes())
    data[4:200] = bytes(196)
    path.write_bytes(bytes(data))
    header = read_header(path)
    with pytest.raises(TruncatedFileError, match="it breaks off after row 0"):
        list(read_batches(header))

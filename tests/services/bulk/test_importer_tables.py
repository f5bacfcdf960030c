"""Frames as the importer's CSV: headers with types, nulls apart from empty texts, lists, numbers to the last bit."""

import csv
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from services.bulk.importer_tables import write_table


def test_write_table__types_nulls_lists_and_quotes(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            ":ID": [0, 1],
            "name": ['a "b", c', None],
            "empty": ["", None],
            "n": [3, None],
            "share": [0.1, None],
            "is_kept": [True, None],
            "names": [["x;y", "z"], None],
        }
    )
    file = write_table(tmp_path / "t.csv", "SNP", iter([frame]), is_nodes=True)
    assert file is not None
    assert (file.n_rows, file.has_line_breaks) == (2, False)
    assert (tmp_path / "t.csv").read_text().splitlines() == [
        ":ID,name:string,empty:string,n:long,share:double,is_kept:boolean,names:string[]",
        '0,"a ""b"", c","",3,0.1,true,x;y\x1fz',
        "1,,,,,,",
    ]


def test_write_table__numbers_read_back_as_they_were(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    values = np.concatenate([random.normal(size=500) * 10.0 ** random.integers(-300, 300, 500), [0.1, 5e-324, -0.0]])
    write_table(tmp_path / "t.csv", "N", iter([pl.DataFrame({":ID": range(503), "x": values})]), is_nodes=True)
    with (tmp_path / "t.csv").open() as stream:
        read = [float(row["x:double"]) for row in csv.DictReader(stream)]
    assert read == values.tolist()


def test_write_table__no_rows_make_no_file(tmp_path: Path) -> None:
    frame = pl.DataFrame({":ID": [1], "a": ["x"]}).clear()
    assert write_table(tmp_path / "t.csv", "N", iter([frame, frame]), is_nodes=True) is None
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["two\nlines", "two\rlines"])
def test_write_table__notices_line_breaks(tmp_path: Path, text: str) -> None:
    frames = [pl.DataFrame({":ID": [1], "a": ["one"]}), pl.DataFrame({":ID": [2], "a": [text]})]
    file = write_table(tmp_path / "t.csv", "N", iter(frames), is_nodes=True)
    assert file is not None
    assert (file.n_rows, file.has_line_breaks) == (2, True)

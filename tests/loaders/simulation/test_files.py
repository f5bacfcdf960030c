import gzip

import polars as pl

from loaders.simulation.files import table_bytes, write_gzip


def test_write_gzip__no_time_and_no_name(tmp_path):
    for name in ("a.gz", "b.gz"):
        write_gzip(tmp_path / name, b"text\n")
    first = (tmp_path / "a.gz").read_bytes()
    assert first == (tmp_path / "b.gz").read_bytes()
    assert first[3:8] == bytes(5)  # no flags (so no name), modification time 0
    assert gzip.decompress(first) == b"text\n"


def test_table_bytes__written_out():
    frame = pl.DataFrame({"a": [1, None], "b": [1.098e-53, 0.0], "c": ["x", "y,z"]})
    assert table_bytes(frame) == b"a\tb\tc\n1\t1.098e-53\tx\nNA\t0.0\ty,z\n"

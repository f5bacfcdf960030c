"""Compressed files: told by their bytes, truncation seen with the line."""

import bz2
import gzip
import lzma
from pathlib import Path

import pyarrow as pa
import pytest

from loaders.compression import detect_compression, read_chunks
from loaders.errors import FormatError, TruncatedFileError

TEXT = b"".join(b"%d\t%d\n" % (i, i * 7919 % 10007) for i in range(200_000))
_BGZF_HEADER = bytes.fromhex("1f8b08040000000000ff060042430200")


def _zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


PACKERS = {"plain": bytes, "gzip": gzip.compress, "bzip2": bz2.compress, "xz": lzma.compress, "zstd": _zstd}


@pytest.mark.parametrize("name", sorted(PACKERS))
def test_read_chunks__round_trip_and_progress(name: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(PACKERS[name](TEXT))
    seen: list[int] = []
    assert b"".join(read_chunks(path, on_bytes=seen.append)) == TEXT
    assert detect_compression(path) == name
    assert seen == sorted(seen)


def test_read_chunks__members_one_after_another(tmp_path: Path) -> None:
    path = tmp_path / "two.gz"
    path.write_bytes(gzip.compress(b"a\n") + gzip.compress(b"b\n"))
    assert b"".join(read_chunks(path)) == b"a\nb\n"


@pytest.mark.parametrize("name", ["gzip", "bzip2", "xz", "zstd"])
def test_read_chunks__truncated(name: str, tmp_path: Path) -> None:
    path = tmp_path / "cut"
    data = PACKERS[name](TEXT)
    path.write_bytes(data[: len(data) * 2 // 3])
    with pytest.raises(TruncatedFileError, match=rf"a {name} file must be complete; .*about line [\d,]+ .*cut.*again"):
        list(read_chunks(path))


def test_read_chunks__damaged_gzip(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(TEXT))
    data[len(data) // 2] ^= 0xFF
    path = tmp_path / "bad.gz"
    path.write_bytes(bytes(data))
    with pytest.raises(TruncatedFileError, match="a gzip file must be complete"):
        list(read_chunks(path))


def test_read_chunks__bgzip_cut_between_two_blocks(tmp_path: Path) -> None:
    block = bytearray(gzip.compress(b"a\tb\n"))
    head = _BGZF_HEADER + len(block).to_bytes(2, "little")
    path = tmp_path / "cut.bgz"
    path.write_bytes(head + bytes(block[10:]))
    with pytest.raises(TruncatedFileError, match=r"a bgzip file must be complete.*closing block is missing"):
        list(read_chunks(path))


def test_read_chunks__zip_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04rest")
    with pytest.raises(FormatError, match="must not be packed in a zip archive"):
        list(read_chunks(path))


def test_read_chunks__a_missing_file_is_not_a_truncated_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(read_chunks(tmp_path / "none"))

"""Bytes of a table, decompressed: gzip, bgzip, zstd, bzip2 and xz told by their first bytes, truncation seen."""

from __future__ import annotations

import bz2
import contextlib
import lzma
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final, Protocol, cast

import pyarrow as pa
from isal import igzip_lib

from loaders.errors import FormatError, TruncatedFileError

CHUNK_BYTES: Final = 1 << 20
_SMALL_BYTES: Final = 1 << 16  # so that the line at which a stream breaks is known well enough
_PIECE_BYTES: Final = 1 << 18
_MAGIC: Final = {
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"PAR1": "parquet",
    b"PK\x03\x04": "zip",
}
# A bgzip file ends with this empty block; without it the file was cut between two blocks (SAM spec, 4.1.2).
_BGZF_END: Final = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")

_GZIP_ERROR = cast("type[Exception]", igzip_lib.error)
_BROKEN: Final = (EOFError, _GZIP_ERROR, lzma.LZMAError, OSError)

OnBytes = Callable[[int], None]


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def detect_compression(path: Path) -> str:
    """Tell what a file is from its first bytes: plain, gzip, zstd, bzip2, xz, parquet or zip.

    Parameters
    ----------
    path
        An existing file.
    """
    with path.open("rb") as file:
        start = file.read(6)
    for magic, name in _MAGIC.items():
        if start.startswith(magic):
            return name
    return "plain"


def read_chunks(path: Path, *, on_bytes: OnBytes | None = None) -> Iterator[bytes]:
    """Yield the decompressed bytes of a file in chunks of about 1 MiB.

    Parameters
    ----------
    path
        A plain or compressed file; several members one after another are read through.
    on_bytes
        Called with the number of compressed bytes read so far.

    Raises
    ------
    TruncatedFileError
        When the compressed stream ends early or is damaged, naming about which line.
    FormatError
        When the file is an archive and no compressed table.
    """
    compression = detect_compression(path)
    if compression == "zip":
        raise FormatError("a table must not be packed in a zip archive", where=path, remedy="unpack it, or use gzip")
    try:
        with path.open("rb") as raw:
            for chunk in _read_stream(raw, compression):
                yield chunk
                if on_bytes is not None:
                    on_bytes(raw.tell())
    except _BROKEN as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise _truncated(path, compression, error) from error
    if compression == "gzip" and _lacks_bgzf_end(path):
        raise _truncated(path, "bgzip", "the closing block is missing")


def _read_stream(raw: BinaryIO, compression: str) -> Iterator[bytes]:
    if compression == "gzip":
        yield from _read_gzip(raw)
        return
    stream: _Readable = raw
    if compression == "bzip2":
        stream = bz2.BZ2File(raw)
    elif compression == "xz":
        stream = lzma.LZMAFile(raw)  # noqa: SIM115  the caller closes the file below it
    elif compression == "zstd":
        stream = cast("_Readable", pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), "zstd"))
    while chunk := stream.read(CHUNK_BYTES if compression == "plain" else _SMALL_BYTES):
        yield chunk


def _read_gzip(raw: BinaryIO) -> Iterator[bytes]:
    """Decompress member after member; what comes before a break is yielded, so that its line is known."""
    member, is_open = _gzip_member(), True
    while data := raw.read(_SMALL_BYTES):
        while data:
            if not is_open:
                data = data.lstrip(b"\x00")  # padding behind a member
                if not data:
                    break
                member, is_open = _gzip_member(), True
            yield member.decompress(data, _PIECE_BYTES)
            while not (member.eof or member.needs_input):
                yield member.decompress(b"", _PIECE_BYTES)
            is_open, data = not member.eof, member.unused_data
    if is_open:
        raise EOFError("the compressed stream has no end")


def _gzip_member() -> igzip_lib.IgzipDecompressor:
    """A decompressor that gives pieces of bounded size: growing buffers would be copied again and again."""
    return igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)


def _lacks_bgzf_end(path: Path) -> bool:
    with path.open("rb") as file:
        start = file.read(14)
        if not (start[3] & 4 and start[12:14] == b"BC"):
            return False
        file.seek(-min(len(_BGZF_END), path.stat().st_size), 2)
        return file.read() != _BGZF_END


def _truncated(path: Path, compression: str, cause: object) -> TruncatedFileError:
    return TruncatedFileError(
        f"a {compression} file must be complete",
        seen=f"it breaks off after about line {_count_lines(path):,} ({cause})",
        where=path,
        remedy="download or copy the file again and compare its size or checksum",
    )


def _count_lines(path: Path) -> int:
    """Lines before the break: read anew, so that sound files are not searched for line ends."""
    n_lines = 0
    with path.open("rb") as raw, contextlib.suppress(*_BROKEN):
        for chunk in _read_stream(raw, detect_compression(path)):
            n_lines += chunk.count(b"\n")
    return n_lines

"""Small text files read whole, plain or compressed: what is no UTF-8 text is refused with its line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.compression import read_chunks
from loaders.errors import RowError, locate

_REMEDY = "a UTF-16, binary or damaged file: save it as UTF-8 text (iconv -t utf-8), or copy it again"


def read_text(path: Path) -> str:
    """Read a text file, without the mark that some editors put before it.

    Parameters
    ----------
    path
        Plain or compressed.

    Raises
    ------
    RowError
        If a byte is zero or belongs to no UTF-8 character, with its line.
    LoadError
        See `read_chunks`.
    """
    data = b"".join(read_chunks(path))
    if (zero := data.find(b"\x00")) >= 0:
        raise RowError(
            "a table must be text in UTF-8", seen="a zero byte", where=_place(path, data, zero), remedy=_REMEDY
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # the decoder counts from behind the mark
        at = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        raise RowError(
            "a table must be text in UTF-8",
            seen=f"the byte {data[at]:#04x}",
            where=_place(path, data, at),
            remedy=_REMEDY,
        ) from error


def to_numbers(words: Sequence[str]) -> NDArray[np.float64]:
    """Read words as numbers by the rule of every other table: none of ``1_000`` or of another script's digits.

    Returns
    -------
    float64
        ``[number of words]``; NaN where a word is no number, infinite where it is too large for one.
    """
    return pl.Series(words, dtype=pl.String).cast(pl.Float64, strict=False).to_numpy()


def is_file(path: Path) -> bool:
    """Whether a path, as somebody wrote it in a file, names a file; no path that the system cannot have does."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that is too long, a zero byte
        return False


def _place(path: Path, data: bytes, at: int) -> str:
    return locate(path, data.count(b"\n", 0, at) + 1)

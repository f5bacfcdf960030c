"""Lines of a few texts and many decimals read straight into rows of numbers, several times faster than a CSV reader.

Eight characters are read at once: where the first separator and the point lie comes from masks, and the digits are
added up by three multiplications. Only what is exact by construction is read here (at most 15 digits, no exponent); a
block with anything else is left to the general reader, which knows every spelling and every error. Numbers are kept in
thousandths until one comes that has more decimals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numba
import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from loaders.ldsc.thousandths import DECIMALS, LARGEST, Scores

_BLOCK_BYTES: Final = 4 << 20
_WORD: Final = 8
_TAB, _NEWLINE, _POINT, _ZERO = 9, 10, 46, 48
_MOST_DIGITS: Final = 15
"""A whole number of so many digits is a float64 exactly, and so is 10 to the power of so many: one rounding remains."""
_POWERS: Final = 10.0 ** np.arange(_MOST_DIGITS + 1)
_THOUSANDTHS: Final = 10 ** np.arange(DECIMALS, -1, -1)
"""Thousandths of a number's last digit, by its decimals."""
_ODD, _UNFIT, _FOUR_BYTES = 0, -1, 4
_ONES, _HIGH = np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)
_SPACES, _POINTS = np.uint64(0x2020202020202020), np.uint64(0x2E2E2E2E2E2E2E2E)
_ZEROS, _TENS, _SIXES = np.uint64(0x3030303030303030), np.uint64(0xF0F0F0F0F0F0F0F0), np.uint64(0x0606060606060606)
_DIGITS = np.uint64(0x3333333333333333)
_BYTE, _DASH, _DASH_TO_ZERO = np.uint64(0xFF), np.uint64(0x2D), np.uint64(0x2D ^ 0x30)
_MASKS = (np.uint64(0x0F0F0F0F0F0F0F0F), np.uint64(0x00FF00FF00FF00FF), np.uint64(0x0000FFFF0000FFFF))
_SUMS = (np.uint64(2561), np.uint64(6553601), np.uint64(42949672960001))
_ONE, _TWO, _THREE, _FOUR, _SIX, _EIGHT = (np.uint64(number) for number in (1, 2, 3, 4, 6, 8))
_SIXTEEN, _THIRTY_TWO, _FIFTY_SIX, _SIXTY_THREE = (np.uint64(number) for number in (16, 32, 56, 63))


@dataclass(frozen=True)
class NumberLines:
    """Lines that could be read.

    Attributes
    ----------
    texts
        The leading text columns.
    numbers
        ``[lines, numbers]``, C-ordered; thousandths (int32) as long as all numbers of the text fit, then float64. Valid
        until the next block is read.
    block
        The lines themselves; as long valid.
    """

    texts: tuple[pl.Series, ...]
    numbers: Scores
    block: memoryview


def stream_number_lines(chunks: Iterable[bytes], n_texts: int, n_numbers: int) -> Iterator[NumberLines | bytes]:
    """Read tab-separated lines whose first fields are texts and whose other fields are plain decimals.

    Parameters
    ----------
    chunks
        Bytes of a file behind its header, in order.
    n_texts, n_numbers
        Fields of each kind in every line.

    Yields
    ------
    NumberLines or bytes
        The lines of a block; its bytes where a line has other fields, a text is empty, or a number is not plain
        (digits with at most one point and a minus in front, 15 digits or fewer).
    """
    buffer = _Buffer(n_texts, n_numbers)
    for chunk in chunks:
        buffer.add(chunk)
        if buffer.size >= _BLOCK_BYTES:
            yield from buffer.read_lines()
    if buffer.size:
        buffer.add(b"" if buffer.ends_with_line() else b"\n")
        yield from buffer.read_lines()


class _Buffer:
    """Bytes not read yet and the arrays they are read into, used again: fresh memory costs more than parsing."""

    def __init__(self, n_texts: int, n_numbers: int) -> None:
        self.n_texts, self.n_numbers = n_texts, n_numbers
        self.size, self.bytes = 0, bytearray()
        self.numbers: Scores = np.empty((0, n_numbers), dtype=np.int32)
        self._grow(2 * _BLOCK_BYTES)

    def add(self, chunk: bytes) -> None:
        """Append bytes."""
        if self.size + len(chunk) + 2 * _WORD > len(self.bytes):
            self._grow(2 * (self.size + len(chunk)))
        self.bytes[self.size : self.size + len(chunk)] = chunk
        self.size += len(chunk)

    def ends_with_line(self) -> bool:
        """Whether the last byte ends a line."""
        return self.bytes[self.size - 1] == _NEWLINE

    def read_lines(self) -> Iterator[NumberLines | bytes]:
        """Take the whole lines out; what is left of the last one stays."""
        size = self.bytes.rfind(b"\n", 0, self.size) + 1
        if not size:
            return
        characters, ends = np.frombuffer(self.bytes, dtype=np.uint8), self.ends
        n_lines = _parse(characters, characters.view(np.uint64), size, ends, self.numbers)
        if n_lines == _UNFIT:
            self.numbers = np.empty(self.numbers.shape)
            n_lines = _parse(characters, characters.view(np.uint64), size, ends, self.numbers)
        columns = [_text_column(characters, ends[place, :n_lines]) for place in range(self.n_texts)] if n_lines else []
        texts = tuple(column for column in columns if column is not None)
        block = memoryview(self.bytes)[:size]
        is_plain = n_lines > 0 and len(texts) == self.n_texts
        yield NumberLines(texts, self.numbers[:n_lines], block) if is_plain else bytes(block)
        self.bytes[: self.size - size] = self.bytes[size : self.size]
        self.size -= size

    def _grow(self, n_bytes: int) -> None:
        kept = self.bytes[: self.size]
        n_bytes += 2 * _WORD - n_bytes % _WORD
        self.bytes = bytearray(n_bytes)
        self.bytes[: self.size] = kept
        n_lines = n_bytes // (2 * (self.n_texts + self.n_numbers)) + 1  # a field has a character and a separator
        self.ends = np.empty((self.n_texts, n_lines, 2), dtype=np.int64)
        self.numbers = np.empty((n_lines, self.n_numbers), dtype=self.numbers.dtype)


def _text_column(characters: NDArray[np.uint8], ends: NDArray[np.int64]) -> pl.Series | None:
    """A text column; None where it is not UTF-8."""
    offsets = np.empty(ends.shape[0] + 1, dtype=np.int64)
    text = np.empty(_add_up(ends, offsets), dtype=np.uint8)
    _gather(characters, ends, text)
    column = pa.LargeStringArray.from_buffers(ends.shape[0], pa.py_buffer(offsets), pa.py_buffer(text))
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return None
    return pl.Series(pl.from_arrow(column))


@numba.njit(cache=True)
def _add_up(ends: NDArray[np.int64], offsets: NDArray[np.int64]) -> int:
    """Fill `offsets` (where each text begins once they follow each other, and the end), which is returned."""
    offsets[0] = 0
    for line in range(ends.shape[0]):
        offsets[line + 1] = offsets[line] + ends[line, 1] - ends[line, 0]
    return int(offsets[-1])


@numba.njit(cache=True)
def _gather(characters: NDArray[np.uint8], ends: NDArray[np.int64], text: NDArray[np.uint8]) -> None:
    at = 0
    for line in range(ends.shape[0]):
        for place in range(ends[line, 0], ends[line, 1]):
            text[at] = characters[place]
            at += 1


@numba.njit(cache=True, error_model="numpy")
def _parse(
    characters: NDArray[np.uint8],
    words: NDArray[np.uint64],
    size: int,
    ends: NDArray[np.int64],
    numbers: Scores,
) -> int:
    """Fill `ends` (first and past-the-last place of each text) and `numbers`; the number of lines.

    0 if a line is odd; -1 if `numbers` are thousandths and one does not fit.
    """
    n_texts, n_numbers, is_exact = ends.shape[0], numbers.shape[1], numbers.itemsize == _FOUR_BYTES
    at, line = 0, 0
    while at < size:
        for text in range(n_texts):
            ends[text, line, 0] = at
            while characters[at] > _NEWLINE:
                at += 1
            if characters[at] != _TAB or at == ends[text, line, 0]:
                return _ODD
            ends[text, line, 1] = at
            at += 1
        for column in range(n_numbers):
            whole, n_decimals, end = _number(characters, words, at)
            expected = _TAB if column < n_numbers - 1 else _NEWLINE
            if end < 0 or end >= size or characters[end] != expected:
                return _ODD
            if is_exact:
                thousandths = whole * _THOUSANDTHS[n_decimals] if n_decimals <= DECIMALS else LARGEST + 1
                if abs(thousandths) > LARGEST:
                    return _UNFIT
                numbers[line, column] = thousandths
            else:
                numbers[line, column] = whole / _POWERS[n_decimals]
            at = end + 1
        line += 1
    return line


@numba.njit(cache=True, error_model="numpy", inline="always")
def _number(characters: NDArray[np.uint8], words: NDArray[np.uint64], start: int) -> tuple[int, int, int]:
    """The digits of the number that begins at `start`, how many of them are decimals, and the place behind it.

    The place is negative where the number is not plain.
    """
    shift = np.uint64(start & 7) << _THREE
    word = (words[start >> 3] >> shift) | ((words[(start >> 3) + 1] << _ONE) << (_SIXTY_THREE - shift))
    stops = ~word & _SPACES  # tab and line end lack the bit that digits, point and minus have
    is_negative = (word & _BYTE) == _DASH
    if stops == 0:
        return _long_number(characters, start + is_negative, is_negative)
    inside = (stops ^ (stops - _ONE)) >> _SIX  # bits of the characters before the first stop
    length = ((inside & _ONES) * _ONES) >> _FIFTY_SIX
    word ^= np.uint64(is_negative) * _DASH_TO_ZERO  # a nought in front; the next number need not wait for the sign
    other = word ^ _POINTS
    points = (other - _ONES) & ~other & _HIGH & inside
    n_points = np.uint64(points != 0)
    before = (points ^ (points - _ONE)) >> _EIGHT
    n_before = ((before & _ONES) * _ONES) >> _FIFTY_SIX
    n_digits = length - n_points
    if n_digits == np.uint64(is_negative):
        return 0, 0, -1
    word = (word & before) | ((word >> _EIGHT) & ~before) if n_points else word
    word = (word << ((_EIGHT - n_digits) << _THREE)) | ((_ZEROS >> _ONE) >> ((n_digits << _THREE) - _ONE))
    if ((word & _TENS) | (((word + _SIXES) & _TENS) >> _FOUR)) != _DIGITS:
        return 0, 0, -1
    word = (word & _MASKS[0]) * _SUMS[0] >> _EIGHT
    word = (word & _MASKS[1]) * _SUMS[1] >> _SIXTEEN
    word = (word & _MASKS[2]) * _SUMS[2] >> _THIRTY_TWO
    whole, n_decimals = np.int64(word), np.int64((n_digits - n_before) * n_points)
    return (-whole if is_negative else whole), n_decimals, start + np.int64(length)  # type: ignore[return-value]


@numba.njit(cache=True, error_model="numpy")
def _long_number(characters: NDArray[np.uint8], start: int, is_negative: bool) -> tuple[int, int, int]:
    """A number of eight characters or more, character by character."""
    at, whole, n_digits, point = start, 0, 0, -1
    while characters[at] > _NEWLINE:
        digit = int(characters[at]) - _ZERO
        if 0 <= digit <= 9:
            whole, n_digits = whole * 10 + digit, n_digits + 1
        elif characters[at] == _POINT and point < 0:
            point = at
        else:
            return 0, 0, -1
        at += 1
        if n_digits > _MOST_DIGITS:
            return 0, 0, -1
    if n_digits == 0:
        return 0, 0, -1
    return (-whole if is_negative else whole), (at - point - 1 if point >= 0 else 0), at

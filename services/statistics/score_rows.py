"""Gathers LD scores of a regression's SNPs into one array, in the memory order of their source."""

from __future__ import annotations

import mmap
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from loaders.ldsc import LdScorePart, Scores, as_floats, is_thousandths
from models.thousandths import PER_UNIT, ScoreMatrix, Thousandths


class ScoreRows:
    """Rows of LD scores that come part by part.

    Text is read row after row and Parquet column after column; the regression runs on either order, so that nothing is
    turned around. Thousandths stay thousandths until LD scores come that are none.

    Parameters
    ----------
    n_rows
        The most rows that can come.
    n_columns
        LD score columns.
    """

    def __init__(self, n_rows: int, n_columns: int) -> None:
        self._shape = (n_rows, n_columns)
        self._rows: Scores | None = None
        self._order: Literal["C", "F"] = "C"
        self._at = 0

    def add(self, part: LdScorePart, keep: NDArray[np.int64]) -> ScoreMatrix:
        """Append rows of a part.

        Parameters
        ----------
        part
            LD scores.
        keep
            Which of its rows, ascending.

        Returns
        -------
        ScoreMatrix
            The rows as they were added.
        """
        end, column = self._at + keep.size, 0
        is_whole = keep.size == part.places.height
        for array in part.read_scores():
            rows = self._rows_for(array, end, is_row_major=part.is_row_major)
            values = array if is_thousandths(rows) else as_floats(array)
            rows[self._at : end, column : column + array.shape[1]] = values if is_whole else values[keep]
            column += array.shape[1]
        first, self._at = self._at, end
        return self._between(first, end)

    def get(self) -> ScoreMatrix:
        """All rows added, ``[n, C]``."""
        return self._between(0, self._at)

    def _rows_for(self, array: Scores, end: int, *, is_row_major: bool) -> Scores:
        """The array that scores go into, up to row `end`: of float64 from the first scores that are no thousandths."""
        if self._rows is None:
            self._order = "C" if is_row_major else "F"
            self._rows = _empty(self._shape, array.dtype, self._order)
        elif is_thousandths(self._rows) and not is_thousandths(array):
            thousandths, self._rows = self._rows, _empty(self._shape, array.dtype, self._order)
            np.divide(thousandths[:end], PER_UNIT, out=self._rows[:end])
        return self._rows

    def _between(self, first: int, end: int) -> ScoreMatrix:
        if self._rows is None:
            return np.empty((0, self._shape[1]))
        rows = self._rows[first:end]
        return Thousandths(rows) if is_thousandths(rows) else rows


def _empty(shape: tuple[int, int], dtype: np.dtype[Any], order: Literal["C", "F"]) -> NDArray[Any]:
    """Room for a large array in ordinary pages.

    numpy asks for huge ones, which on a virtual machine that gives free memory back to its host cost three times as
    much to touch (1.3 s of 4 for 931 MB, measured), and gain nothing here, where every number is read twice.
    """
    n_bytes = shape[0] * shape[1] * dtype.itemsize
    if not n_bytes:
        return np.empty(shape, dtype, order)
    room = mmap.mmap(-1, n_bytes, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    return np.frombuffer(room, dtype).reshape(shape, order=order)

"""Gathers LD scores of a regression's SNPs into one array, in the memory order of their source."""

from __future__ import annotations

import mmap
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from loaders.ldsc import LdScorePart


class ScoreRows:
    """Rows of LD scores that come part by part.

    Text is read row after row and Parquet column after column; the regression runs on either order, so that nothing is
    turned around.

    Parameters
    ----------
    n_rows
        The most rows that can come.
    n_columns
        LD score columns.
    """

    def __init__(self, n_rows: int, n_columns: int) -> None:
        self._shape = (n_rows, n_columns)
        self._rows: NDArray[np.float64] | None = None
        self._at = 0

    def add(self, part: LdScorePart, keep: NDArray[np.int64]) -> NDArray[np.float64]:
        """Append rows of a part.

        Parameters
        ----------
        part
            LD scores.
        keep
            Which of its rows, ascending.

        Returns
        -------
        ndarray
            The rows as they were added.
        """
        if self._rows is None:
            self._rows = _empty(self._shape, order="C" if part.is_row_major else "F")
        end, column = self._at + keep.size, 0
        is_whole = keep.size == part.places.height
        for array in part.read_scores():
            self._rows[self._at : end, column : column + array.shape[1]] = array if is_whole else array[keep]
            column += array.shape[1]
        added = self._rows[self._at : end]
        self._at = end
        return added

    def get(self) -> NDArray[np.float64]:
        """All rows added, ``[n, C]``."""
        return np.empty((0, self._shape[1])) if self._rows is None else self._rows[: self._at]


def _empty(shape: tuple[int, int], *, order: Literal["C", "F"]) -> NDArray[np.float64]:
    """Room for a large array in ordinary pages.

    numpy asks for huge ones, which on a virtual machine that gives free memory back to its host cost three times as
    much to touch (1.3 s of 4 for 931 MB, measured), and gain nothing here, where every number is read twice.
    """
    n_bytes = shape[0] * shape[1] * 8
    if not n_bytes:
        return np.empty(shape, order=order)
    return np.frombuffer(mmap.mmap(-1, n_bytes), dtype=np.float64).reshape(shape, order=order)

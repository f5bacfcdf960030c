"""Finds SNPs by id, part after part, without building a table of all of them each time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

_MOST_SEEDS = 8


class IdIndex:
    """Rows of distinct ids.

    Tables in one order are compared block by block. Others are found by sorted 64-bit hashes, and each find is
    confirmed by the id itself.

    Parameters
    ----------
    ids
        Text without nulls, each once.

    Raises
    ------
    ValueError
        When an id comes twice, once rows are looked up.
    """

    def __init__(self, ids: pl.Series) -> None:
        self._ids = ids
        self._next = 0
        self._hashes: _Hashes | None = None

    def locate(self, ids: pl.Series) -> NDArray[np.int64]:
        """Rows of these ids in the index; -1 where it has none."""
        if not len(ids):
            return np.empty(0, dtype=np.int64)
        if self._ids.slice(self._next, len(ids)).equals(ids):
            rows = np.arange(self._next, self._next + len(ids), dtype=np.int64)
        else:
            rows = self._look_up(ids)
        # tables that lack a few SNPs of each other fall in step again; the next table begins at the start
        self._next = (int(rows.max()) + 1) % max(len(self._ids), 1)
        return rows

    def _look_up(self, ids: pl.Series) -> NDArray[np.int64]:
        if not len(self._ids):
            return np.full(len(ids), -1, dtype=np.int64)
        if self._hashes is None:
            self._hashes = _sort_hashes(self._ids)
        at = np.searchsorted(self._hashes.ordered, ids.hash(self._hashes.seed).to_numpy())
        rows = self._hashes.rows[np.minimum(at, len(self._ids) - 1)]
        is_same = (self._ids.gather(pl.Series(rows)) == ids).to_numpy()
        return np.where(is_same, rows, -1)


@dataclass(frozen=True)
class _Hashes:
    """Hashes in their order, the row of each, and the seed."""

    ordered: NDArray[np.uint64]
    rows: NDArray[np.int64]
    seed: int


def _sort_hashes(ids: pl.Series) -> _Hashes:
    """Sort the hashes of a seed under which no two ids have one hash."""
    for seed in range(_MOST_SEEDS):
        hashes = ids.hash(seed).to_numpy()
        rows = np.argsort(hashes)
        ordered = hashes[rows]
        if not (ordered[1:] == ordered[:-1]).any():
            return _Hashes(ordered, rows, seed)
    raise ValueError("ids of an index must be distinct")


def first_of_each(rows: NDArray[np.int64], is_met: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Choose the rows that come for the first time, and note them as met.

    Parameters
    ----------
    rows
        Row of each entry, ``[n]``.
    is_met
        Whether a row came before; changed here.

    Returns
    -------
    ndarray
        Places in `rows`, ascending.
    """
    fresh = np.flatnonzero(~is_met[rows])
    if (np.diff(rows[fresh]) <= 0).any():
        fresh = fresh[np.sort(np.unique(rows[fresh], return_index=True)[1])]
    is_met[rows[fresh]] = True
    return fresh

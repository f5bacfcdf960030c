"""Which pairs of SNPs an LD window holds, as the first SNP that each SNP is paired with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.heritability.errors import GenotypeError, WindowError


def first_in_window(
    position: NDArray[np.float64], window: float, *, chunk_size: int | None = None
) -> NDArray[np.int64]:
    """For each SNP j the lowest k with position_j - position_k <= window; j's pairs are k to j - 1.

    Parameters
    ----------
    position
        Positions of one chromosome's SNPs, not falling (n,): cM, kb, or the SNPs' numbers for a window in SNPs.
    window
        Largest distance, in the same unit.
    chunk_size
        None: the window of each SNP itself. Else the window of the reference program, which evaluates it only at
        every ``chunk_size``-th SNP and takes as many SNPs before a chunk as fill whole chunks: wider windows.

    Returns
    -------
    NDArray[np.int64]
        First partner of each SNP (n,), never falling.

    Raises
    ------
    GenotypeError
        If a position is not finite or falls.
    WindowError
        If the window is not a positive number, or a chunk has no SNP.
    """
    _check_positions(position)
    if not (np.isfinite(window) and window > 0):
        raise WindowError(f"an LD window must be a positive number, got {window}: give 1 for 1 cM")
    if chunk_size is not None and chunk_size < 1:
        raise WindowError(f"a chunk must hold a SNP or more, got {chunk_size}: give 50, or none for exact windows")
    first = _first_within(position, window)
    return first if chunk_size is None else _widen_to_chunks(first, chunk_size)


def check_window_fits(first: NDArray[np.int64], position: NDArray[np.float64], window: float) -> None:
    """Refuse a window that pairs the last SNP with the first.

    Parameters
    ----------
    first
        From `first_in_window` without chunks (n,).
    position, window
        As there, for the message.

    Raises
    ------
    WindowError
        If all SNPs lie in one window: the unit is likely wrong, or the genetic map missing.
    """
    if first.size < 2 or first[-1] > 0:
        return
    span = float(position[-1] - position[0])
    hint = (
        "all positions are equal, as in a .bim without genetic map: give a map, or a window in kb or SNPs"
        if span == 0
        else "check the window's unit, or say that the whole chromosome is meant (--yes-really)"
    )
    raise WindowError(
        f"an LD window must be narrower than the chromosome: {window:g} spans all {first.size:,} SNPs, which lie "
        f"within {span:g}; {hint}"
    )


def _check_positions(position: NDArray[np.float64]) -> None:
    if not np.isfinite(position).all():
        where = int(np.flatnonzero(~np.isfinite(position))[0])
        raise GenotypeError(f"positions must be finite: SNP {where} has {position[where]}; fill the genetic map")
    falls = np.flatnonzero(np.diff(position) < 0)
    if falls.size:
        where = int(falls[0]) + 1
        raise GenotypeError(
            f"positions must not fall: SNP {where} has {position[where]:g} after {position[where - 1]:g}; "
            "sort the SNPs by position, one chromosome at a time"
        )


def _first_within(position: NDArray[np.float64], window: float) -> NDArray[np.int64]:
    """Bisect by position - window, then correct by the distance itself, which rounds differently."""
    first = np.searchsorted(position, position - window, side="left")
    while (low := (first > 0) & (position - position[first - 1] <= window)).any():
        first = first - low
    while (high := position - position[first] > window).any():
        first = first + high
    return first.astype(np.int64)


def _widen_to_chunks(first: NDArray[np.int64], chunk_size: int) -> NDArray[np.int64]:
    """All SNPs of a chunk share the window of its first, widened to whole chunks before it."""
    starts = np.arange(first.size) // chunk_size * chunk_size
    n_before = starts - first[starts]
    return np.asarray(np.maximum(starts - -(-n_before // chunk_size) * chunk_size, 0), dtype=np.int64)

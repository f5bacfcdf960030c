"""Weighted least squares with each block left out, from one pass over a design that is never copied.

The sums ``X'WX`` and ``X'Wy`` of every block come from chunks of rows that fit in the processor's cache: a chunk is
scaled into a small buffer (its last column the outcome) and its Gram matrix is added to the block's. The estimates
with a block left out then need no SNP again.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.linalg.blas import dsyrk

from models.heritability.errors import SingularDesignError, TooFewSnpsError
from models.thousandths import ScoreMatrix, stored_numbers

_BLOCKS_AT_ONCE = 20
CHUNK_ELEMENTS = 49_152
"""Numbers in the buffer (384 kB), so that it stays in the second-level cache."""

_PLAIN = (np.float64, np.int32)
"""Types of which a chunk is filled by compiled code."""

SMALLEST_EIGENVALUE = 1e-13
"""Of a Gram matrix with unit diagonal: below it the columns are the same to rounding (condition number 3e6)."""

SMALLEST_REMAINDER = 1e-12
"""Share of a column, squared, that must stay once a block is left out and the columns before it are explained."""

LARGE_WEIGHT = 0.1
"""Entry of the eigenvector of the smallest eigenvalue from which a column counts as involved."""


@dataclass(frozen=True, slots=True)
class Design:
    """Columns of a regression that lie where they are: ``[row_scale * parts..., 1]`` of the chosen rows.

    Attributes
    ----------
    parts
        LD scores ``[n, k]`` whose columns follow each other; any mix of precisions, thousandths and memory orders.
    row_scale
        Factor of each SNP's LD scores (``N / mean N``), ``[n]``.
    has_intercept
        Whether a column of ones is the last.
    rows
        Rows that take part, ascending; None for all.
    names
        Names of the columns for messages; empty means their numbers.
    """

    parts: tuple[ScoreMatrix, ...]
    row_scale: NDArray[np.float64]
    has_intercept: bool
    rows: NDArray[np.int64] | None = None
    names: tuple[str, ...] = ()

    @property
    def n_scores(self) -> int:
        """LD score columns."""
        return sum(part.shape[1] for part in self.parts)

    @property
    def n_columns(self) -> int:
        """Columns with the intercept."""
        return self.n_scores + self.has_intercept

    @property
    def n_rows(self) -> int:
        """SNPs that take part."""
        return self.row_scale.size if self.rows is None else self.rows.size

    def name_of(self, column: int) -> str:
        """How a message calls a column."""
        if column == self.n_scores:
            return "the intercept"
        return repr(self.names[column]) if column < len(self.names) else f"column {column}"


@dataclass(frozen=True, slots=True)
class BlockSums:
    """Sums of each block: ``gram[b] = X'WX`` ``[B, p, p]`` and ``moment[b] = X'Wy`` ``[B, p]``."""

    gram: NDArray[np.float64]
    moment: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BlockFit:
    """A weighted least squares fit.

    Attributes
    ----------
    estimate
        Coefficients, ``[p]``.
    delete_values
        Coefficients with each block left out, ``[B, p]``.
    condition_number
        Of the weighted columns, each scaled to unit length.
    """

    estimate: NDArray[np.float64]
    delete_values: NDArray[np.float64]
    condition_number: float


def block_sums(
    design: Design, outcome: NDArray[np.float64], weights: NDArray[np.float64], separators: NDArray[np.int64]
) -> BlockSums:
    """Sum ``X'WX`` and ``X'Wy`` over the SNPs of each block.

    Parameters
    ----------
    design
        The columns ``X``.
    outcome, weights
        ``y`` and the diagonal of ``W`` of the rows that take part, ``[n_rows]``; weights are not negative.
    separators
        Boundaries of the blocks among these rows, ``[B + 1]``.
    """
    width = design.n_columns + 1
    filler = _ChunkFiller(design, weights, outcome)
    sums = np.empty((separators.size - 1, width, width))
    for block, (first, last) in enumerate(pairwise(separators.tolist())):
        gram = np.zeros((width, width), order="F")
        for start in range(first, last, filler.chunk_size):
            chunk = filler.fill(start, min(start + filler.chunk_size, last))
            is_row_major = chunk.flags.c_contiguous
            gram = dsyrk(
                1.0, chunk.T if is_row_major else chunk, beta=1.0, c=gram, trans=not is_row_major, overwrite_c=1
            )
        sums[block] = gram
    row, column = np.tril_indices(width, -1)
    sums[:, row, column] = sums[:, column, row]
    return BlockSums(sums[:, :-1, :-1], sums[:, :-1, -1])


def fit_once(design: Design, sums: BlockSums) -> NDArray[np.float64]:
    """Coefficients from all SNPs, ``[p]``, without leaving blocks out.

    Raises
    ------
    SingularDesignError
        When columns depend on each other.
    """
    scale, gram, _ = _scaled_total(design, sums)
    return np.asarray(np.linalg.solve(gram, sums.moment.sum(axis=0) / scale) / scale)


def fit_blocks(design: Design, sums: BlockSums) -> BlockFit:
    """Coefficients from all SNPs and with each block left out.

    Raises
    ------
    TooFewSnpsError
        When fewer rows stay than there are columns once a block is left out.
    SingularDesignError
        When columns depend on each other, over all SNPs or once a block is left out.
    """
    n_blocks = sums.gram.shape[0]
    n_left = design.n_rows - -(-design.n_rows // n_blocks)
    if n_left < design.n_columns:
        raise TooFewSnpsError(
            f"{design.n_rows} SNPs in {n_blocks} blocks leave {n_left} for {design.n_columns} coefficients once a "
            "block is left out: use more SNPs, more blocks or fewer annotations"
        )
    scale, gram, condition_number = _scaled_total(design, sums)
    moment = sums.moment.sum(axis=0) / scale
    deleted = sums.gram / -np.outer(scale, scale)
    deleted += gram
    left = moment - sums.moment / scale
    delete_values = np.empty_like(left)
    for first in range(0, n_blocks, _BLOCKS_AT_ONCE):  # a few at a time, for a solver copies what it is given
        some = slice(first, first + _BLOCKS_AT_ONCE)
        _check_deleted(design, deleted[some], first)
        delete_values[some] = np.linalg.solve(deleted[some], left[some, :, None])[:, :, 0] / scale
    return BlockFit(np.linalg.solve(gram, moment) / scale, delete_values, condition_number)


class _ChunkFiller:
    """Writes scaled rows of a design, with the outcome as the last column, into one reused buffer."""

    def __init__(self, design: Design, weights: NDArray[np.float64], outcome: NDArray[np.float64]) -> None:
        self.design = design
        self.weights = weights
        self.outcome = outcome
        self.width = design.n_columns + 1
        self.chunk_size = max(16, CHUNK_ELEMENTS // self.width)
        self.parts = [stored_numbers(part) for part in design.parts]
        largest, _ = max(self.parts, key=lambda part: part[0].shape[1])
        self.is_row_major = bool(largest.strides[0] >= largest.strides[1])
        self.is_plain = len(self.parts) == 1 and largest.dtype in _PLAIN
        self.buffer = np.empty(self.chunk_size * self.width)

    def fill(self, start: int, stop: int) -> NDArray[np.float64]:
        """The rows from `start` to before `stop`; valid until the next call."""
        n_rows = stop - start
        flat = self.buffer[: n_rows * self.width]
        chunk = flat.reshape((n_rows, self.width), order="C" if self.is_row_major else "F")
        rows = self._rows(start, stop)
        root = np.sqrt(self.weights[start:stop])
        factor = self.design.row_scale[rows] * root
        outcome = self.outcome[start:stop] * root
        if self.is_plain and isinstance(rows, slice):
            numbers, per_unit = self.parts[0]
            fill = _fill_rows if self.is_row_major else _fill_columns
            fill(numbers[rows], factor / per_unit, root, outcome, chunk)
            return chunk
        column = 0
        for numbers, per_unit in self.parts:
            end = column + numbers.shape[1]
            np.multiply(numbers[rows], factor[:, None] / per_unit, out=chunk[:, column:end])
            column = end
        if self.design.has_intercept:
            chunk[:, column] = root
        chunk[:, -1] = outcome
        return chunk

    def _rows(self, start: int, stop: int) -> slice | NDArray[np.int64]:
        rows = self.design.rows
        if rows is None:
            return slice(start, stop)
        first, last = int(rows[start]), int(rows[stop - 1])
        return slice(first, last + 1) if last - first == stop - start - 1 else rows[start:stop]


@numba.njit(cache=True)
def _fill_rows(
    scores: NDArray[Any],
    factor: NDArray[np.float64],
    root: NDArray[np.float64],
    outcome: NDArray[np.float64],
    chunk: NDArray[np.float64],
) -> None:
    """One pass over rows that lie one after another; the intercept's column where the chunk has room for it."""
    n_scores = scores.shape[1]
    for row in range(scores.shape[0]):
        for column in range(n_scores):
            chunk[row, column] = scores[row, column] * factor[row]
        if chunk.shape[1] > n_scores + 1:
            chunk[row, n_scores] = root[row]
        chunk[row, -1] = outcome[row]


@numba.njit(cache=True)
def _fill_columns(
    scores: NDArray[Any],
    factor: NDArray[np.float64],
    root: NDArray[np.float64],
    outcome: NDArray[np.float64],
    chunk: NDArray[np.float64],
) -> None:
    """The same of columns that lie one after another."""
    n_rows, n_scores = scores.shape
    for column in range(n_scores):
        for row in range(n_rows):
            chunk[row, column] = scores[row, column] * factor[row]
    if chunk.shape[1] > n_scores + 1:
        chunk[:, n_scores] = root
    chunk[:, -1] = outcome


def _scaled_total(design: Design, sums: BlockSums) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Lengths of the columns, their Gram matrix with unit diagonal, and its root condition number."""
    total = sums.gram.sum(axis=0)
    scale = np.sqrt(np.diag(total))
    empty = tuple(np.flatnonzero(scale == 0.0).tolist())
    if empty:
        named = ", ".join(map(design.name_of, empty))
        raise SingularDesignError(f"the LD scores of {named} are 0 at every SNP: leave the annotation out", empty)
    gram = total / np.outer(scale, scale)
    values, vectors = np.linalg.eigh(gram)
    if values[0] < SMALLEST_EIGENVALUE * values[-1]:
        involved = tuple(np.flatnonzero(np.abs(vectors[:, 0]) >= LARGE_WEIGHT).tolist())
        raise _collinear(design, involved, "over all SNPs")
    return scale, gram, float(np.sqrt(values[-1] / values[0]))


def _check_deleted(design: Design, deleted: NDArray[np.float64], first: int) -> None:
    """Raise when leaving one block out, `first` or one behind it, leaves a column empty or explained by the others."""
    lengths = np.diagonal(deleted, axis1=1, axis2=2)
    block, column = divmod(int(np.argmin(lengths)), lengths.shape[1])
    if lengths[block, column] < SMALLEST_REMAINDER:
        raise SingularDesignError(
            f"the LD scores of {design.name_of(column)} are 0 outside block {first + block} of the jackknife, so its "
            "coefficient has no error: leave the annotation out or use fewer blocks",
            (column,),
        )
    if _has_remainder(deleted):
        return
    values, vectors = np.linalg.eigh(deleted)
    block = int(np.argmin(values[:, 0] / values[:, -1]))
    if values[block, 0] < SMALLEST_EIGENVALUE * values[block, -1]:
        involved = tuple(np.flatnonzero(np.abs(vectors[block, :, 0]) >= LARGE_WEIGHT).tolist())
        raise _collinear(design, involved, f"once block {first + block} of the jackknife is left out")


def _has_remainder(deleted: NDArray[np.float64]) -> bool:
    """Whether Cholesky factors of all matrices exist and no pivot is tiny: far cheaper than eigenvalues."""
    try:
        factors = np.linalg.cholesky(deleted)
    except np.linalg.LinAlgError:
        return False
    return bool(np.diagonal(factors, axis1=1, axis2=2).min() ** 2 >= SMALLEST_REMAINDER)


def _collinear(design: Design, involved: tuple[int, ...], where: str) -> SingularDesignError:
    named = ", ".join(map(design.name_of, involved))
    return SingularDesignError(
        f"the LD scores of {named} depend on each other linearly {where}, so their coefficients cannot be told apart: "
        "leave one of them out",
        involved,
    )

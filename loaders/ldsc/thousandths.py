"""Numbers of at most three decimals, as the original program prints LD scores, kept as whole numbers of thousandths.

A whole number below 2 to the power of 31 divided by 1000 is the float64 nearest to the decimal, so nothing is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numba
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

if TYPE_CHECKING:
    from typing_extensions import TypeIs

PER_UNIT: Final = 1000.0
DECIMALS: Final = 3
_DIGITS: Final = 9
LARGEST: Final = 10**_DIGITS - 1
"""Largest size of a whole number here: nine digits, as decimals of 32 bits have in Parquet."""

Scores = NDArray[np.float64] | NDArray[np.int32]
"""LD scores as they are, or (int32) in thousandths."""


def as_thousandths(values: NDArray[np.float64]) -> NDArray[np.int32] | None:
    """The same numbers in thousandths, ``[n]``; None where one has more decimals, is too large or not finite."""
    found = np.empty(values.size, dtype=np.int32)
    return found if _fill(values, found) else None


def decimal_thousandths(column: pa.ChunkedArray) -> NDArray[np.int32] | None:
    """Thousandths of a column of decimals, ``[n]``, where they lie; None of another type, or with a null."""
    kind = column.type
    if not pa.types.is_decimal(kind) or (kind.scale, column.null_count) != (DECIMALS, 0) or kind.precision > _DIGITS:
        return None
    if column.num_chunks != 1:
        return None
    (values,) = column.chunks
    words = kind.bit_width // 32  # the first of them holds nine digits with their sign
    return np.frombuffer(values.buffers()[1], np.int32)[values.offset * words :: words][: len(values)]


def decimal_column(thousandths: NDArray[np.int32]) -> pa.Array:
    """Decimals of 32 bits with three places behind the point, ``[n]``, from thousandths."""
    return pa.Array.from_buffers(pa.decimal32(_DIGITS, DECIMALS), thousandths.size, [None, pa.py_buffer(thousandths)])


def as_floats(scores: Scores) -> NDArray[np.float64]:
    """LD scores as numbers, whichever way they are kept."""
    return scores / PER_UNIT if is_thousandths(scores) else scores


def is_thousandths(scores: Scores) -> TypeIs[NDArray[np.int32]]:
    """Whether LD scores are kept in thousandths."""
    return scores.dtype == np.int32


@numba.njit(cache=True, error_model="numpy")
def _fill(values: NDArray[np.float64], found: NDArray[np.int32]) -> bool:
    for at in range(values.size):
        whole = np.rint(values[at] * PER_UNIT)
        if not (abs(whole) <= LARGEST and whole / PER_UNIT == values[at]):
            return False
        found[at] = np.int32(whole)
    return True

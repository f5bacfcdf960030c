"""LD scores of at most three decimals as whole numbers of thousandths: half the memory of float64, nothing rounded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike, NDArray

PER_UNIT: Final = 1000.0


@dataclass(frozen=True, slots=True)
class Thousandths:
    """A matrix of LD scores, each a whole number of thousandths.

    numpy reads it as the float64 matrix it stands for (``np.asarray``), at the cost of the memory that it saves;
    a regression reads its numbers where they lie.

    Attributes
    ----------
    numbers
        A thousand times each LD score, ``[n, C]``, in either memory order.
    """

    numbers: NDArray[np.int32]

    @property
    def shape(self) -> tuple[int, ...]:
        """SNPs and annotations."""
        return self.numbers.shape

    @property
    def ndim(self) -> int:
        """Axes."""
        return self.numbers.ndim

    def __getitem__(self, key: Any) -> Thousandths:
        """Choose rows or columns as of an array."""
        return Thousandths(self.numbers[key])

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        """The LD scores themselves, always a copy."""
        if copy is False:
            raise ValueError("thousandths become LD scores only in a copy: leave copy=False out")
        return np.asarray(self.numbers / PER_UNIT, dtype=dtype)


ScoreMatrix = NDArray[np.floating] | Thousandths
"""LD scores of SNPs (rows) with annotations (columns), as numbers or as thousandths."""


def stored_numbers(scores: ScoreMatrix) -> tuple[NDArray[Any], float]:
    """The array as it lies in memory, and how many of its units make an LD score of 1."""
    return (scores.numbers, PER_UNIT) if isinstance(scores, Thousandths) else (scores, 1.0)


def score_column(scores: ScoreMatrix, column: int) -> NDArray[np.float64]:
    """One annotation's LD scores, ``[n]``."""
    return np.asarray(scores[:, column], dtype=np.float64)

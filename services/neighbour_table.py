"""The nearest SNPs of the SNPs that searches ask from, worked out once when a model is written and kept beside it."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, Self

import numpy as np
from numpy.typing import NDArray

NEIGHBOURS_NAME: Final = "neighbours.npz"
K: Final = 50
"""Neighbours of a SNP that are kept; a search asks for so many unless told otherwise."""
MAX_PER_BLOCK: Final = 5
"""Of them at most so many of one LD block."""
SNPS_AT_MOST: Final = 10_000
"""SNPs whose neighbours are kept; of the others they are worked out when they are asked for."""


class NearestSnps(Protocol):
    """What finds neighbours, as ``FittedPinSage`` does."""

    def nearest_snps(
        self, query_snps: NDArray[np.integer[Any]], k: int, *, exclude_same_block: bool, max_per_block: int | None
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Ids and scores of the nearest SNPs, best first (q, k); -1 and 0 where there are fewer."""
        ...


@dataclass(frozen=True, slots=True)
class NeighbourTable:
    """Neighbours of some SNPs, from other LD blocks than their own.

    Attributes
    ----------
    snp
        The SNPs' numbers, rising (n).
    nearest, score
        Number and score of each one's neighbours, best first; -1 and 0 where there are fewer (n, k).
    max_per_block
        Neighbours of one LD block at most.
    """

    snp: NDArray[np.int32]
    nearest: NDArray[np.int32]
    score: NDArray[np.float32]
    max_per_block: int

    @classmethod
    def of(cls, model: NearestSnps, snps: Sequence[int]) -> Self:
        """Work out the neighbours of some SNPs; of the first `SNPS_AT_MOST` where there are more."""
        chosen = np.unique(np.array(snps[:SNPS_AT_MOST], dtype=np.int32))
        nearest, score = model.nearest_snps(chosen, K, exclude_same_block=True, max_per_block=MAX_PER_BLOCK)
        return cls(chosen, nearest, score, MAX_PER_BLOCK)

    def to_bytes(self) -> bytes:
        """Write the table; equal tables give equal bytes."""
        stream = io.BytesIO()
        np.savez_compressed(
            stream, snp=self.snp, nearest=self.nearest, score=self.score, max_per_block=np.array(self.max_per_block)
        )
        return stream.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read back what `to_bytes` wrote."""
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            return cls(file["snp"], file["nearest"], file["score"], int(file["max_per_block"]))


def find_nearest(
    model: NearestSnps, table: NeighbourTable | None, snps: NDArray[np.int32], k: int, max_per_block: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The nearest SNPs of each SNP from other LD blocks: from the table where it has them, else worked out now.

    Parameters
    ----------
    snps
        SNP numbers (q).

    Returns
    -------
    tuple
        Numbers (int32) and scores (float32), best first, both (q, k); -1 and 0 where there are fewer.
    """
    if table is None or table.max_per_block != max_per_block or k > table.nearest.shape[1] or not table.snp.size:
        return model.nearest_snps(snps, k, exclude_same_block=True, max_per_block=max_per_block)
    row = np.searchsorted(table.snp, snps).clip(max=table.snp.size - 1)
    is_kept = table.snp[row] == snps
    nearest, score = table.nearest[row, :k], table.score[row, :k]
    if not is_kept.all():
        missing = ~is_kept
        nearest[missing], score[missing] = model.nearest_snps(
            snps[missing], k, exclude_same_block=True, max_per_block=max_per_block
        )
    return nearest, score

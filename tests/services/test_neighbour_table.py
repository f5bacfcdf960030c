"""Neighbours that were worked out before stand for those that a model would find."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.neighbour_table import SNPS_AT_MOST, K, NeighbourTable, find_nearest


class Line:
    """SNPs on a line, each in a block of its own: the nearest are the next ones; it counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def nearest_snps(
        self, query_snps: NDArray[Any], k: int, *, exclude_same_block: bool = True, max_per_block: int | None = None
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The k next SNPs."""
        assert exclude_same_block
        assert max_per_block
        self.asked += [int(snp) for snp in query_snps]
        steps = np.arange(1, k + 1)
        score = np.tile((1 / steps).astype(np.float32), (len(query_snps), 1)) * max_per_block
        return (np.asarray(query_snps)[:, None] + steps).astype(np.int32), score


def test_find_nearest__takes_kept_ones_and_works_out_the_others() -> None:
    line = Line()
    table = NeighbourTable.of(line, [7, 3, 3])
    assert line.asked == [3, 7]
    line.asked = []
    snps = np.array([9, 3, 7, 1], dtype=np.int32)
    nearest, score = find_nearest(line, table, snps, 5, 5)
    assert line.asked == [9, 1]
    wanted = Line().nearest_snps(snps, 5, max_per_block=5)
    assert np.array_equal(nearest, wanted[0])
    assert np.array_equal(score, wanted[1])


def test_find_nearest__asks_the_model_for_what_the_table_was_not_made_for() -> None:
    line = Line()
    table = NeighbourTable.of(line, [3])
    for k, max_per_block, kept in ((K, 5, table), (K + 1, 5, table), (5, 4, table), (5, 5, None)):
        line.asked = []
        nearest, score = find_nearest(line, kept, np.array([3], dtype=np.int32), k, max_per_block)
        assert line.asked == ([] if (k, max_per_block, kept) == (K, 5, table) else [3])
        assert nearest.shape == score.shape == (1, k)
        assert score[0, 0] == max_per_block


def test_find_nearest__a_table_of_no_snps() -> None:
    line = Line()
    table = NeighbourTable.of(line, [])
    nearest, _ = find_nearest(line, table, np.array([3], dtype=np.int32), 4, 5)
    assert nearest.tolist() == [[4, 5, 6, 7]]


def test_neighbour_table__as_bytes_and_back_and_no_more_snps_than_said() -> None:
    table = NeighbourTable.of(Line(), range(SNPS_AT_MOST + 5, 0, -1))
    assert table.snp[0] == 6
    data = table.to_bytes()
    assert data == NeighbourTable.of(Line(), range(SNPS_AT_MOST + 5, 0, -1)).to_bytes()
    found = NeighbourTable.from_bytes(data)
    for name in ("snp", "nearest", "score", "max_per_block"):
        assert np.array_equal(getattr(found, name), getattr(table, name))

"""Greedy clumping."""

import numpy as np
from numpy.typing import NDArray

from models.association import clump


def _within(positions: NDArray[np.int64], distance: int):
    return lambda lead, others: np.abs(positions[others] - positions[lead]) <= distance


def test_clump__hand_worked() -> None:
    positions = np.array([0, 5, 9, 30, 33])
    strength = np.array([3.0, 9.0, 4.0, 2.0, 7.0])
    # 9.0 at 5 takes 0 and 9; 7.0 at 33 takes 30
    assert clump(strength, _within(positions, 5)).tolist() == [1, 1, 1, 4, 4]


def test_clump__of_equals_the_first_leads() -> None:
    positions = np.array([0, 1])
    assert clump(np.array([2.0, 2.0]), _within(positions, 5)).tolist() == [0, 0]


def test_clump__of_nothing_is_nothing() -> None:
    assert clump(np.zeros(0), _within(np.zeros(0, dtype=np.int64), 5)).size == 0


def test_clump__agrees_with_the_slow_twin() -> None:
    generator = np.random.default_rng(5)
    for _ in range(20):
        positions = generator.integers(0, 400, 60)
        strength = generator.permutation(60).astype(float)
        assert clump(strength, _within(positions, 12)).tolist() == _slow(positions, strength, 12)


def _slow(positions: NDArray[np.int64], strength: NDArray[np.float64], distance: int) -> list[int]:
    lead_of = [-1] * len(positions)
    for lead in sorted(range(len(positions)), key=lambda at: -strength[at]):
        if lead_of[lead] == -1:
            for other in range(len(positions)):
                if lead_of[other] == -1 and abs(positions[other] - positions[lead]) <= distance:
                    lead_of[other] = lead
    return lead_of

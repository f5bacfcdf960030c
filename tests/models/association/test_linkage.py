"""r² of genotypes."""

import numpy as np
import pytest

from models.association import squared_correlation
from models.association.linkage import MISSING


def test_squared_correlation__agrees_with_pairwise_complete_corrcoef() -> None:
    generator = np.random.default_rng(11)
    first = generator.integers(0, 3, (80, 4)).astype(np.int8)
    second = generator.integers(0, 3, (80, 3)).astype(np.int8)
    first[generator.random(first.shape) < 0.1] = MISSING
    second[generator.random(second.shape) < 0.2] = MISSING
    expected = np.empty((4, 3))
    for i in range(4):
        for j in range(3):
            both = (first[:, i] != MISSING) & (second[:, j] != MISSING)
            expected[i, j] = np.corrcoef(first[both, i], second[both, j])[0, 1] ** 2
    np.testing.assert_allclose(squared_correlation(first, second), expected, rtol=1e-10)


def test_squared_correlation__hand_worked() -> None:
    first = np.array([[0], [0], [2], [2]], dtype=np.int8)
    second = np.array([[2, 0], [2, 1], [0, 1], [0, 2]], dtype=np.int8)
    assert squared_correlation(first, second)[0] == pytest.approx([1.0, 0.5])


def test_squared_correlation__is_zero_without_variance_or_people() -> None:
    constant = np.array([[1, MISSING], [1, MISSING]], dtype=np.int8)
    varied = np.array([[0], [2]], dtype=np.int8)
    assert squared_correlation(constant, varied).tolist() == [[0.0], [0.0]]


def test_squared_correlation__does_not_care_which_allele_is_counted() -> None:
    generator = np.random.default_rng(2)
    first = generator.integers(0, 3, (50, 2)).astype(np.int8)
    second = generator.integers(0, 3, (50, 2)).astype(np.int8)
    flipped = (2 - first).astype(np.int8)
    np.testing.assert_allclose(squared_correlation(flipped, second), squared_correlation(first, second), atol=1e-12)

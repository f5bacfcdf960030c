"""The two weights, by hand."""

import numpy as np
import pytest

from models.heritability.weights import at_least_one, covariance_weights, expected_sample_ld, heritability_weights


def test_heritability_weights__by_hand() -> None:
    sample_ld, weight_ld = np.array([2.0, 0.5]), np.array([4.0, 1.0])
    assert heritability_weights(0.5, 1.0, sample_ld=sample_ld, weight_ld=weight_ld) == pytest.approx(
        [1 / (2 * 2**2 * 4), 1 / (2 * 1.25**2)]
    )


def test_heritability_weights__h2_counts_as_within_0_and_1() -> None:
    arrays = {"sample_ld": np.array([2.0]), "weight_ld": np.array([1.0])}
    assert heritability_weights(-3.0, 1.0, **arrays) == pytest.approx([0.5])
    assert heritability_weights(7.0, 1.0, **arrays) == pytest.approx([1 / 18])


def test_covariance_weights__by_hand() -> None:
    found = covariance_weights(np.array([2.0]), np.array([3.0]), np.array([-2.0]), weight_ld=np.array([5.0]))
    assert found == pytest.approx([1 / 50])


def test_expected_sample_ld__ld_scores_below_one_count_as_one() -> None:
    assert expected_sample_ld(np.array([-4.0, 3.0]), np.array([100.0, 100.0]), 50.0) == pytest.approx([2.0, 6.0])
    assert at_least_one(np.array([0.2, 1.5])).tolist() == [1.0, 1.5]

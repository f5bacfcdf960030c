"""Weights of bins."""

import numpy as np
import pytest

from models.association.grenander import fit_grenander
from models.association.weight_learning import learn_weights

# bin 0: nothing below .05; bin 1: 8 of 20 at .001 and 8 at .045, which cost more than the rate allows
P = np.concatenate([np.linspace(0.05, 1.0, 20), np.full(8, 0.001), np.full(8, 0.045), np.linspace(0.5, 1.0, 4)])
BINS = np.repeat([0, 1], 20)


def test_learn_weights__gives_all_to_the_only_bin_with_discoveries() -> None:
    np.testing.assert_allclose(learn_weights(P, BINS, 2, rate=0.05, variation=np.inf), [0.0, 2.0], atol=1e-9)


def test_learn_weights__differ_by_no_more_than_allowed() -> None:
    weights = learn_weights(P, BINS, 2, rate=0.05, variation=0.5)
    np.testing.assert_allclose(weights, [0.75, 1.25], atol=1e-9)


@pytest.mark.parametrize("variation", [0.0, 1e-12])
def test_learn_weights__without_variation_are_1(variation: float) -> None:
    np.testing.assert_allclose(learn_weights(P, BINS, 2, rate=0.05, variation=variation), 1.0, atol=1e-9)


def test_learn_weights__are_1_where_nothing_can_be_discovered() -> None:
    np.testing.assert_array_equal(learn_weights(np.linspace(0.1, 1.0, 40), BINS, 2, rate=0.05, variation=np.inf), 1.0)


def test_learn_weights__bring_as_many_expected_discoveries_as_a_grid_search() -> None:
    generator = np.random.default_rng(4)
    p = np.concatenate([generator.random(200) ** 2, generator.random(200) ** 6])
    bins, rate = np.repeat([0, 1], 200), 0.1
    curves = [fit_grenander(p[bins == g], floor=0.1 * rate / 400) for g in (0, 1)]

    def expected(weights: tuple[float, float]) -> float:
        """Most discoveries with thresholds in these proportions that keep the rate."""
        mean = np.linspace(0.0, 0.5, 20001)
        both = zip(curves, weights, strict=True)
        found = np.sum([200.0 * curve(np.minimum(weight * mean, 1.0)) for curve, weight in both], axis=0)
        return float(found[400.0 * mean <= rate * found].max())

    learned = learn_weights(p, bins, 2, rate=rate, variation=np.inf)
    assert learned.mean() == pytest.approx(1.0)
    best = max(expected((2.0 - second, second)) for second in np.linspace(0.0, 2.0, 201))
    assert expected((float(learned[0]), float(learned[1]))) == pytest.approx(best, rel=2e-3)

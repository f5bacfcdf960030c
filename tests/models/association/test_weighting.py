"""Independent hypothesis weighting."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.association.errors import WeightingError
from models.association.qtl_gene_tests import false_discovery_rates
from models.association.weighting import (
    UniformReason,
    Weighting,
    WeightingOptions,
    covariate_bins,
    weigh_hypotheses,
)
from models.significance import neg_log10_two_sided

FloatArray = NDArray[np.float64]
OPTIONS = WeightingOptions(most_bins=4, fewest_in_bin=50, variations=(0.0, 2.0, float("inf")))


def _draw(seed: int = 4, n: int = 800) -> tuple[FloatArray, FloatArray, NDArray[np.int64]]:
    """Effects where the covariate is high, in four folds."""
    generator = np.random.default_rng(seed)
    covariate = generator.random(n)
    z = generator.standard_normal(n) + 3.5 * (generator.random(n) < covariate**6)
    return neg_log10_two_sided(z), covariate, generator.integers(0, 4, n)


@pytest.fixture(scope="module")
def drawn() -> tuple[FloatArray, FloatArray, NDArray[np.int64]]:
    return _draw()


@pytest.fixture(scope="module")
def weighed(drawn: tuple[FloatArray, FloatArray, NDArray[np.int64]]) -> Weighting:
    return weigh_hypotheses(*drawn, OPTIONS)


def test_weigh_hypotheses__gives_weight_to_bins_with_effects_and_finds_more(weighed: Weighting) -> None:
    assert weighed.reason is None
    assert weighed.n_bins == 4
    assert (weighed.bin_weight[:, -1] > 1.5).all()
    assert (weighed.bin_weight[:, 0] < 0.6).all()
    assert weighed.false_discovery.n_discoveries > weighed.unweighted_false_discovery.n_discoveries
    assert weighed.family_wise.n_rejected <= weighed.false_discovery.n_discoveries


def test_weigh_hypotheses__weights_average_1_within_each_fold(weighed: Weighting) -> None:
    for fold in range(4):
        assert weighed.weight[weighed.fold == fold].mean() == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("fold", range(4))
def test_weigh_hypotheses__no_fold_sees_its_own_p(
    drawn: tuple[FloatArray, FloatArray, NDArray[np.int64]], weighed: Weighting, fold: int
) -> None:
    strength, covariate, folds = drawn
    changed = strength.copy()
    inside = folds == fold
    changed[inside] = np.random.default_rng(fold).exponential(4.0, int(inside.sum()))
    again = weigh_hypotheses(changed, covariate, folds, OPTIONS)
    np.testing.assert_array_equal(again.weight[inside], weighed.weight[inside])
    assert (again.weight[~inside] != weighed.weight[~inside]).any()


def test_weigh_hypotheses__does_not_depend_on_the_order_of_rows(
    drawn: tuple[FloatArray, FloatArray, NDArray[np.int64]], weighed: Weighting
) -> None:
    order = np.random.default_rng(9).permutation(drawn[0].size)
    again = weigh_hypotheses(*(column[order] for column in drawn), OPTIONS)
    np.testing.assert_allclose(again.weight, weighed.weight[order], rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(again.false_discovery.is_discovery, weighed.false_discovery.is_discovery[order])


def test_weigh_hypotheses__does_not_depend_on_the_scale_of_the_covariate(
    drawn: tuple[FloatArray, FloatArray, NDArray[np.int64]], weighed: Weighting
) -> None:
    strength, covariate, folds = drawn
    again = weigh_hypotheses(strength, np.exp(5.0 * covariate) - 70.0, folds, OPTIONS)
    np.testing.assert_array_equal(again.weight, weighed.weight)


def test_weigh_hypotheses__names_of_folds_do_not_matter(
    drawn: tuple[FloatArray, FloatArray, NDArray[np.int64]], weighed: Weighting
) -> None:
    strength, covariate, folds = drawn
    again = weigh_hypotheses(strength, covariate, np.array(["1", "2", "21", "X"])[folds], OPTIONS)
    np.testing.assert_array_equal(again.weight, weighed.weight)


def test_weigh_hypotheses__of_one_bin_is_plain_benjamini_hochberg(
    drawn: tuple[FloatArray, FloatArray, NDArray[np.int64]],
) -> None:
    strength, covariate, folds = drawn
    found = weigh_hypotheses(strength, np.zeros_like(covariate), folds, OPTIONS)
    assert found.reason == UniformReason.CONSTANT_COVARIATE
    assert (found.weight == 1.0).all()
    rates = false_discovery_rates(strength)
    np.testing.assert_allclose(10.0**-found.false_discovery.neg_log10_adjusted, rates, rtol=1e-12)
    np.testing.assert_array_equal(found.false_discovery.is_discovery, rates <= 0.05)
    plain = found.unweighted_false_discovery
    np.testing.assert_array_equal(found.false_discovery.neg_log10_adjusted, plain.neg_log10_adjusted)


def test_weigh_hypotheses__p_below_the_smallest_float() -> None:
    strength, covariate, folds = _draw(4)
    strength[:3] = (400.0, 401.0, 1000.0)
    covariate[:3] = 0.99
    found = weigh_hypotheses(strength, covariate, folds, OPTIONS)
    assert found.reason is None
    adjusted = found.false_discovery.neg_log10_adjusted
    assert np.isfinite(adjusted).all()
    assert (adjusted[:3] > 397.0).all()
    assert adjusted[2] > adjusted[1] > adjusted[0]


@pytest.mark.parametrize(
    ("n", "n_folds", "reason"),
    [(99, 4, UniformReason.TOO_FEW_HYPOTHESES), (300, 2, UniformReason.TOO_FEW_FOLDS)],
)
def test_weigh_hypotheses__says_why_all_weigh_the_same(n: int, n_folds: int, reason: UniformReason) -> None:
    strength, covariate, _ = _draw(5, n)
    found = weigh_hypotheses(strength, covariate, np.arange(n) % n_folds, OPTIONS)
    assert found.reason == reason
    assert (found.weight == 1.0).all()
    assert (found.variation == 0.0).all()


def test_weigh_hypotheses__without_any_effect_finds_nothing_to_learn() -> None:
    strength = -np.log10((np.arange(400) + 1.0) / 401.0)
    covariate = np.random.default_rng(1).random(400)
    found = weigh_hypotheses(strength, covariate, np.arange(400) % 4, OPTIONS)
    assert found.reason == UniformReason.NOTHING_LEARNED
    assert found.false_discovery.n_discoveries == 0


def test_weigh_hypotheses__bins_unseen_by_the_other_folds_still_weigh_1_on_average() -> None:
    strength, covariate, _ = _draw(6)
    folds = covariate_bins(covariate, 4)  # each bin is a fold of its own
    found = weigh_hypotheses(strength, covariate, folds, OPTIONS)
    np.testing.assert_allclose(found.weight, 1.0)


def test_covariate_bins__hand_worked() -> None:
    assert covariate_bins(np.array([0.3, 0.1, 0.2, 0.4]), 2).tolist() == [1, 0, 0, 1]
    assert covariate_bins(np.array([5.0, 5.0, 5.0, 5.0, 9.0, 1.0]), 3).tolist() == [1, 1, 1, 1, 2, 0]
    assert covariate_bins(np.full(7, 2.0), 3).tolist() == [0] * 7


@pytest.mark.parametrize(
    ("strength", "covariate", "message"),
    [
        ([1.0, 2.0], [1.0], "columns of one table"),
        ([], [], "at least one hypothesis"),
        ([1.0, np.inf], [1.0, 2.0], "finite and 0 or more"),
        ([1.0, -0.1], [1.0, 2.0], "finite and 0 or more"),
        ([1.0, 2.0], [1.0, np.nan], "covariate must be finite"),
    ],
)
def test_weigh_hypotheses__refuses_what_does_not_fit(
    strength: list[float], covariate: list[float], message: str
) -> None:
    with pytest.raises(WeightingError, match=message):
        weigh_hypotheses(np.array(strength), np.array(covariate), np.arange(len(strength)))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rate": 1.0}, "between 0 and 1"),
        ({"most_bins": 0}, "at least 1 bin"),
        ({"n_inner_folds": 1}, "2 inner folds"),
        ({"variations": ()}, "one is needed"),
        ({"variations": (-1.0,)}, "0 or more"),
    ],
)
def test_weighting_options__refuses_what_cannot_be(options: dict[str, object], message: str) -> None:
    with pytest.raises(WeightingError, match=message):
        WeightingOptions(**options)  # type: ignore[arg-type]

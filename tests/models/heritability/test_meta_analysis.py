"""Random-effects meta-analysis."""

import numpy as np
import pytest

from models.heritability import meta_analyse
from models.heritability.errors import BadStatisticsError


def test_meta_analyse__by_hand() -> None:
    """Effects 0 and 2 with errors 1/2: weights 4 and 4, Q 8, between-variance (8 - 1) / (8 - 32/8) = 1.75."""
    found = meta_analyse(np.array([0.0, 2.0]), np.array([0.5, 0.5]))
    assert (found.q, found.variance_between, found.i_squared) == pytest.approx((8.0, 1.75, 0.875))
    assert (found.estimate, found.standard_error, found.z) == pytest.approx((1.0, 1.0, 1.0))
    assert 10.0**-found.neg_log10_p == pytest.approx(0.31731050786291415)


def test_meta_analyse__twin_with_unequal_errors() -> None:
    effects, errors = [0.1, 0.9, -0.4, 0.7], [0.1, 0.3, 0.2, 0.15]
    weights = [1 / e**2 for e in errors]
    mean = sum(w * y for w, y in zip(weights, effects, strict=True)) / sum(weights)
    q = sum(w * (y - mean) ** 2 for w, y in zip(weights, effects, strict=True))
    between = (q - 3) / (sum(weights) - sum(w**2 for w in weights) / sum(weights))
    wide = [1 / (e**2 + between) for e in errors]
    found = meta_analyse(np.array(effects), np.array(errors))
    assert found.variance_between == pytest.approx(between)
    assert found.estimate == pytest.approx(sum(w * y for w, y in zip(wide, effects, strict=True)) / sum(wide))
    assert found.standard_error == pytest.approx(sum(wide) ** -0.5)


def test_meta_analyse__agreeing_effects_are_a_fixed_effect() -> None:
    found = meta_analyse(np.array([1.0, 1.1, 0.9]), np.array([1.0, 1.0, 1.0]))
    assert (found.variance_between, found.i_squared) == (0.0, 0.0)
    assert found.standard_error == pytest.approx(3.0**-0.5)


def test_meta_analyse__one_trait_is_itself() -> None:
    found = meta_analyse(np.array([0.3]), np.array([0.1]))
    assert (found.estimate, found.standard_error, found.n_traits) == pytest.approx((0.3, 0.1, 1))


@pytest.mark.parametrize(
    ("effect", "error"), [([], []), ([1.0], [0.0]), ([np.nan], [1.0]), ([1.0, 2.0], [1.0]), ([[1.0]], [[1.0]])]
)
def test_meta_analyse__unusable(effect: list[float], error: list[float]) -> None:
    with pytest.raises(BadStatisticsError, match=r"finite effect and an error above 0 of each trait.* leave traits"):
        meta_analyse(np.array(effect), np.array(error))

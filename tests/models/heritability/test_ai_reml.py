"""The maximiser itself, on likelihoods small enough to see through."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.heritability.ai_reml import (
    NO_INCREASE,
    NOT_POSITIVE_DEFINITE,
    REASON_MEANINGS,
    SINGULAR_INFORMATION,
    TOO_MANY_ITERATIONS,
    Point,
    RemlOptions,
    Slope,
    free_inverse,
    maximise,
)

Array = NDArray[np.float64]


class Parabola:
    """``-1/2 (theta - top)' A (theta - top)``, whose average information is exact."""

    n_observations, n_fixed = 10, 1

    def __init__(self, top: Array, *, sign: float = 1.0, lowest: float = -np.inf, scale: Array | None = None) -> None:
        self.top, self.sign, self.lowest = top, sign, lowest
        self.A = np.eye(top.size) if scale is None else scale

    def evaluate(self, theta: Array) -> Point | None:
        if (theta < self.lowest).any():
            return None
        away = theta - self.top
        return Point(theta, -0.5 * float(away @ self.A @ away), np.zeros(1), np.eye(1), None)

    def differentiate(self, point: Point) -> Slope:
        return Slope(self.sign * self.A @ (self.top - point.theta), self.A)


def run(likelihood: Parabola, *, is_held: NDArray[np.bool_] | None = None, **choices: object):
    start = np.full(likelihood.top.size, 0.5)
    options = RemlOptions(**choices)  # type: ignore[arg-type]
    return maximise(
        likelihood, start=start, is_variance=np.ones(start.size, np.bool_), options=options, is_held=is_held
    )


def test_maximise__finds_the_top() -> None:
    found = run(Parabola(np.array([1.0, -2.0])))
    assert found.is_converged
    np.testing.assert_allclose(found.theta, [1.0, -2.0], atol=1e-6)
    np.testing.assert_allclose(found.covariance, np.eye(2))
    assert found.n_iterations == len(found.path) == 2
    assert sorted(found.path) == list(found.path)


def test_maximise__holds_a_variance_at_zero() -> None:
    """The other component's maximum is that of the bounded problem, not of the free one."""
    A = np.array([[1.0, 0.5], [0.5, 1.0]])
    found = run(Parabola(np.array([1.0, -2.0]), scale=A), is_constrained=True)
    assert found.is_converged
    np.testing.assert_allclose(found.theta, [0.0, 0.0], atol=1e-9)
    found = run(Parabola(np.array([3.0, -2.0]), scale=A), is_constrained=True)
    np.testing.assert_allclose(found.theta, [2.0, 0.0], atol=1e-6)
    np.testing.assert_array_equal(found.is_free, [True, False])
    assert np.isnan(found.covariance[1]).all()
    assert found.covariance[0, 0] == pytest.approx(1.0)


def test_maximise__leaves_a_bound_again() -> None:
    """The EM step or an overshoot may touch 0; a slope that points inwards frees the component."""
    likelihood = Parabola(np.array([1.0, 2.0]))
    found = maximise(
        likelihood,
        start=np.array([1.0, 0.0]),
        is_variance=np.ones(2, np.bool_),
        options=RemlOptions(is_constrained=True),
    )
    np.testing.assert_allclose(found.theta, [1.0, 2.0], atol=1e-6)
    assert found.is_free.all()


def test_maximise__held_component_stays() -> None:
    found = run(Parabola(np.array([1.0, -2.0])), is_held=np.array([False, True]))
    np.testing.assert_allclose(found.theta, [1.0, 0.5], atol=1e-6)


def test_maximise__shortens_a_step_that_leaves_the_allowed() -> None:
    found = run(Parabola(np.array([1.0, 0.1]), lowest=0.05))
    assert found.is_converged
    np.testing.assert_allclose(found.theta, [1.0, 0.1], atol=1e-6)


def test_maximise__shortens_a_step_that_overshoots() -> None:
    """An information below a third of the true one makes each step more than three times too long."""

    class Eager(Parabola):
        def differentiate(self, point: Point) -> Slope:
            return Slope(self.A @ (self.top - point.theta), 0.3 * self.A)

    found = run(Eager(np.array([1.0, -2.0])))
    assert found.is_converged
    np.testing.assert_allclose(found.theta, [1.0, -2.0], atol=1e-3)
    assert sorted(found.path) == list(found.path)


@pytest.mark.parametrize(
    ("likelihood", "choices", "reason"),
    [
        (Parabola(np.array([1.0]), lowest=0.6), {}, NOT_POSITIVE_DEFINITE),
        (Parabola(np.array([1.0, 2.0]), scale=np.ones((2, 2))), {}, SINGULAR_INFORMATION),
        (Parabola(np.array([1e9]), scale=np.array([[1e-9]])), {"max_iterations": 0}, TOO_MANY_ITERATIONS),
    ],
)
def test_maximise__failure_has_a_reason(likelihood: Parabola, choices: dict[str, int], reason: str) -> None:
    found = run(likelihood, **choices)
    assert not found.is_converged
    assert found.reason == reason
    assert REASON_MEANINGS[reason]


def test_maximise__slope_that_lies() -> None:
    """Every step along a wrong slope lowers the likelihood."""

    class Liar(Parabola):
        def differentiate(self, point: Point) -> Slope:
            return Slope(self.A @ (point.theta - 3.0), self.A * 0.01)

    found = run(Liar(np.array([0.5])))
    assert found.reason == NO_INCREASE
    assert found.theta == pytest.approx([0.5], abs=1e-3)


def test_free_inverse__singular_is_nan() -> None:
    assert np.isnan(free_inverse(np.ones((2, 2)), np.ones(2, np.bool_))).all()
    assert np.isnan(free_inverse(np.eye(2), np.zeros(2, np.bool_))).all()

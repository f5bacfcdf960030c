import math

import numpy as np
import pytest

from models.association.design import build_design
from models.association.lambda_search import (
    HALF_WINDOW,
    Curve,
    FarSegments,
    choose_window,
    cut_far_segments,
    may_be_higher,
    null_curve,
)
from models.association.null_model import HIGHEST_LOG_LAMBDA, LOWEST_LOG_LAMBDA, NullModel, fit_null, rotate
from models.association.snp_likelihood import node_columns
from models.association.spectral import decompose
from tests.models.association.families import make_families

FAMILIES = make_families(8, 40)
GRID = np.linspace(LOWEST_LOG_LAMBDA, HIGHEST_LOG_LAMBDA, 231)


def _curve(top: float, sharpness: float) -> Curve:
    values = -sharpness * (GRID - top) ** 2
    return Curve(GRID, values, values + 1.0)


def _null(log_lambda: float) -> NullModel:
    one = np.ones(1)
    return NullModel(log_lambda, log_lambda, 0.0, 0.0, 0.5, 0.1, 1.0, 1.0, one, one, 1.0, is_at_bound=False)


def test_null_curve__is_the_likelihood_without_the_snp() -> None:
    spectrum = decompose(FAMILIES.kinship)
    rotated = rotate(spectrum, build_design(FAMILIES.y))
    curve = null_curve(rotated)
    at = [0, 77, 120, 239]
    columns = node_columns(rotated, curve.log_lambda[at])
    np.testing.assert_allclose(curve.ml[at], columns.base_ml, rtol=1e-9)
    np.testing.assert_allclose(curve.reml[at], columns.base_reml, rtol=1e-9)
    assert curve.ml.max() == pytest.approx(fit_null(spectrum, FAMILIES.y).logl_ml, abs=0.02)


def test_choose_window__sharp_curve_has_the_least_window() -> None:
    window = choose_window(_curve(1.0, 10.0), _null(1.0), 32)
    assert (window.low, window.high) == pytest.approx((1.0 - HALF_WINDOW, 1.0 + HALF_WINDOW), abs=0.11)
    assert window.nodes.size in (32, 33)


def test_choose_window__flat_curve_has_the_whole_range_and_more_nodes() -> None:
    window = choose_window(_curve(0.0, 1e-4), _null(0.0), 32)
    assert (window.low, window.high) == (LOWEST_LOG_LAMBDA, HIGHEST_LOG_LAMBDA)
    assert window.nodes.size == math.ceil(32 * (HIGHEST_LOG_LAMBDA - LOWEST_LOG_LAMBDA) / (2 * HALF_WINDOW))


def test_choose_window__at_the_end_of_the_range() -> None:
    window = choose_window(_curve(LOWEST_LOG_LAMBDA, 1.0), _null(LOWEST_LOG_LAMBDA), 24)
    assert window.low == LOWEST_LOG_LAMBDA
    assert window.high == pytest.approx(LOWEST_LOG_LAMBDA + HALF_WINDOW, abs=0.11)


def test_cut_far_segments__cover_what_the_window_does_not() -> None:
    curve = _curve(-2.0, 2.0)
    window = choose_window(curve, _null(-2.0), 32)
    far = cut_far_segments(curve, window)
    length = far.points[far.right] - far.points[far.left]
    whole = HIGHEST_LOG_LAMBDA - LOWEST_LOG_LAMBDA
    assert length.sum() == pytest.approx(whole - (window.high - window.low))
    assert (length > 0).all()
    assert {window.low, window.high} <= set(far.points.tolist())
    for left, right, highest in zip(far.left, far.right, far.highest_ml, strict=True):
        assert highest == pytest.approx(max(-2.0 * (far.points[[left, right]] + 2.0) ** 2), abs=0.2)


def test_cut_far_segments__none_where_the_window_is_the_whole_range() -> None:
    curve = _curve(0.0, 1e-4)
    far = cut_far_segments(curve, choose_window(curve, _null(0.0), 32))
    assert far.left.size == 0
    assert not may_be_higher(far, np.zeros((3, 2)), far.highest_ml, np.zeros(3)).any()


def test_may_be_higher__gain_at_the_ends_and_the_null_between() -> None:
    """The null reaches -5 in the segment; SNPs add 1 and 3 there, and peak at -1 and -3."""
    far = FarSegments(np.array([0.0, 1.0]), np.array([0]), np.array([1]), np.array([-5.0]), np.array([-5.0]))
    gain = np.array([[1.0, 0.0], [0.0, 3.0]])
    assert may_be_higher(far, gain, far.highest_ml, np.array([-1.0, -2.0])).tolist() == [False, True]


def test_choose_window__reaches_on_until_both_likelihoods_have_fallen() -> None:
    sharp, flat = -10.0 * GRID**2, -1e-4 * GRID**2
    for curve in (Curve(GRID, sharp, flat), Curve(GRID, flat, sharp)):
        window = choose_window(curve, _null(0.0), 32)
        assert (window.low, window.high) == (LOWEST_LOG_LAMBDA, HIGHEST_LOG_LAMBDA)


def test_cut_far_segments__a_bump_between_two_points_counts() -> None:
    """A second peak of the null curve, narrower than the points' distance."""
    sharp = -10.0 * GRID**2
    window = choose_window(Curve(GRID, sharp, sharp), _null(0.0), 32)
    place = (window.high + 0.7 + window.high + 0.8) / 2
    bump = np.where(np.abs(GRID - place) < 0.2, -1.0, sharp)
    far = cut_far_segments(Curve(GRID, bump, sharp), window)
    assert far.highest_ml.max() == -1.0
    assert far.highest_reml.max() < -100.0

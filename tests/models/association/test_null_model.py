import math

import numpy as np
import pytest

from models.association.design import build_design
from models.association.null_model import fit_null, profile, rotate, wide_windows
from models.association.spectral import decompose
from tests.models.association.dense_twin import centred, generalised_least_squares, log_likelihood, maximise
from tests.models.association.families import make_families

FAMILIES = make_families(10, 100)
SPECTRUM = decompose(FAMILIES.kinship)


@pytest.mark.parametrize("is_reml", [False, True])
def test_profile__is_the_dense_likelihood(is_reml: bool) -> None:
    kinship = centred(FAMILIES.kinship)
    design = build_design(FAMILIES.y, FAMILIES.covariates)
    rotated = rotate(SPECTRUM, design)
    points = np.array([-5.0, 0.3, 4.0])
    at = profile(rotated, points)
    found = at.logl_reml(rotated.log_det_covariates, design.n_people - 3) if is_reml else at.logl_ml()
    expected = [log_likelihood(kinship, FAMILIES.y, design.covariates, t, is_reml=is_reml) for t in points]
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_fit_null__is_the_dense_maximum() -> None:
    kinship, w = centred(FAMILIES.kinship), np.column_stack((np.ones(FAMILIES.y.size), FAMILIES.covariates))
    found = fit_null(SPECTRUM, FAMILIES.y, FAMILIES.covariates)
    for is_reml, place, value in (
        (True, found.log_lambda_reml, found.logl_reml),
        (False, found.log_lambda_ml, found.logl_ml),
    ):
        log_lambda, logl = maximise(kinship, FAMILIES.y, w, is_reml=is_reml)
        assert place == pytest.approx(log_lambda, abs=1e-5)
        assert value == pytest.approx(logl, abs=1e-9)
    beta, se = generalised_least_squares(kinship, FAMILIES.y, w, found.log_lambda_reml)
    assert (found.beta[-1], found.beta_se[-1]) == pytest.approx((beta, se), rel=1e-8)
    assert found.vg / found.ve == pytest.approx(found.lambda_reml)
    assert not found.is_at_bound


def test_fit_null__share_of_variance_and_its_error() -> None:
    """The error from a second difference of the dense restricted likelihood along lambda."""
    kinship, w = centred(FAMILIES.kinship), np.ones((FAMILIES.y.size, 1))
    found = fit_null(SPECTRUM, FAMILIES.y)
    top, step = found.lambda_reml, 1e-3 * found.lambda_reml
    low, middle, high = (
        log_likelihood(kinship, FAMILIES.y, w, math.log(value), is_reml=True) for value in (top - step, top, top + step)
    )
    lambda_se = 1.0 / math.sqrt(-(low - 2.0 * middle + high) / step**2)
    trace = np.trace(kinship) / FAMILIES.y.size
    share = trace * top / (trace * top + 1.0)
    assert found.pve == pytest.approx(share, rel=1e-10)
    assert found.pve_se == pytest.approx(trace * lambda_se / (trace * top + 1.0) ** 2, rel=1e-4)
    assert found.trace == pytest.approx(trace)
    assert 0.0 < found.pve < 1.0


def test_fit_null__without_an_inherited_share_stands_at_the_bound() -> None:
    """A trait that relatives have in opposite directions."""
    vectors = np.linalg.eigh(centred(FAMILIES.kinship))[1]
    found = fit_null(SPECTRUM, vectors[:, 1] * 3.0 + vectors[:, 2])
    assert found.is_at_bound
    assert found.log_lambda_reml == math.log(1e-5)
    assert found.lambda_ml == pytest.approx(1e-5)
    assert found.pve < 1e-4


def test_fit_null__trait_times_two() -> None:
    one, two = fit_null(SPECTRUM, FAMILIES.y), fit_null(SPECTRUM, 2.0 * FAMILIES.y + 7.0)
    assert two.pve == pytest.approx(one.pve, rel=1e-8)
    assert (two.vg, two.ve) == pytest.approx((4.0 * one.vg, 4.0 * one.ve), rel=1e-6)
    assert two.beta[0] == pytest.approx(2.0 * one.beta[0] + 7.0)
    assert two.logl_ml == pytest.approx(one.logl_ml - FAMILIES.y.size * math.log(2.0), abs=1e-8)


def test_wide_windows__cover_the_range_without_gaps() -> None:
    windows = wide_windows()
    assert windows[0].low == math.log(1e-5)
    assert windows[-1].high == math.log(1e5)
    assert [window.high for window in windows[:-1]] == [window.low for window in windows[1:]]

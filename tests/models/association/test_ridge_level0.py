"""Level 0 of the stacked ridge."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.association.covariate_basis import covariate_basis
from models.association.ridge_level0 import predict_by_fold, predict_leaving_one_out, residualise_block

N, M = 30, 8
SHRINKAGES = np.array([0.5, 20.0])
FOLDS = (slice(0, 10), slice(10, 20), slice(20, N))
FloatArray = NDArray[np.float64]


def _data(seed: int = 15) -> tuple[NDArray[np.float32], FloatArray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(M, N)).astype(np.float32), rng.normal(size=(N, 2))


def _predict(dosages: FloatArray, traits: FloatArray, shrinkage: float, left_out: NDArray[np.int64]) -> FloatArray:
    """Ridge regression written out, fitted without some people and applied to them: ``[t, people]``."""
    others = np.setdiff1d(np.arange(N), left_out)
    g = dosages[:, others]
    effects = np.linalg.inv(g @ g.T + shrinkage * np.eye(M)) @ g @ traits[others]
    return np.asarray((dosages[:, left_out].T @ effects).T)


def test_predict_by_fold__is_its_slow_twin() -> None:
    dosages, traits = _data()
    found = predict_by_fold(dosages, traits, SHRINKAGES, FOLDS)
    assert found.shape == (2, 2, N)
    for at, shrinkage in enumerate(SHRINKAGES):
        for fold in FOLDS:
            expected = _predict(dosages.astype(np.float64), traits, shrinkage, np.arange(N)[fold])
            np.testing.assert_allclose(found[at, :, fold], expected, atol=2e-6)


def test_predict_leaving_one_out__is_its_slow_twin() -> None:
    dosages, traits = _data()
    found = predict_leaving_one_out(dosages, traits, SHRINKAGES)
    for at, shrinkage in enumerate(SHRINKAGES):
        for person in range(N):
            expected = _predict(dosages.astype(np.float64), traits, shrinkage, np.array([person]))
            np.testing.assert_allclose(found[at, :, [person]].T, expected, atol=2e-6)


def test_predictions__with_more_snps_than_people_are_finite() -> None:
    rng = np.random.default_rng(16)
    dosages = rng.normal(size=(50, N)).astype(np.float32)
    traits = rng.normal(size=(N, 1))
    assert np.isfinite(predict_leaving_one_out(dosages, traits, SHRINKAGES)).all()
    assert np.isfinite(predict_by_fold(dosages, traits, SHRINKAGES, FOLDS)).all()


@pytest.mark.parametrize("has_gaps", [False, True])
def test_residualise_block__fills_takes_out_and_scales(has_gaps: bool) -> None:
    rng = np.random.default_rng(17)
    covariates = rng.normal(size=(N, 2))
    block = rng.integers(0, 3, (5, N)).astype(np.float32)
    block[1] = 1.0
    block[3] = covariates[:, 0]
    if has_gaps:
        block[0, [2, 9]] = np.nan
        block[1, 4] = np.nan
    given = block.astype(np.float64)
    ready = residualise_block(block, covariate_basis(covariates, N).columns)
    assert ready.n_flat == 2
    filled = np.where(np.isnan(given), np.nanmean(given, axis=1, keepdims=True), given)[[0, 2, 4]]
    design = np.column_stack((np.ones(N), covariates))
    rest = filled - (design @ np.linalg.lstsq(design, filled.T)[0]).T
    expected = rest * np.sqrt((N - 3) / (rest**2).sum(axis=1, keepdims=True))
    np.testing.assert_allclose(ready.dosages, expected, atol=2e-6)


def test_residualise_block__leaves_out_a_snp_nobody_was_seen_at() -> None:
    block = np.random.default_rng(18).integers(0, 3, (2, N)).astype(np.float32)
    block[0] = np.nan
    ready = residualise_block(block, covariate_basis(None, N).columns)
    assert ready.n_flat == 1
    assert ready.dosages.shape == (1, N)

"""Level 1 of the stacked ridge for cases and controls."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize

from models.association import ridge_level1_cases
from models.association.ridge_level1_cases import fit_logistic_ridge, stack_cases_by_fold

N, P = 60, 4
GROUPS = np.array([0, 0, 1, 1])
FOLDS = (slice(0, 20), slice(20, 40), slice(40, N))
PENALTIES = np.array([50.0, 0.5, 5.0])
FloatArray = NDArray[np.float64]


def _data() -> tuple[FloatArray, FloatArray, FloatArray]:
    rng = np.random.default_rng(23)
    columns = rng.normal(size=(N, P))
    offset = 0.3 * rng.normal(size=N)
    return columns, (rng.random(N) < 1.0 / (1.0 + np.exp(-columns[:, 0] - offset))).astype(np.float64), offset


def _twin(x: FloatArray, y: FloatArray, offset: FloatArray, penalty: float) -> FloatArray:
    def cost(w: FloatArray) -> float:
        eta = offset + x @ w
        return float(np.sum(np.logaddexp(0.0, eta)) - y @ eta + 0.5 * penalty * w @ w)

    return np.asarray(minimize(cost, np.zeros(P), options={"gtol": 1e-9}).x)


def test_fit_logistic_ridge__is_its_slow_twin_from_any_start() -> None:
    columns, outcome, offset = _data()
    for start in (np.zeros(P), np.full(P, 40.0)):
        found, is_converged = fit_logistic_ridge(columns, outcome, offset, penalty=2.0, start=start)
        assert is_converged
        np.testing.assert_allclose(found, _twin(columns, outcome, offset, 2.0), atol=1e-5)


def test_stack_cases_by_fold__is_its_slow_twin() -> None:
    columns, outcome, offset = _data()
    found = stack_cases_by_fold(columns, outcome, offset, penalties=PENALTIES, folds=FOLDS, groups=GROUPS)
    deviance, shares = np.zeros(3), np.empty((3, 2, N))
    for at, penalty in enumerate(PENALTIES):
        for fold in FOLDS:
            others = np.setdiff1d(np.arange(N), np.arange(N)[fold])
            weights = _twin(columns[others], outcome[others], offset[others], penalty)
            for group in (0, 1):
                shares[at, group, fold] = columns[fold][:, group == GROUPS] @ weights[group == GROUPS]
            mu = 1.0 / (1.0 + np.exp(-offset[fold] - columns[fold] @ weights))
            deviance[at] -= 2.0 * np.sum(np.log(np.where(outcome[fold] == 1.0, mu, 1.0 - mu)))
    np.testing.assert_allclose(found.mean_deviance, deviance / N, atol=1e-6)
    assert found.best == deviance.argmin()
    np.testing.assert_allclose(found.shares, shares[found.best], atol=1e-5)
    np.testing.assert_allclose(found.whole, found.shares.sum(axis=0), atol=1e-12)
    assert found.is_converged


def test_stack_cases_by_fold__says_when_a_fit_did_not_converge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ridge_level1_cases, "N_STEPS", 1)
    columns, outcome, offset = _data()
    found = stack_cases_by_fold(columns, outcome, offset, penalties=PENALTIES, folds=FOLDS, groups=GROUPS)
    assert not found.is_converged

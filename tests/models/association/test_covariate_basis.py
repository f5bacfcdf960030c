"""Covariates as orthonormal columns."""

import numpy as np
import pytest

from models.association.covariate_basis import covariate_basis
from models.association.errors import CollinearCovariatesError, TooFewPeopleError, TraitError


def test_covariate_basis__spans_intercept_and_covariates() -> None:
    rng = np.random.default_rng(1)
    covariates = rng.normal(size=(30, 3)) * [1.0, 1e6, 1e-6] + [0.0, 1e7, 0.0]
    basis = covariate_basis(covariates, 30)
    assert basis.n_columns == 4
    assert basis.residual_degrees_of_freedom == 26
    np.testing.assert_allclose(basis.columns.T @ basis.columns, np.eye(4), atol=1e-12)
    y = rng.normal(size=30)
    design = np.column_stack((np.ones(30), covariates / [1.0, 1e7, 1e-6]))
    expected = y - design @ np.linalg.lstsq(design, y)[0]
    np.testing.assert_allclose(basis.residuals(y), expected, atol=1e-9)


def test_covariate_basis__without_covariates_is_the_mean() -> None:
    y = np.array([1.0, 2.0, 6.0])
    np.testing.assert_allclose(covariate_basis(None, 3).residuals(y), y - 3.0, atol=1e-14)


def test_covariate_basis__names_collinear_columns() -> None:
    x = np.random.default_rng(2).normal(size=(20, 2))
    given = np.column_stack((x[:, 0], np.full(20, 5.0), x[:, 1], x[:, 0] - 3.0 * x[:, 1] + 2.0))
    with pytest.raises(
        CollinearCovariatesError, match=r"covariates 1, 3 \(counted from 0\) are constant, or sums"
    ) as info:
        covariate_basis(given, 20)
    assert info.value.columns == (1, 3)


def test_covariate_basis__refuses_missing_values_wrong_rows_and_too_few_people() -> None:
    with pytest.raises(TraitError, match=r"covariate 1 of person 2 \(counted from 0\) is nan: it must be finite"):
        covariate_basis(np.array([[1.0, 2.0], [0.0, 1.0], [2.0, np.nan], [1.0, 1.0], [4.0, 0.0]]), 5)
    with pytest.raises(TraitError, match=r"covariates have shape \(4, 1\), wanted \[5, c\]"):
        covariate_basis(np.ones((4, 1)), 5)
    with pytest.raises(
        TooFewPeopleError, match="3 people cannot carry an intercept, 1 covariates, a SNP and a residual"
    ):
        covariate_basis(np.arange(3.0)[:, None], 3)

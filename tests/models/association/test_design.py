import numpy as np
import pytest

from models.association.design import build_design
from models.association.errors import CollinearCovariatesError, TooFewPeopleError, TraitError

RNG = np.random.default_rng(6)
Y, X = RNG.normal(size=30), RNG.normal(size=(30, 3)) + 5.0


def test_build_design__is_least_squares() -> None:
    found = build_design(Y, X)
    full = np.column_stack((np.ones(30), X))
    np.testing.assert_allclose(found.beta, np.linalg.lstsq(full, Y, rcond=None)[0])
    np.testing.assert_allclose(found.residual, Y - full @ found.beta, atol=1e-12)
    np.testing.assert_allclose(found.basis.T @ found.basis, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(found.basis.sum(axis=0), 0, atol=1e-12)
    assert (found.n_people, found.n_covariates, found.residual_degrees) == (30, 4, 25)


def test_build_design__intercept_alone() -> None:
    found = build_design(Y)
    np.testing.assert_allclose(found.residual, Y - Y.mean())
    assert found.basis.shape == (30, 0)


def test_build_design__all_missing_trait() -> None:
    with pytest.raises(TraitError, match="missing or infinite for 30 of 30 people: leave these people out"):
        build_design(np.full(30, np.nan))


def test_build_design__refuses_a_table_for_a_trait() -> None:
    with pytest.raises(TraitError, match=r"a trait has shape \(30, 3\): give one value for each person"):
        build_design(X)


def test_build_design__refuses_covariates_of_other_people() -> None:
    with pytest.raises(TraitError, match=r"covariates have shape \(29, 3\) for 30 people: give a row"):
        build_design(Y, X[1:])


def test_build_design__refuses_a_missing_covariate() -> None:
    gaps = X.copy()
    gaps[[4, 7], 1] = np.nan
    with pytest.raises(TraitError, match=r"covariate 1 of person 4 \(counted from 0\) is nan, and so for 2 people"):
        build_design(Y, gaps)


def test_build_design__refuses_too_few_people() -> None:
    with pytest.raises(TooFewPeopleError, match=r"5 people cannot carry 4 covariates .* at least 6 are needed"):
        build_design(Y[:5], X[:5])


@pytest.mark.parametrize("people", [0, 1, 2])
def test_build_design__refuses_fewer_than_three_people(people: int) -> None:
    with pytest.raises(TooFewPeopleError, match="at least 3 are needed"):
        build_design(Y[:people])


def test_build_design__refuses_a_constant_covariate() -> None:
    with pytest.raises(
        CollinearCovariatesError, match=r"covariate 2 .* is constant: leave it out; an intercept"
    ) as seen:
        build_design(Y, np.column_stack((X[:, :2], np.full(30, 1.7))))
    assert seen.value.columns == (2,)


def test_build_design__refuses_sums_of_others() -> None:
    with pytest.raises(CollinearCovariatesError, match="are sums of the others: leave them out") as seen:
        build_design(Y, np.column_stack((X, X[:, 0] - 2.0 * X[:, 1] + 4.0)))
    assert len(seen.value.columns) == 1


@pytest.mark.parametrize("trait", [np.full(30, 3.0), 2.0 * X[:, 1] - 1.0])
def test_build_design__refuses_a_trait_without_variation(trait: np.ndarray) -> None:
    with pytest.raises(TraitError, match="does not vary once the covariates are taken out"):
        build_design(trait, X)

"""Who is analysed, with which covariates, and what is refused."""

import numpy as np
import pytest

from models.heritability.errors import PhenotypeError, SingularDesignError
from models.heritability.reml_inputs import make_design, name_matrices

Y = np.array([1.0, np.nan, 3.0, 2.0, 5.0, 4.0, 0.0])
C = np.array([[1.0, 0.0], [np.nan, 1.0], [0.0, 2.0], [np.nan, 0.0], [1.0, 5.0], [1.0, 1.0], [0.0, 1.0]])


def test_make_design__people_that_have_everything() -> None:
    design = make_design(Y, C)
    np.testing.assert_array_equal(design.people, [0, 2, 4, 5, 6])
    np.testing.assert_array_equal(design.y, [1.0, 3.0, 5.0, 4.0, 0.0])
    np.testing.assert_array_equal(design.X, [[1, 1, 0], [1, 0, 2], [1, 1, 5], [1, 1, 1], [1, 0, 1]])
    assert (design.n_without_phenotype, design.n_without_covariate) == (1, 1)


def test_make_design__intercept_alone() -> None:
    design = make_design(Y)
    assert design.X.shape == (6, 1)
    assert design.residual_variance == pytest.approx(np.nanvar(Y, ddof=1))
    np.testing.assert_array_equal(make_design(Y, C[:, 1]).X[:, 1], C[design.people, 1])


@pytest.mark.parametrize(
    ("phenotype", "covariates", "message"),
    [
        (Y[:, None], None, r"the phenotype has shape \(7, 1\): give one value a person"),
        (Y, C[:5], r"the covariates have shape \(5, 2\) for 7 people: give a row a person"),
        (np.array([1.0, np.inf, 2.0, 3.0]), None, r"is infinite: write NaN where a value is missing"),
        (np.full(7, np.nan), None, r"0 of 7 people have the phenotype .* \(7 lack it, 0 more .* missing-value codes"),
        (Y[:4], C[:4], r"2 of 4 people have .* but 3 fixed effects need at least 5"),
        (np.full(7, 2.5), None, r"the phenotype does not vary among the 7 people beyond the covariates"),
        (C[:, 1] * 3 - 2, C[:, 1], r"does not vary among the 7 people beyond the covariates: there is nothing"),
    ],
)
def test_make_design__refused(phenotype: object, covariates: object, message: str) -> None:
    with pytest.raises(PhenotypeError, match=message):
        make_design(phenotype, covariates)  # type: ignore[arg-type]


@pytest.mark.parametrize("extra", [np.ones(7), 2.0 * C[:, 1] - 7.0, C[:, 1] * 1e-9], ids=["constant", "sum", "tiny"])
def test_make_design__collinear_covariates(extra: np.ndarray) -> None:
    y = np.arange(7.0) ** 2
    message = r"covariates \[2\] \(counted from 1.*are constant or sums of those before them: leave them out"
    with pytest.raises(SingularDesignError, match=message) as caught:
        make_design(y, np.column_stack((C[:, 1], extra)))
    assert caught.value.columns == (2,)


def test_name_matrices__given_or_counted() -> None:
    assert name_matrices(3, None) == ("1", "2", "3")
    assert name_matrices(2, ["a", "b"]) == ("a", "b")


@pytest.mark.parametrize(
    ("n_matrices", "names", "message"),
    [
        (0, None, r"no relationship matrix is given: REML needs at least one"),
        (2, ["a", "a"], r"2 relationship matrices have the names \['a', 'a'\]: give each its own"),
        (2, ["a"], r"2 relationship matrices have the names \['a'\]"),
    ],
)
def test_name_matrices__refused(n_matrices: int, names: list[str] | None, message: str) -> None:
    with pytest.raises(PhenotypeError, match=message):
        name_matrices(n_matrices, names)

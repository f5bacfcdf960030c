"""Hidden factors of traits."""

import numpy as np
import pytest

from models.association.errors import TooFewPeopleError, TraitError
from models.association.trait_factors import trait_factors

RNG = np.random.default_rng(4)
COVARIATES = RNG.standard_normal((60, 2))
HIDDEN = RNG.standard_normal(60)
VALUES = RNG.standard_normal((60, 40)) + HIDDEN[:, None] * RNG.normal(1.5, 0.2, 40) + COVARIATES[:, :1] * 3.0


def test_trait_factors__finds_what_traits_share_beside_the_covariates() -> None:
    found = trait_factors(VALUES, COVARIATES, 3)
    np.testing.assert_allclose(found.T @ found, np.eye(3), atol=1e-10)
    np.testing.assert_allclose(found.T @ COVARIATES, 0.0, atol=1e-8)
    np.testing.assert_allclose(found.sum(axis=0), 0.0, atol=1e-8)
    columns = np.column_stack((np.ones(60), COVARIATES))
    hidden = HIDDEN - columns @ np.linalg.lstsq(columns, HIDDEN, rcond=None)[0]
    assert abs(np.corrcoef(found[:, 0], hidden)[0, 1]) > 0.97
    assert (found.max(axis=0) >= -found.min(axis=0)).all()


def test_trait_factors__scales_and_gaps_of_traits_do_not_matter() -> None:
    scaled = VALUES * RNG.uniform(0.1, 1e4, 40)
    gappy = np.column_stack((scaled, np.full(60, np.nan), np.full(60, 7.0)))
    np.testing.assert_allclose(trait_factors(gappy, COVARIATES, 2), trait_factors(VALUES, COVARIATES, 2), atol=1e-8)


def test_trait_factors__refuses_more_than_people_or_traits_carry() -> None:
    with pytest.raises(TooFewPeopleError, match=r"60 people cannot carry 3 covariates .* 57 components"):
        trait_factors(VALUES, COVARIATES, 57)
    with pytest.raises(TraitError, match=r"5 components need as many traits .* not 3"):
        trait_factors(VALUES[:, :3], None, 5)

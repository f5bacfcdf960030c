import numpy as np
import pytest

from models.association.errors import CollinearCovariatesError, TooFewPeopleError, TraitError
from models.association.null_model import fit_null
from models.association.qtl_options import QtlOptions
from models.association.qtl_traits import TRAIT_COLLINEAR, TRAIT_CONSTANT, TRAIT_TESTED, TRAIT_TOO_FEW, prepare_traits
from models.association.spectral import decompose
from tests.models.association.families import make_families

RNG = np.random.default_rng(4)
TABLE = RNG.normal(size=(20, 6))
COVARIATES = RNG.normal(size=(20, 2))


def test_prepare_traits__same_people_are_one_group() -> None:
    table = TABLE.copy()
    table[3, [1, 4]] = np.nan
    table[7, 2] = np.nan
    traits = prepare_traits(table, COVARIATES)
    assert sorted(group.traits.tolist() for group in traits.groups) == [[0, 3, 5], [1, 4], [2]]
    assert traits.n_people.tolist() == [20, 19, 19, 20, 19, 20]
    assert {group.degrees for group in traits.groups} == {16, 15}
    assert np.isnan(traits.log_lambda).all()


def test_prepare_traits__many_patterns_of_people_beyond_a_byte() -> None:
    table = np.tile(TABLE[:, :1], (1, 20))
    table[np.arange(20), np.arange(20)] = np.nan
    traits = prepare_traits(table)
    assert len(traits.groups) == 20
    for group in traits.groups:
        assert set(range(20)) - set(group.people.tolist()) == set(group.traits.tolist())  # type: ignore[union-attr]


def test_prepare_traits__says_why_traits_are_not_tested() -> None:
    table, covariates = TABLE.copy(), COVARIATES.copy()
    covariates[:10, 0], covariates[10:, 0] = 0.0, RNG.normal(size=10)
    table[:, 0] = 3.0
    table[:, 1] = 2.0 + covariates @ [1.0, -2.0]
    table[4:, 2] = np.nan
    table[10:, 3] = np.nan
    table[:, 4] = np.nan
    traits = prepare_traits(table, covariates)
    assert traits.reason.tolist() == [
        TRAIT_CONSTANT, TRAIT_CONSTANT, TRAIT_TOO_FEW, TRAIT_COLLINEAR, TRAIT_TOO_FEW, TRAIT_TESTED
    ]  # fmt: skip
    assert traits.n_dropped == {"constant": 2, "too_few_people": 2, "collinear_covariates": 1}
    assert [group.traits.tolist() for group in traits.groups] == [[5]]


def test_prepare_traits__a_trait_far_from_zero_varies_and_a_constant_does_not() -> None:
    table = np.column_stack(
        (1e8 + TABLE[:, 0], np.full(20, 0.1), np.full(20, 1e8 / 3), np.zeros(20), 1e-150 * TABLE[:, 1])
    )
    constant, tested = TRAIT_CONSTANT, TRAIT_TESTED
    assert prepare_traits(table, COVARIATES).reason.tolist() == [tested, constant, constant, constant, tested]


def test_prepare_traits__fewest_people_is_covariates_and_two() -> None:
    assert prepare_traits(TABLE[:5], COVARIATES[:5]).groups[0].degrees == 1
    with pytest.raises(TooFewPeopleError, match="4 people cannot carry an intercept, 2 covariates"):
        prepare_traits(TABLE[:4], COVARIATES[:4])


def test_prepare_traits__each_trait_has_its_own_lambda() -> None:
    families = make_families(12, 60)
    spectrum = decompose(families.kinship)
    table = np.column_stack((families.y, 1e4 * families.y[::-1], np.full(60, 2.0)))
    traits = prepare_traits(table, families.covariates, spectrum=spectrum)
    for trait in range(2):
        alone = fit_null(spectrum, table[:, trait], families.covariates)
        assert traits.log_lambda[trait] == pytest.approx(alone.log_lambda_reml, abs=1e-6)
    assert np.isnan(traits.log_lambda[2])


def test_prepare_traits__no_traits() -> None:
    traits = prepare_traits(np.zeros((20, 0)))
    assert traits.groups == ()
    assert traits.n_traits == 0


def test_prepare_traits__refusals() -> None:
    table = TABLE.copy()
    table[2, 3] = np.nan
    with pytest.raises(TraitError, match=r"1 traits miss values, the first is trait 3 .* missing values are refused"):
        prepare_traits(table, options=QtlOptions(missing="refuse"))
    kinship = np.eye(20) + 0.1 * np.diag(RNG.random(20))
    with pytest.raises(TraitError, match="a kinship's decomposition is of all people"):
        prepare_traits(table, spectrum=decompose(kinship))
    with pytest.raises(TraitError, match="the traits have 19 people, the kinship 20"):
        prepare_traits(TABLE[1:], spectrum=decompose(kinship))
    table[2, 3] = np.inf
    with pytest.raises(TraitError, match=r"trait 3 of person 2 .* is infinite"):
        prepare_traits(table)
    with pytest.raises(TraitError, match=r"give \[people, traits\]"):
        prepare_traits(TABLE[:, 0])
    with pytest.raises(TraitError, match="give a row for each person"):
        prepare_traits(TABLE, COVARIATES[1:])
    with pytest.raises(CollinearCovariatesError, match="constant, or sums"):
        prepare_traits(TABLE, np.ones((20, 1)))

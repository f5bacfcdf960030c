"""People of tables and .fam files, and who is taken out of them."""

import numpy as np
import pytest

from loaders.errors import FormatError
from services.mixed_models import MatchError, PeopleRequest
from services.mixed_models.people import read_people
from tests.services.mixed_models.cohort import Cohort, change_cells


def write_fam(cohort: Cohort) -> PeopleRequest:
    """Write two traits into the .fam, and ask for the second."""
    fam = cohort.bed.with_suffix(".fam")
    lines = [line.split()[:5] for line in fam.read_text().splitlines()]
    fam.write_text("".join(" ".join((*line, str(row), str(2 * row))) + "\n" for row, line in enumerate(lines)))
    return PeopleRequest(genotypes=cohort.bed, phenotypes=fam, traits=("trait_2",))


def test_read_people__traits_in_the_order_of_the_genotypes(cohort: Cohort) -> None:
    people = read_people(cohort.people("weight", "height", covariates=cohort.covariates, categorical=("sex",)))
    np.testing.assert_allclose(people.traits, np.column_stack((cohort.second, cohort.trait)))
    assert people.covariates is not None
    np.testing.assert_allclose(people.covariates[:, 0], cohort.age)
    assert people.matched_by == {"traits": "family and person", "covariates": "family and person"}
    assert people.index.tolist() == list(range(120))


def test_read_people__traits_of_a_fam(cohort: Cohort) -> None:
    assert read_people(write_fam(cohort)).traits[:, 0].tolist() == [2.0 * row for row in range(120)]


def test_read_people__unknown_trait_of_a_fam(cohort: Cohort) -> None:
    request = write_fam(cohort)
    other = PeopleRequest(genotypes=request.genotypes, phenotypes=request.phenotypes, traits=("trait_3",))
    with pytest.raises(FormatError, match=r"called trait_1.*seen: trait_3; .*choose among trait_1, trait_2"):
        read_people(other)


def test_among__keeps_who_has_a_place_and_refuses_nobody(cohort: Cohort) -> None:
    people = read_people(cohort.people(covariates=cohort.covariates, covariate_names=("age",)))
    places = np.where(np.arange(120) % 2, 0, -1)
    left = people.among(places, cohort.bed)
    assert left.index.tolist() == list(range(1, 120, 2))
    assert (left.counts["n_without_kinship"], left.counts["n_matched"], left.n_people) == (60, 60, 60)
    np.testing.assert_allclose(left.traits[:, 0], cohort.trait[1::2])
    assert left.covariates is not None
    np.testing.assert_allclose(left.covariates[:, 0], cohort.age[1::2])
    assert left.people["person"][0] == "i1"
    with pytest.raises(MatchError, match="none of 120, such as f0 i0"):
        people.among(np.full(120, -1), cohort.bed)


def test_with_outcomes__leaves_out_the_unknown(cohort: Cohort) -> None:
    change_cells(cohort.traits, "asthma", {"i0": "NA"})
    people = read_people(cohort.people("asthma"))
    outcomes = people.traits[:, 0].copy()
    outcomes[3] = np.nan
    left = people.with_outcomes(outcomes)
    assert (left.n_people, left.counts["n_without_outcome"], left.counts["n_without_trait"]) == (118, 1, 1)
    assert set(np.unique(left.traits)) == {0.0, 1.0}

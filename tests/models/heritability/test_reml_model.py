"""The packed matrices that REML works on: what they sum to, what is kept of each, what is refused."""

import numpy as np
import pytest

from models.heritability.errors import BadStatisticsError, PhenotypeError
from models.heritability.reml_inputs import Design
from models.heritability.reml_model import PackedKinships
from models.kinship import Kinship
from tests.models.heritability.reml_twins import covariance, simulate_kinships

N = 40
KINSHIPS = simulate_kinships(N, 3)
PEOPLE = np.flatnonzero(np.arange(N) % 7 != 2)
MATRICES = [kinship.matrix[np.ix_(PEOPLE, PEOPLE)] for kinship in KINSHIPS]
DESIGN = Design(N, PEOPLE, np.arange(PEOPLE.size) % 5.0, np.ones((PEOPLE.size, 1)), 0, 0)
THETA = np.array([0.4, 0.1, 0.3, 0.5])


def make_model() -> PackedKinships:
    return PackedKinships(KINSHIPS, ["a", "b", "c"], DESIGN)


def test_assemble__upper_triangle_of_the_sum() -> None:
    expected = covariance(MATRICES, THETA)
    np.testing.assert_allclose(np.triu(make_model().assemble(THETA)), np.triu(expected), atol=1e-6)


def test_contract__traces_and_products() -> None:
    rng = np.random.default_rng(6)
    P, u = rng.standard_normal((PEOPLE.size, PEOPLE.size)), rng.standard_normal(PEOPLE.size)
    P += P.T
    traces, products = make_model().contract(np.triu(P), u)
    parts = [*MATRICES, np.eye(PEOPLE.size)]
    np.testing.assert_allclose(traces, [np.trace(P @ K) for K in parts], atol=1e-4)
    np.testing.assert_allclose(products, [K @ u for K in parts], atol=1e-5)


def test_packed_kinships__mean_diagonals() -> None:
    model = make_model()
    projection = np.eye(PEOPLE.size) - 1.0 / PEOPLE.size
    np.testing.assert_allclose(model.mean_diagonal, [np.trace(K) / PEOPLE.size for K in MATRICES])
    centred = [np.trace(projection @ K @ projection) / PEOPLE.size for K in MATRICES]
    np.testing.assert_allclose(model.mean_diagonal_centred, centred)


def test_packed_kinships__without_one() -> None:
    whole, other = make_model().assemble(np.array([0.4, 0.0, 0.3, 0.5])), make_model().without(1)
    np.testing.assert_allclose(np.triu(other.assemble(np.array([0.4, 0.3, 0.5]))), np.triu(whole))


def test_packed_kinships__value_that_is_not_finite() -> None:
    bad = KINSHIPS[1].matrix.copy()
    bad[4, 3] = bad[3, 4] = np.nan
    with pytest.raises(BadStatisticsError, match=r"relationship matrix chr2 holds a value that is not finite: people"):
        PackedKinships([KINSHIPS[0], Kinship(bad, "gcta", 5)], ["chr1", "chr2"], DESIGN)


def test_packed_kinships__of_other_people() -> None:
    with pytest.raises(PhenotypeError, match=r"matrix a has shape \(6, 6\) for 40 phenotypes: give both for the same"):
        PackedKinships([Kinship(np.eye(6), "gcta", 5)], ["a"], DESIGN)


def test_packed_kinships__takes_each_matrix_once() -> None:
    """So that a sequence may read its matrices from files."""

    class Asked(list[Kinship]):
        times = 0

        def __getitem__(self, at):  # type: ignore[no-untyped-def,override]
            Asked.times += 1
            return super().__getitem__(at)

    PackedKinships(Asked(KINSHIPS), ["a", "b", "c"], DESIGN)
    assert Asked.times == 3

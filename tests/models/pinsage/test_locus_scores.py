import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from models.pinsage.locus_scores import LocusScores, standardised


def scores(is_known=(False, False, False)):
    return LocusScores(
        np.array([[1.0, 2.0, 3.0]], np.float32),
        np.array([[0.0, 5.0, 1.0]], np.float32),
        np.array([-0.5]),
        np.array([is_known]),
    )


def test_mixed__hand_worked():
    share = 1 / (1 + np.exp(0.5))
    walks, prior = np.exp([1.0, 2.0, 3.0]), np.exp([0.0, 5.0, 1.0])
    expected = np.log((1 - share) * walks / walks.sum() + share * prior / prior.sum())
    assert_allclose(scores().mixed()[0], expected, rtol=1e-6)
    assert_allclose(np.exp(scores().mixed()).sum(), 1.0, rtol=1e-6)


def test_mixed__shares_are_of_the_blocks_that_are_not_known():
    mixed = scores((False, True, False)).mixed()[0]
    assert_allclose(np.exp(mixed[[0, 2]]).sum(), 1.0, rtol=1e-6)
    assert np.isfinite(mixed[1])
    assert np.isfinite(scores((True, True, True)).mixed()).all()


def test_adding__in_any_unit_gives_the_same():
    others = np.array([[5.0, 1.0, 2.0]], np.float32)
    assert_allclose(scores().adding(others, 0.7).mixed(), scores().adding(100 * others - 3, 0.7).mixed(), rtol=1e-5)
    assert_array_equal(scores().adding(others, 0.0).mixed(), scores().mixed())


def test_standardised__of_a_constant_row_is_zero():
    assert_array_equal(standardised(np.full((1, 4), 3.0, np.float32)), np.zeros((1, 4)))

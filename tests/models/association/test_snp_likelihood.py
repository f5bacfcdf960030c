import numpy as np
import pytest

from models.association.chebyshev import make_window
from models.association.design import build_design
from models.association.null_model import rotate
from models.association.snp_likelihood import Peaks, Sums, better_peaks, find_peaks, likelihoods, node_columns, snp_sums
from models.association.spectral import decompose
from tests.models.association.dense_twin import centred, log_likelihood
from tests.models.association.families import make_families

FAMILIES = make_families(8, 20)
POINTS = np.array([-3.0, 0.0, 2.5])


def _at(covariates=None):
    """The model at three points, the first SNPs rotated, their sums of squares."""
    spectrum, design = decompose(FAMILIES.kinship), build_design(FAMILIES.y, covariates)
    w = design.covariates
    x = FAMILIES.dosages[:3].astype(np.float64).T
    rest = (x - w @ np.linalg.lstsq(w, x, rcond=None)[0]).T
    rotated = rotate(spectrum, design)
    return rotated, node_columns(rotated, POINTS), rest @ spectrum.vectors, np.einsum("ij,ij->i", rest, rest), w


@pytest.mark.parametrize("covariates", [None, FAMILIES.covariates])
def test_likelihoods__are_the_dense_ones(covariates) -> None:
    _, columns, x, squares, w = _at(covariates)
    ml, reml = likelihoods(snp_sums(x, columns), columns, squares, slice(0, 3))
    kinship = centred(FAMILIES.kinship)
    for snp in range(3):
        full = np.column_stack((w, FAMILIES.dosages[snp].astype(float)))
        for at, point in enumerate(POINTS):
            expected = [log_likelihood(kinship, FAMILIES.y, full, point, is_reml=is_reml) for is_reml in (False, True)]
            assert (ml[snp, at], reml[snp, at]) == pytest.approx(tuple(expected), abs=1e-9)


def test_node_columns__covariates_matter_unless_the_intercept_is_alone() -> None:
    """A centred kinship times ones is 0, so a SNP without its mean has no part in the intercept."""
    assert not _at()[1].has_covariates
    assert _at(FAMILIES.covariates)[1].has_covariates


def test_snp_sums__columns_picks_values_of_lambda() -> None:
    _, columns, x, *_ = _at()
    sums = snp_sums(x, columns)
    np.testing.assert_array_equal(sums.columns(slice(1, 2)).effect, sums.effect[:, 1:2])
    assert isinstance(sums, Sums)


def test_find_peaks__says_at_which_end() -> None:
    rotated, _, x, squares, _ = _at()
    whole = make_window(-11.0, 11.0, 64)
    columns = node_columns(rotated, whole.nodes)
    top = find_peaks(whole, columns, snp_sums(x, columns), squares, slice(0, 64))
    middle = float(top.reml[0])
    for low, high, ends in ((middle + 0.5, middle + 4.0, (True, False)), (middle - 4.0, middle - 0.5, (False, True))):
        window = make_window(low, high, 32)
        columns = node_columns(rotated, window.nodes)
        found = find_peaks(window, columns, snp_sums(x, columns), squares, slice(0, 32))
        assert (found.is_at_low[0], found.is_at_high[0]) == ends
        assert found.reml[0] == (low if ends[0] else high)


def test_better_peaks__picks_each_likelihood_s_own_window() -> None:
    one, two = (np.array([value]) for value in (1.0, 2.0))
    no = np.array([False])
    first = Peaks(one, two, one, one, one, one, one, no, no)
    second = Peaks(two, one, two, two, two, two, two, no, no)
    found = better_peaks(first, second)
    assert (found.ml[0], found.logl_ml[0]) == (1.0, 2.0)
    assert (found.reml[0], found.logl_reml[0], found.rest[0]) == (2.0, 2.0, 2.0)

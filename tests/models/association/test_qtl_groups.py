import numpy as np
import pytest

from models.association.qtl_groups import LARGEST_R_SQUARED, MixedGroup, clipped_squares, mixed_group
from models.association.qtl_options import QtlOptions
from models.association.qtl_traits import prepare_traits
from models.association.scan_filters import ScanFilters
from models.association.spectral import decompose
from tests.models.association.families import make_families

FAMILIES = make_families(8, 30)
TABLE = np.column_stack((FAMILIES.y, FAMILIES.y[::-1]))
EVERY, FILTERS = np.arange(2), ScanFilters(minimum_maf=0.0)


@pytest.mark.parametrize("has_missing", [False, True])
def test_enter__leaves_the_block_as_it_is(has_missing: bool) -> None:
    table, block = TABLE.copy(), FAMILIES.dosages.copy()
    table[:3, 0] = np.nan if has_missing else table[:3, 0]
    for group in prepare_traits(table, FAMILIES.covariates).groups:
        group.enter(block, FILTERS)
    np.testing.assert_array_equal(block, FAMILIES.dosages)


def test_correlate__is_the_partial_correlation() -> None:
    (group,) = prepare_traits(TABLE, FAMILIES.covariates, options=QtlOptions(precision="float64")).groups
    snps = group.enter(FAMILIES.dosages, FILTERS)
    w = np.column_stack((np.ones(40), FAMILIES.covariates))
    out = np.eye(40) - w @ np.linalg.pinv(w)
    expected = np.corrcoef(out @ FAMILIES.dosages[snps.rows[3]], out @ TABLE[:, 1])[0, 1]
    assert group.correlate(snps, EVERY).r[3, 1] == pytest.approx(expected, abs=1e-6)


def test_mixed_group__is_the_dense_projection() -> None:
    """x'Px, x'Py and y'Py with P made from the inverse of lambda K + I."""
    spectrum = decompose(FAMILIES.kinship)
    (plain,) = prepare_traits(TABLE, FAMILIES.covariates, options=QtlOptions(precision="float64")).groups
    assert not isinstance(plain, MixedGroup)
    group = mixed_group(plain, spectrum)
    snps = group.enter(FAMILIES.dosages, FILTERS)
    found = group.correlate(snps, EVERY)
    w, kinship = np.column_stack((np.ones(40), FAMILIES.covariates)), spectrum.vectors * spectrum.values
    for trait in range(2):
        inverse = np.linalg.inv(np.exp(group.log_lambda[trait]) * kinship @ spectrum.vectors.T + np.eye(40))
        p = inverse - inverse @ w @ np.linalg.inv(w.T @ inverse @ w) @ w.T @ inverse
        x, y = FAMILIES.dosages[snps.rows].astype(float), TABLE[:, trait]
        x_p_x = np.einsum("mi,ij,mj->m", x, p, x)
        np.testing.assert_allclose(found.x_p_x[:, trait], x_p_x, rtol=1e-5)
        assert group.y_p_y[trait] == pytest.approx(float(y @ p @ y), rel=1e-9)
        np.testing.assert_allclose(found.r[:, trait], x @ p @ y / np.sqrt(x_p_x * group.y_p_y[trait]), atol=1e-6)


def test_mixed_group__without_relationships_to_speak_of_is_least_squares() -> None:
    """A trait that lambda's lowest end fits: the same p as without kinship."""
    table = np.random.default_rng(2).normal(size=(40, 30))
    (plain,), mixed = prepare_traits(table).groups, prepare_traits(table, spectrum=decompose(FAMILIES.kinship))
    at_end = np.flatnonzero(mixed.log_lambda < np.log(1.01e-5))
    assert at_end.size > 2
    found = [
        group.correlate(group.enter(FAMILIES.dosages, FILTERS), at_end).r.astype(float)
        for group in (plain, mixed.groups[0])
    ]
    np.testing.assert_allclose(found[0], found[1], atol=1e-3)


def test_clipped_squares__stay_below_one() -> None:
    assert clipped_squares(np.array([1.0000001, -0.5], np.float32)).tolist() == [LARGEST_R_SQUARED, 0.25]

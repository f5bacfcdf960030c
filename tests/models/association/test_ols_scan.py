import numpy as np
import pytest

from models.association.errors import TraitError
from models.association.ols_scan import scan_ols
from models.association.scan_filters import ScanFilters
from models.genotype_blocks import array_reader
from tests.models.association.dense_twin import generalised_least_squares
from tests.models.association.families import make_families

FAMILIES = make_families(10, 20)
READER = array_reader(FAMILIES.dosages)


@pytest.mark.parametrize("has_covariates", [False, True])
def test_scan_ols__is_least_squares(has_covariates: bool) -> None:
    covariates = FAMILIES.covariates if has_covariates else None
    found = scan_ols(READER, 20, FAMILIES.y, covariates)
    extra = [] if covariates is None else list(covariates.T)
    for snp in range(4):
        columns = np.column_stack((np.ones(FAMILIES.y.size), *extra, FAMILIES.dosages[snp].astype(float)))
        nothing = np.zeros((FAMILIES.y.size, FAMILIES.y.size))
        expected = generalised_least_squares(nothing, FAMILIES.y, columns, 0.0)
        assert (found.beta[snp], found.se[snp]) == pytest.approx(expected, rel=1e-5)
    assert np.isnan(found.neg_log10_p_score).all()


def test_scan_ols__by_hand() -> None:
    """x 0 0 1 1 2 2, y = x with ±.5: slope 1, rest 1.5 with 4 degrees, error sqrt(.375 / 4)."""
    dosages = np.array([[0, 0, 1, 1, 2, 2]], np.float32)
    y = dosages[0] + np.array([-0.5, 0.5, -0.5, 0.5, -0.5, 0.5])
    found = scan_ols(array_reader(dosages), 1, y)
    assert found.beta[0] == pytest.approx(1.0)
    assert found.se[0] == pytest.approx(np.sqrt(0.375 / 4))
    assert found.frequency[0] == 0.5


def test_scan_ols__a_snp_that_is_the_trait_has_a_finite_p() -> None:
    found = scan_ols(READER, 1, FAMILIES.dosages[0] * 2.0)
    assert np.isfinite(found.neg_log10_p_wald[0])
    assert found.neg_log10_p_wald[0] > 100


def test_scan_ols__filters_count() -> None:
    found = scan_ols(READER, 20, FAMILIES.y, filters=ScanFilters(minimum_maf=0.45))
    assert found.n_dropped["low_frequency"] == 20 - found.n_tested > 0


def test_scan_ols__refuses_an_all_missing_trait() -> None:
    with pytest.raises(TraitError, match="missing or infinite for 50 of 50 people"):
        scan_ols(READER, 20, np.full(50, np.nan))

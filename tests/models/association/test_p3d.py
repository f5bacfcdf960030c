import numpy as np
import pytest

from models.association.exact_scan import scan
from models.association.null_model import fit_null
from models.association.scan_options import ScanOptions
from models.association.spectral import decompose
from models.genotype_blocks import array_reader
from tests.models.association.dense_twin import centred, generalised_least_squares
from tests.models.association.families import make_families

FAMILIES = make_families(10, 30, effect=0.7)
P3D = ScanOptions(method="p3d", precision="float64")


@pytest.mark.parametrize("has_covariates", [False, True])
def test_p3d__is_generalised_least_squares_at_the_null_model_s_lambda(has_covariates: bool) -> None:
    covariates = FAMILIES.covariates if has_covariates else None
    spectrum = decompose(FAMILIES.kinship)
    null = fit_null(spectrum, FAMILIES.y, covariates)
    found = scan(array_reader(FAMILIES.dosages), 30, spectrum, FAMILIES.y, covariates, options=P3D)
    extra = [] if covariates is None else list(covariates.T)
    for snp in range(4):
        columns = np.column_stack((np.ones(FAMILIES.y.size), *extra, FAMILIES.dosages[snp].astype(float)))
        expected = generalised_least_squares(centred(FAMILIES.kinship), FAMILIES.y, columns, null.log_lambda_reml)
        assert (found.beta[snp], found.se[snp]) == pytest.approx(expected, rel=1e-6)
    assert (found.log_lambda_reml == null.log_lambda_reml).all()


def test_p3d__score_test_is_the_exact_scan_s_and_others_are_not_made() -> None:
    spectrum = decompose(FAMILIES.kinship)
    found = scan(array_reader(FAMILIES.dosages), 30, spectrum, FAMILIES.y, options=P3D)
    exact = scan(array_reader(FAMILIES.dosages), 30, spectrum, FAMILIES.y, options=ScanOptions(precision="float64"))
    np.testing.assert_allclose(found.neg_log10_p_score, exact.neg_log10_p_score, rtol=1e-9)
    assert np.isnan(found.neg_log10_p_lrt).all()
    assert np.isnan(found.logl_h1).all()


def test_p3d__finds_less_than_the_exact_scan_at_a_large_effect() -> None:
    families = make_families(40, 200, effect=2.0, seed=11)
    spectrum, reader = decompose(families.kinship), array_reader(families.dosages)
    fixed, exact = (scan(reader, 1, spectrum, families.y, options=options) for options in (P3D, ScanOptions()))
    assert fixed.neg_log10_p_wald[0] < exact.neg_log10_p_wald[0] - 1.0

import numpy as np
import pytest

from models.association.errors import AssociationError
from models.association.exact_scan import scan
from models.association.loco import scan_loco
from models.association.null_model import fit_null
from models.association.scan_options import ScanOptions
from models.association.scan_results import STATISTICS
from models.association.spectral import decompose
from models.genotype_blocks import array_reader
from models.kinship import KinshipOptions, combine, estimate_kinships, leave_out, split_by
from tests.models.association.dense_twin import centred, snp_tests
from tests.models.association.families import kinship_of, make_families

FAMILIES = make_families(8, 60, effect=0.8)
CHROMOSOMES = ["1"] * 20 + ["2"] * 25 + ["X"] * 15
NAMES = np.array(CHROMOSOMES)
DOUBLE = ScanOptions(precision="float64")


def _leave_out(name: str, chromosomes: np.ndarray = NAMES) -> np.ndarray:
    return kinship_of(FAMILIES.dosages[chromosomes != name])


def test_scan_loco__is_the_dense_twin() -> None:
    found = scan_loco(array_reader(FAMILIES.dosages), CHROMOSOMES, _leave_out, FAMILIES.y, options=DOUBLE).scan
    w = np.ones((FAMILIES.y.size, 1))
    for snp in (0, 21, 59):
        kinship = centred(_leave_out(CHROMOSOMES[snp]))
        twin = snp_tests(kinship, FAMILIES.y, w, FAMILIES.dosages[snp].astype(float))
        for name in ("neg_log10_p_wald", "neg_log10_p_lrt", "neg_log10_p_score"):
            assert getattr(found, name)[snp] == pytest.approx(getattr(twin, name), rel=1e-6, abs=2e-5)
        for name in ("beta", "se", "logl_h1"):
            assert getattr(found, name)[snp] == pytest.approx(getattr(twin, name), rel=1e-6)


def test_scan_loco__is_a_scan_of_each_chromosome() -> None:
    """With covariates, and with the matrices of `models.kinship` made in one pass."""
    reader = array_reader(FAMILIES.dosages)
    names, membership = split_by(CHROMOSOMES)
    exact = KinshipOptions(precision="float64")
    parts = estimate_kinships(reader, 60, FAMILIES.y.size, membership=membership, options=exact)
    whole, part_of = combine(parts), dict(zip(names, parts, strict=True))
    found = scan_loco(
        reader,
        CHROMOSOMES,
        lambda name: leave_out(whole, part_of[name]).matrix,
        FAMILIES.y,
        FAMILIES.covariates,
        DOUBLE,
    )
    assert tuple(found.nulls) == ("1", "2", "X")
    for name in names:
        rows = np.array([label == name for label in CHROMOSOMES])
        spectrum = decompose(_leave_out(name))
        part = scan(
            array_reader(FAMILIES.dosages[rows]), int(rows.sum()), spectrum, FAMILIES.y, FAMILIES.covariates, DOUBLE
        )
        for statistic in STATISTICS:
            np.testing.assert_allclose(
                getattr(found.scan, statistic)[rows], getattr(part, statistic), rtol=1e-5, atol=1e-6
            )
        expected = fit_null(spectrum, FAMILIES.y, FAMILIES.covariates)
        assert found.nulls[name].pve == pytest.approx(expected.pve, rel=1e-6)


def test_scan_loco__order_of_the_snps_does_not_matter() -> None:
    order = np.random.default_rng(3).permutation(60)
    reader = array_reader(FAMILIES.dosages)
    one = scan_loco(reader, CHROMOSOMES, _leave_out, FAMILIES.y, options=DOUBLE).scan
    mixed = array_reader(FAMILIES.dosages[order])
    other = scan_loco(mixed, [CHROMOSOMES[at] for at in order], _leave_out, FAMILIES.y, options=DOUBLE).scan
    for statistic in STATISTICS:
        np.testing.assert_allclose(getattr(other, statistic), getattr(one, statistic)[order], rtol=1e-9, atol=1e-9)
    assert other.n_refitted == one.n_refitted


@pytest.mark.parametrize(("chromosomes", "seen"), [([], "none"), (["7"] * 60, "7")])
def test_scan_loco__refuses_a_single_chromosome(chromosomes: list[str], seen: str) -> None:
    with pytest.raises(AssociationError, match=rf"of one chromosome \({seen}\): leaving it out leaves no kinship"):
        scan_loco(array_reader(FAMILIES.dosages), chromosomes, _leave_out, FAMILIES.y)

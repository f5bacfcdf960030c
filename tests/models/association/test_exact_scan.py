"""The exact scan against its dense twin; what must not change it; what it refuses."""

import numpy as np
import pytest

from models.association import lambda_search
from models.association import snp_tests as snp_tests_module
from models.association.errors import TraitError
from models.association.exact_scan import scan, scan_traits
from models.association.null_model import fit_null
from models.association.scan_options import ScanOptions
from models.association.scan_results import STATISTICS, Scan
from models.association.spectral import decompose
from models.genotype_blocks import array_reader
from tests.models.association.dense_twin import TwinTest, centred, snp_tests
from tests.models.association.families import Families, make_families

DOUBLE = ScanOptions(precision="float64")
TESTS = ("neg_log10_p_wald", "neg_log10_p_lrt", "neg_log10_p_score")


def _scan(families: Families, *, options: ScanOptions = DOUBLE, covariates=None) -> Scan:
    spectrum = decompose(families.kinship)
    return scan(
        array_reader(families.dosages), len(families.dosages), spectrum, families.y, covariates, options=options
    )


def _twins(families: Families, snps, covariates=None) -> list[TwinTest]:
    columns = [np.ones(families.y.size)] if covariates is None else [np.ones(families.y.size), *covariates.T]
    w, kinship = np.column_stack(columns), centred(families.kinship)
    return [snp_tests(kinship, families.y, w, families.dosages[snp].astype(float)) for snp in snps]


def _assert_same(found: Scan, twins: list[TwinTest], snps, *, rtol: float = 1e-6, lambda_atol: float = 2e-4) -> None:
    for snp, twin in zip(snps, twins, strict=True):
        for name in ("beta", "se", "logl_h1"):
            assert getattr(found, name)[snp] == pytest.approx(getattr(twin, name), rel=rtol), name
        for name in TESTS:
            assert getattr(found, name)[snp] == pytest.approx(getattr(twin, name), rel=rtol, abs=2e-5), name
        for name in ("log_lambda_reml", "log_lambda_ml"):
            assert getattr(found, name)[snp] == pytest.approx(getattr(twin, name), abs=lambda_atol), name


@pytest.mark.parametrize("has_covariates", [False, True])
def test_scan__is_the_dense_twin(has_covariates: bool) -> None:
    families = make_families(8, 40, effect=0.8)
    covariates = families.covariates if has_covariates else None
    found = _scan(families, covariates=covariates)
    snps = range(5)
    _assert_same(found, _twins(families, snps, covariates), snps)


def test_scan__float32_differs_by_less_than_a_ten_thousandth() -> None:
    families = make_families(20, 80, effect=1.5)
    single, double = _scan(families, options=ScanOptions()), _scan(families)
    for name in TESTS:
        np.testing.assert_allclose(getattr(single, name), getattr(double, name), atol=1e-4)
    assert double.neg_log10_p_wald[0] > 8


@pytest.mark.parametrize("heritability", [0.0, 1.0])
def test_scan__maxima_at_the_ends_of_the_range(heritability: float) -> None:
    """Without inherited share most SNPs' lambda stands at 1e-5; with nothing else it runs off to 1e5."""
    families = make_families(7, 300, seed=3, heritability=heritability)
    found, snps = _scan(families), [0, 1, 2, 3]
    _assert_same(found, _twins(families, snps), snps)
    assert (np.abs(np.abs(found.log_lambda_reml) - np.log(1e5)) < 1e-9).any()


def test_scan__refits_what_leaves_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a window far too narrow every SNP goes to the whole range, and nothing changes."""
    families = make_families(8, 40, effect=1.0)
    expected = _scan(families)
    monkeypatch.setattr(lambda_search, "HALF_WINDOW", 0.05)
    monkeypatch.setattr(lambda_search, "LEAST_DROP", 1e-3)
    found = _scan(families)
    assert found.n_refitted > 30
    assert expected.n_refitted < 20
    for name in STATISTICS:
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-6, atol=2e-6, err_msg=name)


def test_scan__a_higher_maximum_beyond_the_window_is_found() -> None:
    """A SNP along the first eigenvector that explains nearly all of the trait: lambda falls far below the null's."""
    families = make_families(16, 200, seed=5, heritability=0.9)
    dosages = families.dosages.copy()
    dosages[0] = np.clip(1.0 + 4.0 * np.linalg.eigh(families.kinship)[1][:, -1], 0, 2)
    trait = dosages[0].astype(float) + 0.02 * families.y
    changed = Families(dosages, families.kinship, trait, families.covariates)
    found = _scan(changed)
    null = fit_null(decompose(families.kinship), trait)
    assert found.n_refitted >= 1
    assert found.log_lambda_reml[0] < null.log_lambda_reml - lambda_search.HALF_WINDOW
    _assert_same(found, _twins(changed, [0]), [0], rtol=1e-4, lambda_atol=2e-3)


def _two_peaks(share: float) -> Families:
    """A kinship of two groups of directions, each of which wants another lambda, so that likelihoods have two peaks."""
    rng, n = np.random.default_rng(0), 40
    directions = np.linalg.qr(np.column_stack((np.ones(n), rng.normal(size=(n, n - 1)))))[0]
    dosages = rng.integers(0, 3, (200, n)).astype(np.float32)
    kinship = (directions * np.concatenate(([0.0], np.full(2, 1e3), np.full(6, 0.01), np.zeros(31)))) @ directions.T
    size = np.concatenate(([0.0], np.full(2, np.sqrt(10.0)), np.full(6, np.sqrt(10.8 * share)), np.ones(31)))
    y = directions @ (size * np.sign(np.random.default_rng(1).normal(size=n)))
    return Families(dosages, (kinship + kinship.T) / 2, y, np.zeros((n, 0)))


@pytest.mark.parametrize("least_drop", [1e-3, 6.0])
@pytest.mark.parametrize("share", [0.95, 1.0, 1.05, 1.1])
def test_scan__of_two_peaks_the_higher_is_found(
    share: float, least_drop: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever the peaks lie, and however far the window reaches, the same as looking everywhere for every SNP."""
    monkeypatch.setattr(lambda_search, "LEAST_DROP", least_drop)
    families = _two_peaks(share)
    found = _scan(families)
    monkeypatch.setattr(lambda_search, "MARGIN", 1e9)
    expected = _scan(families)
    assert expected.n_refitted == 200
    assert np.ptp(expected.log_lambda_reml) > 8.0
    assert found.n_refitted < 200
    for name in STATISTICS:
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-6, atol=1e-6, err_msg=name)


def test_scan__likelihood_ratio_where_the_null_s_two_maxima_lie_far_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """The restricted likelihood without a SNP is highest at one peak, the likelihood at the other, outside the window.

    Most SNPs' own maxima are there too, but those that stay in the window need the null's all the same.
    """
    monkeypatch.setattr(lambda_search, "LEAST_DROP", 1e-3)
    for share in np.linspace(0.8, 1.2, 41):
        families = _two_peaks(float(share))
        null = fit_null(decompose(families.kinship), families.y)
        if abs(null.log_lambda_reml - null.log_lambda_ml) > 8.0:
            break
    assert abs(null.log_lambda_reml - null.log_lambda_ml) > 8.0
    found = _scan(families)
    near = np.abs(found.log_lambda_ml - null.log_lambda_reml) < 3.0
    snps = [*np.flatnonzero(near)[:2], *np.flatnonzero(~near)[:2]]
    assert len(snps) == 4
    _assert_same(found, _twins(families, snps), snps, rtol=1e-5, lambda_atol=1e-3)


@pytest.mark.parametrize("n_nodes", [24, 48, 64])
def test_scan__number_of_nodes_does_not_matter(n_nodes: int) -> None:
    families = make_families(20, 50, effect=1.0)
    found, expected = _scan(families, options=ScanOptions(n_nodes=n_nodes, precision="float64")), _scan(families)
    for name in TESTS:
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), atol=2e-5)


def test_scan__counting_the_other_allele_turns_the_effect() -> None:
    families = make_families()
    turned = Families(2 - families.dosages, families.kinship, families.y, families.covariates)
    one, other = _scan(families), _scan(turned)
    np.testing.assert_allclose(other.beta, -one.beta, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(other.frequency, 1 - one.frequency, rtol=1e-12)
    for name in TESTS:
        np.testing.assert_allclose(getattr(other, name), getattr(one, name), atol=1e-6)


def test_scan__scale_and_mean_of_trait_and_kinship_do_not_matter() -> None:
    families = make_families()
    moved = Families(families.dosages, 7.0 * families.kinship + 3.0, 100.0 - 5.0 * families.y, families.covariates)
    one, other = _scan(families), _scan(moved)
    is_inside = np.abs(one.log_lambda_reml) < 9.0  # the range of lambda, 1e-5 to 1e5, does not move with the kinship
    assert is_inside.sum() > 50
    np.testing.assert_allclose(other.beta[is_inside], -5.0 * one.beta[is_inside], rtol=1e-6, atol=1e-7)
    for name in ("neg_log10_p_wald", "neg_log10_p_score"):
        np.testing.assert_allclose(getattr(other, name)[is_inside], getattr(one, name)[is_inside], atol=2e-6)


def test_scan__order_of_people_does_not_matter() -> None:
    families = make_families()
    order = np.random.default_rng(2).permutation(families.y.size)
    mixed = Families(
        families.dosages[:, order],
        families.kinship[np.ix_(order, order)],
        families.y[order],
        families.covariates[order],
    )
    one = _scan(families, covariates=families.covariates)
    other = _scan(mixed, covariates=mixed.covariates)
    for name in (*TESTS, "beta"):
        np.testing.assert_allclose(getattr(other, name), getattr(one, name), atol=1e-7)


def test_scan__covariates_may_be_mixed_and_added_to_the_trait() -> None:
    """The space of the covariates counts, not its basis; what they explain of the trait is gone."""
    families = make_families()
    one = _scan(families, covariates=families.covariates)
    turned = families.covariates @ np.array([[2.0, 1.0], [-1.0, 3.0]]) + 4.0
    shifted = Families(families.dosages, families.kinship, families.y + turned[:, 0], families.covariates)
    other = _scan(shifted, covariates=turned)
    for name in (*TESTS, "beta"):
        np.testing.assert_allclose(getattr(other, name), getattr(one, name), atol=1e-7)


def test_scan__blocks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    families = make_families()
    one = _scan(families)
    monkeypatch.setattr("models.association.scan_blocks.LARGEST_BLOCK", 7)
    other = _scan(families)
    for name in STATISTICS:
        np.testing.assert_allclose(getattr(other, name), getattr(one, name), rtol=1e-9, atol=1e-9)


def test_scan__related_pairs_a_singular_kinship_and_missing_dosages() -> None:
    """Everybody twice: half of the eigenvalues are 0. Missing dosages stand at the mean of the others."""
    families = make_families(5, 30, seed=8)
    twice = np.tile(np.arange(families.y.size), 2)
    rng = np.random.default_rng(4)
    dosages = families.dosages[:, twice]
    dosages[1, 3] = np.nan
    filled = dosages.copy()
    filled[1, 3] = np.nanmean(dosages[1])
    doubled = Families(
        dosages, families.kinship[np.ix_(twice, twice)], rng.normal(size=twice.size), families.covariates[twice]
    )
    found = _scan(doubled)
    assert found.n_missing[1] == 1
    assert np.count_nonzero(decompose(doubled.kinship).values == 0.0) > twice.size // 2
    whole = Families(filled, doubled.kinship, doubled.y, doubled.covariates)
    _assert_same(found, _twins(whole, [0, 1]), [0, 1])


def test_scan__smallest_number_of_people() -> None:
    """c + 2 people leave one degree of freedom."""
    rng = np.random.default_rng(0)
    dosages = np.array([[0, 1, 2], [2, 1, 1]], np.float32)
    found = scan(array_reader(dosages), 2, decompose(np.eye(3)), rng.normal(size=3))
    assert found.n_tested == 2
    assert np.isfinite(found.neg_log10_p_wald).all()


def test_scan__monomorphic_and_collinear_snps_are_counted_not_tested() -> None:
    families = make_families()
    dosages = families.dosages.copy()
    dosages[3] = 2.0
    dosages[5] = np.nan
    covariates = np.column_stack((dosages[7], families.covariates[:, 0]))
    found = _scan(Families(dosages, families.kinship, families.y, families.covariates), covariates=covariates)
    assert found.n_dropped == {
        "nobody_seen": 1,
        "monomorphic": 1,
        "out_of_range": 0,
        "missingness": 0,
        "low_frequency": 0,
        "sum_of_covariates": 1,
    }
    assert not found.is_tested[[3, 5, 7]].any()
    assert np.isnan(found.neg_log10_p_wald[[3, 5, 7]]).all()
    assert found.n_tested == found.n_snps - 3


def test_scan__no_snps() -> None:
    families = make_families()
    found = scan(array_reader(families.dosages), 0, decompose(families.kinship), families.y)
    assert found.n_snps == 0
    assert np.isnan(found.lambda_gc())


def test_scan__refuses_other_people_than_the_kinship() -> None:
    families = make_families()
    with pytest.raises(TraitError, match="the trait has 59 people, the kinship 60: cut both"):
        scan(array_reader(families.dosages), 1, decompose(families.kinship), families.y[:-1])


@pytest.mark.parametrize("method", ["exact", "p3d"])
def test_scan_traits__is_each_traits_scan_with_each_block_turned_once(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    families = make_families()
    spectrum, options = decompose(families.kinship), ScanOptions(method=method)  # type: ignore[arg-type]
    traits = np.column_stack((families.y, np.random.default_rng(4).normal(size=families.y.size), -families.y))
    reader, n_snps = array_reader(families.dosages), len(families.dosages)
    expected = [scan(reader, n_snps, spectrum, y, families.covariates, options) for y in traits.T]
    turned: list[int] = []
    plain = snp_tests_module.rotate_block
    monkeypatch.setattr(
        snp_tests_module, "rotate_block", lambda block, vectors: (turned.append(len(block)), plain(block, vectors))[1]
    )
    found = scan_traits(reader, n_snps, spectrum, traits, families.covariates, options=options)
    assert sum(turned) == found[0].n_tested
    for one, other in zip(found, expected, strict=True):
        for name in (*STATISTICS, "frequency", "n_missing", "reason"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
        assert one.n_refitted == other.n_refitted

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from models.association.errors import TraitError
from models.association.exact_scan import scan
from models.association.ols_scan import scan_ols
from models.association.qtl_options import KeptPairs, PairPlaces, QtlOptions
from models.association.qtl_pairs import PairMap
from models.association.qtl_scan import map_cis, map_trans, scan_traits
from models.association.qtl_traits import prepare_traits
from models.association.scan_filters import ScanFilters
from models.association.scan_options import ScanOptions
from models.association.spectral import decompose
from models.genotype_blocks import GenotypeBlockError, array_reader
from tests.models.association.families import make_families
from tests.models.association.qtl_twin import table_tests

FloatArray = NDArray[np.float64]
FAMILIES = make_families(14, 40)
N_SNPS, N_PEOPLE, N_TRAITS = 40, FAMILIES.y.size, 7
READER = array_reader(FAMILIES.dosages)
TABLE = np.random.default_rng(3).normal(size=(N_PEOPLE, N_TRAITS))
TABLE[:, 2] += 1.3 * FAMILIES.dosages[5]
TABLE[:, 3] = 1e4 + 50.0 * TABLE[:, 3]
OPEN = ScanFilters(minimum_maf=0.0, maximum_missing=0.5)
KEEP_ALL = KeptPairs()
PLACES = PairPlaces(
    np.repeat([1, 2], 20), np.tile(np.arange(20) * 1000, 2), np.array([1, 1, 1, 2, 2, 2, 3]), np.arange(7) * 3000, 4000
)


def _whole(
    dosages: NDArray[np.floating],
    table: FloatArray,
    covariates: FloatArray | None = None,
    options: QtlOptions | None = None,
) -> FloatArray:
    traits = prepare_traits(table, covariates, options=options)
    blocks = list(scan_traits(array_reader(dosages), len(dosages), traits))
    assert [block.first for block in blocks] == [0]
    return np.array([blocks[0].beta, blocks[0].se, blocks[0].neg_log10_p])


def _pairs(found: PairMap) -> set[tuple[int, int]]:
    return set(zip(found.pairs.snp.tolist(), found.pairs.trait.tolist(), strict=True))


def _missing_table() -> FloatArray:
    table, rng = TABLE.copy(), np.random.default_rng(5)
    table[rng.random(N_PEOPLE) < 0.2, :2] = np.nan
    table[rng.random(N_PEOPLE) < 0.3, 4] = np.nan
    return table


@pytest.mark.parametrize("has_covariates", [False, True])
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_scan_traits__is_least_squares_pair_by_pair(has_covariates: bool, precision: str) -> None:
    covariates = FAMILIES.covariates if has_covariates else None
    found = _whole(FAMILIES.dosages, TABLE, covariates, QtlOptions(filters=OPEN, precision=precision))  # type: ignore[arg-type]
    expected = table_tests(FAMILIES.dosages, TABLE, covariates)
    np.testing.assert_allclose(found[0] / expected[1], expected[0] / expected[1], atol=1e-5)
    np.testing.assert_allclose(found[1], expected[1], rtol=1e-5)
    np.testing.assert_allclose(found[2], expected[2], atol=1e-5)


def test_scan_traits__missing_values_leave_out_people_exactly() -> None:
    table, dosages = _missing_table(), FAMILIES.dosages.copy()
    dosages[np.random.default_rng(6).random(dosages.shape) < 0.05] = np.nan
    found = _whole(dosages, table, FAMILIES.covariates, QtlOptions(filters=OPEN))
    expected = table_tests(dosages, table, FAMILIES.covariates)
    np.testing.assert_allclose(found[0] / expected[1], expected[0] / expected[1], atol=1e-5)
    np.testing.assert_allclose(found[1], expected[1], rtol=1e-5)
    np.testing.assert_allclose(found[2], expected[2], atol=1e-5)


def test_scan_traits__is_the_scan_of_each_trait_alone() -> None:
    found = _whole(FAMILIES.dosages, TABLE, FAMILIES.covariates)
    for trait in range(N_TRAITS):
        alone = scan_ols(READER, N_SNPS, TABLE[:, trait], FAMILIES.covariates)
        np.testing.assert_allclose(found[2][:, trait], alone.neg_log10_p_wald, atol=1e-5)


@pytest.mark.parametrize("has_covariates", [False, True])
def test_scan_traits__with_kinship_is_p3d_of_each_trait(has_covariates: bool) -> None:
    covariates = FAMILIES.covariates if has_covariates else None
    spectrum = decompose(FAMILIES.kinship)
    table = np.column_stack((FAMILIES.y, TABLE[:, :3], 1e5 * FAMILIES.y[::-1]))
    options = QtlOptions(precision="float64", traits_at_a_time=2)
    traits = prepare_traits(table, covariates, spectrum=spectrum, options=options)
    (block,) = scan_traits(READER, N_SNPS, traits)
    for trait in range(5):
        alone = scan(
            READER, N_SNPS, spectrum, table[:, trait], covariates, ScanOptions(method="p3d", precision="float64")
        )
        np.testing.assert_allclose(traits.log_lambda[trait], np.nanmax(alone.log_lambda_reml), atol=1e-6)
        np.testing.assert_allclose(block.neg_log10_p[:, trait], alone.neg_log10_p_wald, atol=1e-7)
        np.testing.assert_allclose(block.beta[:, trait], alone.beta, rtol=1e-5, atol=1e-9)
        np.testing.assert_allclose(block.se[:, trait], alone.se, rtol=1e-6)


def test_scan_traits__permutations_and_signs() -> None:
    rng = np.random.default_rng(7)
    people, snps, columns = rng.permutation(N_PEOPLE), rng.permutation(N_SNPS), rng.permutation(N_TRAITS)
    table = _missing_table()
    base = _whole(FAMILIES.dosages, table, FAMILIES.covariates)
    moved = _whole(FAMILIES.dosages[snps][:, people], table[np.ix_(people, columns)], FAMILIES.covariates[people])
    np.testing.assert_allclose(moved, base[:, snps][:, :, columns], rtol=2e-4, atol=1e-5)
    flipped = _whole(2.0 - FAMILIES.dosages, -3.0 * table, FAMILIES.covariates)
    np.testing.assert_allclose(flipped * np.array([1 / 3, 1 / 3, 1])[:, None, None], base, rtol=2e-4, atol=1e-5)
    swapped = _whole(2.0 - FAMILIES.dosages, table, FAMILIES.covariates)
    np.testing.assert_allclose(swapped * np.array([-1, 1, 1])[:, None, None], base, rtol=2e-4, atol=1e-5)


def test_scan_traits__a_snp_that_is_the_trait_has_a_finite_p() -> None:
    found = _whole(FAMILIES.dosages, FAMILIES.dosages[:2].T.astype(float) * 2.0, options=QtlOptions(filters=OPEN))
    assert np.isfinite(found).all()
    assert found[2][0, 0] > 100
    assert found[0][0, 0] == pytest.approx(2.0, rel=1e-6)


def test_scan_traits__strong_correlations_keep_their_digits_in_float32() -> None:
    """A trait that is a SNP but for a ten thousandth: float32 alone would lose what is left."""
    table = FAMILIES.dosages[:3].T + 1e-4 * TABLE[:, :3]
    found = _whole(FAMILIES.dosages, table, FAMILIES.covariates, QtlOptions(filters=OPEN))
    expected = table_tests(FAMILIES.dosages, table, FAMILIES.covariates)
    np.testing.assert_allclose(found[2], expected[2], rtol=1e-4, atol=1e-5)
    assert expected[2].max() > 200


def test_scan_traits__monomorphic_snp_and_constant_trait_are_not_tested() -> None:
    dosages, table = FAMILIES.dosages.copy(), TABLE.copy()
    dosages[4], table[:, 1] = 1.0, 17.3
    found = _whole(dosages, table)
    is_nan = np.isnan(found[2])
    assert is_nan[4].all()
    assert is_nan[:, 1].all()
    assert is_nan.sum() == N_SNPS + N_TRAITS - 1


def test_scan_traits__snps_are_judged_among_the_people_who_have_the_trait() -> None:
    dosages, table = FAMILIES.dosages.copy(), TABLE.copy()
    dosages[6], dosages[6, :9], table[:9, 3] = 0.0, 1.0, np.nan
    found = _whole(dosages, table)
    assert np.isnan(found[2][6]).tolist() == [False, False, False, True, False, False, False]
    counted = map_trans(array_reader(dosages), N_SNPS, prepare_traits(table), kept=KEEP_ALL).n_tested
    assert counted[3] == np.isfinite(found[2][:, 3]).sum()
    np.testing.assert_array_equal(counted, np.isfinite(found[2]).sum(axis=0))


def test_scan_traits__blocks_follow_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    traits = prepare_traits(_missing_table(), FAMILIES.covariates, options=QtlOptions(traits_at_a_time=3))
    (whole,) = scan_traits(READER, N_SNPS, traits)
    monkeypatch.setattr("models.association.qtl_scan.LARGEST_BLOCK", 13)
    parts = list(scan_traits(READER, N_SNPS, traits))
    assert [part.first for part in parts] == [0, 13, 26, 39]
    np.testing.assert_allclose(np.concatenate([part.neg_log10_p for part in parts]), whole.neg_log10_p, atol=1e-6)


def test_scan_traits__refuses_a_reader_of_other_people() -> None:
    traits = prepare_traits(TABLE[:-1])
    with pytest.raises(GenotypeBlockError, match="people of the analysis"):
        next(scan_traits(READER, N_SNPS, traits))


@pytest.mark.parametrize("block", [2048, 7])
def test_map_cis__is_the_scan_within_windows(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.association.qtl_scan.LARGEST_BLOCK", block)
    order = np.random.default_rng(8).permutation(N_SNPS)
    places = PairPlaces(
        PLACES.snp_chromosome[order], PLACES.snp_position[order], PLACES.trait_chromosome, PLACES.trait_position, 4000
    )
    table = _missing_table()
    found = map_cis(array_reader(FAMILIES.dosages[order]), N_SNPS, prepare_traits(table), places)
    expected = table_tests(FAMILIES.dosages[order], table, None)
    near = {
        (snp, trait)
        for snp in range(N_SNPS)
        for trait in range(N_TRAITS)
        if places.snp_chromosome[snp] == places.trait_chromosome[trait]
        and abs(places.snp_position[snp] - places.trait_position[trait]) <= 4000
    }
    assert _pairs(found) == near
    assert found.n_pairs_tested == found.n_passing == len(near)
    assert not found.is_cut
    snp, trait = found.pairs.snp, found.pairs.trait
    np.testing.assert_allclose(found.pairs.beta, expected[0][snp, trait], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(found.pairs.se, expected[1][snp, trait], rtol=1e-5)
    np.testing.assert_allclose(found.pairs.neg_log10_p, expected[2][snp, trait], atol=1e-5)
    for number in range(6):
        own = [one for one, other in near if other == number]
        assert found.n_tested[number] == len(own)
        assert found.lead_snp[number] == max(own, key=lambda one: expected[2][one, number])


def test_map_cis__a_trait_without_snps_in_its_window() -> None:
    found = map_cis(READER, N_SNPS, prepare_traits(TABLE), PLACES)
    assert found.n_tested[6] == 0
    assert found.lead_snp[6] == -1
    assert np.isnan(found.lead_neg_log10_p[6])


def test_map_cis__names_of_chromosomes_do_as_well() -> None:
    named = PairPlaces(
        np.array(["chr1", "chr2"])[PLACES.snp_chromosome - 1],
        PLACES.snp_position,
        np.array(["chr1", "chr2", "chrX"])[PLACES.trait_chromosome - 1],
        PLACES.trait_position,
        4000,
    )
    traits = prepare_traits(TABLE)
    assert _pairs(map_cis(READER, N_SNPS, traits, named)) == _pairs(map_cis(READER, N_SNPS, traits, PLACES))


def test_map_trans__and_cis_share_all_pairs() -> None:
    traits = prepare_traits(_missing_table(), FAMILIES.covariates)
    cis = map_cis(READER, N_SNPS, traits, PLACES)
    trans = map_trans(READER, N_SNPS, traits, PLACES, kept=KEEP_ALL)
    whole = map_trans(READER, N_SNPS, traits, kept=KEEP_ALL)
    assert not _pairs(cis) & _pairs(trans)
    assert _pairs(cis) | _pairs(trans) == _pairs(whole)
    np.testing.assert_array_equal(cis.n_tested + trans.n_tested, whole.n_tested)


@pytest.mark.parametrize("with_kinship", [False, True])
def test_map_trans__keeps_what_reaches_the_bar_and_counts_all(with_kinship: bool) -> None:
    traits = prepare_traits(TABLE, spectrum=decompose(FAMILIES.kinship) if with_kinship else None)
    (block,) = scan_traits(READER, N_SNPS, traits)
    found = map_trans(READER, N_SNPS, traits, kept=KeptPairs(1.0))
    expected = set(zip(*(one.tolist() for one in np.nonzero(block.neg_log10_p >= 1.0)), strict=True))
    assert _pairs(found) == expected
    assert len(expected) > 10
    assert found.n_pairs_tested == int(np.isfinite(block.neg_log10_p).sum())
    np.testing.assert_allclose(found.pairs.neg_log10_p, block.neg_log10_p[found.pairs.snp, found.pairs.trait])


def test_map_trans__a_pair_exactly_at_the_bar_is_kept() -> None:
    traits = prepare_traits(TABLE)
    every = map_trans(READER, N_SNPS, traits, kept=KEEP_ALL)
    strongest = float(every.pairs.neg_log10_p.max())
    assert map_trans(READER, N_SNPS, traits, kept=KeptPairs(strongest)).pairs.snp.size == 1
    assert map_trans(READER, N_SNPS, traits, kept=KeptPairs(strongest * 1.001)).pairs.snp.size == 0


def test_map_trans__memory_is_bounded_and_the_strongest_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.association.qtl_scan.LARGEST_BLOCK", 3)
    traits = prepare_traits(TABLE)
    every = map_trans(READER, N_SNPS, traits, kept=KEEP_ALL)
    found = map_trans(READER, N_SNPS, traits, kept=KeptPairs(0.0, 9))
    assert found.is_cut
    assert found.n_passing == every.pairs.snp.size
    np.testing.assert_array_equal(np.sort(found.pairs.neg_log10_p), np.sort(every.pairs.neg_log10_p)[-9:])
    np.testing.assert_array_equal(found.lead_snp, every.lead_snp)


def test_map__recovers_planted_qtl() -> None:
    found = map_trans(READER, N_SNPS, prepare_traits(TABLE), kept=KeptPairs(4.0))
    best = int(np.argmax(found.pairs.neg_log10_p))
    assert (found.pairs.snp[best], found.pairs.trait[best]) == (5, 2)
    assert found.lead_snp[2] == 5
    assert found.pairs.beta[best] == pytest.approx(1.3, abs=4 * found.pairs.se[best])


def test_map_cis__refuses_other_numbers_of_places() -> None:
    with pytest.raises(TraitError, match="places of 40 SNPs and 7 traits, but 40 SNPs and 6"):
        map_cis(READER, N_SNPS, prepare_traits(TABLE[:, :6]), PLACES)
    with pytest.raises(TraitError, match="give one place for each"):
        map_trans(READER, 39, prepare_traits(TABLE), PLACES, kept=KEEP_ALL)


@pytest.mark.slow
@pytest.mark.parametrize("missing", [False, True])
def test_scan_traits__p_values_of_nothing_are_uniform(missing: bool) -> None:
    """60 people, 5 covariates that matter, 400 independent SNPs x 300 traits: uniform p, right tail at 1e-3."""
    rng = np.random.default_rng(20_261_121)
    dosages = rng.binomial(2, rng.uniform(0.2, 0.8, (400, 1)), (400, 60)).astype(np.float32)
    covariates = rng.normal(size=(60, 5))
    table = covariates @ rng.normal(size=(5, 300)) + rng.normal(size=(60, 300))
    if missing:
        table[np.ix_(rng.random(60) < 0.2, np.arange(300) % 3 == 0)] = np.nan
    (block,) = scan_traits(array_reader(dosages), 400, prepare_traits(table, covariates))
    p = 10.0 ** -block.neg_log10_p[np.isfinite(block.neg_log10_p)]
    assert p.size > 110_000
    assert stats.kstest(p, "uniform").statistic < 0.01
    for level in (0.05, 0.001):
        share = float((p < level).mean())
        assert abs(share - level) < 5 * np.sqrt(level / p.size) + 0.02 * level, (level, share)


@pytest.mark.slow
def test_scan_traits__with_kinship_heritable_nothing_is_calibrated() -> None:
    """Heritable traits of families without any QTL of their own: P3D holds its level, least squares does not."""
    families = make_families(40, 600, seed=9)
    kinship = families.kinship
    rng = np.random.default_rng(10)
    root = np.linalg.cholesky(kinship / kinship.diagonal().mean() + 1e-9 * np.eye(len(kinship)))
    table = 0.8 * root @ rng.normal(size=(len(kinship), 40)) + 0.6 * rng.normal(size=(len(kinship), 40))
    reader = array_reader(families.dosages)
    (mixed,) = scan_traits(reader, 600, prepare_traits(table, spectrum=decompose(kinship)))
    (plain,) = scan_traits(reader, 600, prepare_traits(table))
    shares = [float((one.neg_log10_p > 2.0)[np.isfinite(one.neg_log10_p)].mean()) for one in (mixed, plain)]
    assert shares[0] < 0.013
    assert shares[1] > 1.5 * shares[0]

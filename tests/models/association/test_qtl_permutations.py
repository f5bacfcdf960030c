"""The strongest SNP under permutations: against refitting pair by pair, with covariates, gaps and kinship."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.association.errors import ScanOptionError, TraitError
from models.association.qtl_groups import MixedGroup
from models.association.qtl_options import PairPlaces, QtlOptions
from models.association.qtl_permutations import PermutedLeads, permute_leads
from models.association.qtl_scan import map_cis
from models.association.qtl_traits import Traits, prepare_traits
from models.association.scan_filters import ScanFilters
from models.association.spectral import decompose
from models.genotype_blocks import array_reader
from tests.models.association.families import make_families

FloatArray = NDArray[np.float64]
FAMILIES = make_families(12, 40)
N_PEOPLE, N_SNPS, N_TRAITS = FAMILIES.y.size, 40, 5
READER = array_reader(FAMILIES.dosages)
TABLE = np.random.default_rng(3).normal(size=(N_PEOPLE, N_TRAITS))
PLACES = PairPlaces(
    np.repeat(["1", "2"], 20),
    np.tile(np.arange(20) * 1000, 2),
    np.array(["1", "1", "2", "2", "9"]),
    np.array([2000, 9000, 0, 15_000, 1000]),
    4000,
)
OPTIONS = QtlOptions(filters=ScanFilters(minimum_maf=0.0, maximum_missing=1.0))


def permuted(traits: Traits, *, n: int = 25, seed: int = 5, places: PairPlaces = PLACES) -> PermutedLeads:
    return permute_leads(READER, traits, places, n_permutations=n, seed=seed)


def orders(n_people: int, n: int, seed: int) -> NDArray[np.int64]:
    """The permutations, as they are promised: by seed and number of people."""
    rows = np.tile(np.arange(n_people, dtype=np.int32), (n, 1))
    return np.random.default_rng([seed, n_people]).permuted(rows, axis=1)


def refitted(x: FloatArray, y: FloatArray, covariates: FloatArray) -> float:
    """Squared partial correlation by two least squares fits."""
    columns = np.column_stack((np.ones(y.size), covariates))
    without = y - columns @ np.linalg.lstsq(columns, y, rcond=None)[0]
    both = np.column_stack((columns, x))
    rest = y - both @ np.linalg.lstsq(both, y, rcond=None)[0]
    return 1.0 - float(rest @ rest) / float(without @ without)


def test_permute_leads__is_freedman_and_lane_refitted_pair_by_pair() -> None:
    covariates = FAMILIES.covariates
    found = permuted(prepare_traits(TABLE, covariates, options=OPTIONS), n=6)
    columns = np.column_stack((np.ones(N_PEOPLE), covariates))
    for trait in range(N_TRAITS):
        near = np.flatnonzero(PLACES.is_cis(np.arange(N_SNPS), np.array([trait]))[:, 0])
        if not near.size:
            assert np.isnan(found.observed[trait])
            continue
        y = TABLE[:, trait]
        fit = columns @ np.linalg.lstsq(columns, y, rcond=None)[0]
        shuffled = [y, *(fit + (y - fit)[order] for order in orders(N_PEOPLE, 6, 5))]
        best = [max(refitted(FAMILIES.dosages[snp], each, covariates) for snp in near) for each in shuffled]
        np.testing.assert_allclose(found.observed[trait], best[0], rtol=1e-5)
        np.testing.assert_allclose(found.permuted[trait], best[1:], rtol=1e-4, atol=1e-6)
        assert found.degrees[trait] == N_PEOPLE - columns.shape[1] - 1


def test_permute_leads__observed_is_the_lead_of_the_map() -> None:
    table = TABLE.copy()
    table[:4, 1] = np.nan
    table[:9, 2] = np.nan
    traits = prepare_traits(table, FAMILIES.covariates, options=OPTIONS)
    leads, found = map_cis(READER, N_SNPS, traits, PLACES), permuted(traits)
    for trait in range(4):
        (at,) = np.flatnonzero((leads.pairs.trait == trait) & (leads.pairs.snp == leads.lead_snp[trait]))
        t = leads.pairs.beta[at] / leads.pairs.se[at]
        assert found.observed[trait] == pytest.approx(t * t / (t * t + found.degrees[trait]), rel=1e-5)
    assert found.degrees.tolist() == [group_degrees(table[:, trait]) for trait in range(4)] + [0]


def group_degrees(y: FloatArray) -> int:
    return int((~np.isnan(y)).sum()) - FAMILIES.covariates.shape[1] - 2


def test_permute_leads__with_kinship_the_observed_is_the_mixed_models() -> None:
    spectrum = decompose(FAMILIES.kinship)
    table = TABLE + 0.8 * FAMILIES.y[:, None]
    traits = prepare_traits(table, FAMILIES.covariates, spectrum=spectrum, options=OPTIONS)
    assert isinstance(traits.groups[0], MixedGroup)
    leads, found = map_cis(READER, N_SNPS, traits, PLACES), permuted(traits)
    for trait in range(4):
        (at,) = np.flatnonzero((leads.pairs.trait == trait) & (leads.pairs.snp == leads.lead_snp[trait]))
        t = leads.pairs.beta[at] / leads.pairs.se[at]
        assert found.observed[trait] == pytest.approx(t * t / (t * t + found.degrees[trait]), rel=1e-4)


def test_permute_leads__traits_keep_their_correlation_and_the_seed_decides() -> None:
    table = TABLE.copy()
    table[:, 1] = 3.0 - 2.0 * table[:, 0]
    places = PairPlaces(
        PLACES.snp_chromosome, PLACES.snp_position, PLACES.trait_chromosome, np.full(N_TRAITS, 9000), 4000
    )
    traits = prepare_traits(table, None, options=OPTIONS)
    found = permuted(traits, places=places)
    np.testing.assert_allclose(found.permuted[0], found.permuted[1], rtol=1e-4)
    np.testing.assert_array_equal(found.permuted, permuted(traits, places=places).permuted)
    assert not np.allclose(found.permuted[0], permuted(traits, places=places, seed=6).permuted[0])


def test_permute_leads__does_not_depend_on_how_windows_fall_into_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    traits = prepare_traits(TABLE, FAMILIES.covariates, options=OPTIONS)
    whole = permuted(traits)
    monkeypatch.setattr("models.association.qtl_permutations.SNPS_AT_A_TIME", 3)
    told: list[tuple[int, int]] = []
    parts = permute_leads(READER, traits, PLACES, n_permutations=25, seed=5, on_traits=lambda *now: told.append(now))
    np.testing.assert_allclose(parts.permuted, whole.permuted, rtol=1e-5)
    np.testing.assert_allclose(parts.observed, whole.observed)
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_permute_leads__leaves_out_snps_that_the_filters_do() -> None:
    dosages = FAMILIES.dosages.copy()
    dosages[:20] = 1.0
    traits = prepare_traits(TABLE, None, options=OPTIONS)
    found = permute_leads(array_reader(dosages), traits, PLACES, n_permutations=3, seed=1)
    assert np.isnan(found.observed).tolist() == [True, True, False, False, True]
    assert np.isnan(found.permuted[:2]).all()
    assert not np.isnan(found.permuted[2:4]).any()


def test_permute_leads__refuses_unsorted_snps_and_no_permutation() -> None:
    traits = prepare_traits(TABLE, None, options=OPTIONS)
    with pytest.raises(ScanOptionError, match="1 or more, not 0"):
        permuted(traits, n=0)
    backwards = PairPlaces(
        PLACES.snp_chromosome, PLACES.snp_position[::-1], PLACES.trait_chromosome, PLACES.trait_position
    )
    with pytest.raises(ScanOptionError, match="sort them"):
        permuted(traits, places=backwards)
    apart = PairPlaces(np.tile(["1", "2"], 20), np.arange(40), PLACES.trait_chromosome, PLACES.trait_position)
    with pytest.raises(ScanOptionError, match="together"):
        permuted(traits, places=apart)
    fewer = prepare_traits(TABLE[:, :2], None, options=OPTIONS)
    with pytest.raises(TraitError, match="5 traits, but 2 traits"):
        permuted(fewer)

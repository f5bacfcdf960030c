import dataclasses

import numpy as np
import pytest

from models.heritability.errors import GenotypeError, WindowError
from models.heritability.ld_scores import LdScoreOptions, estimate_ld_scores
from models.heritability.standardise import TILE
from tests.models.heritability.ld_twins import MISSING, simulate_genotypes, slow_ld_scores

# r12 = 0, r13² = r23² = 4/(4 * 2); n = 4, so adjusted r² are -1/2, 1/4, 1/4
THREE = np.array([[0, 0, 2, 2], [0, 2, 0, 2], [0, 1, 1, 2]], np.int8)
WHOLE = LdScoreOptions(window=9.0, allow_whole_chromosome=True)


def estimate(genotypes, position, annotations=None, options=WHOLE):
    return estimate_ld_scores(
        lambda first, last: genotypes[first:last],
        genotypes.shape[1],
        None if position is None else np.asarray(position, np.float64),
        n_snps=len(genotypes),
        annotations=annotations,
        options=options,
    )


def test_estimate_ld_scores__three_snps_by_hand():
    found = estimate(THREE, [0, 1, 2])
    assert found.ld_scores.tolist() == [[0.75], [0.75], [1.5]]
    assert found.m.tolist() == found.m_5_50.tolist() == [3.0]
    assert found.allele_frequency.tolist() == [0.5, 0.5, 0.5]
    assert (found.n_reference_snps, found.n_reference_snps_5_50) == (3, 3)


def test_estimate_ld_scores__window_leaves_out_the_far_pair():
    found = estimate(THREE, [0, 1, 2], options=dataclasses.replace(WHOLE, window=1.0))
    assert found.ld_scores.tolist() == [[0.5], [0.75], [1.25]]


def test_estimate_ld_scores__annotations_by_hand():
    annotations = np.array([[1.0, 1.0], [2.0, 1.0], [0.0, 1.0]])
    found = estimate(THREE, [0, 1, 2], annotations)
    assert found.ld_scores.tolist() == [[0.0, 0.75], [1.5, 0.75], [0.75, 1.5]]
    assert found.m.tolist() == [3.0, 3.0]
    assert found.overlap.tolist() == [[5.0, 3.0], [3.0, 3.0]]
    assert found.annotation_sd_5_50 == pytest.approx([np.sqrt(2.0 / 3.0), 0.0])


def test_estimate_ld_scores__pairs_by_hand():
    found = estimate(THREE, [0, 1, 2], options=dataclasses.replace(WHOLE, pair_threshold=0.5)).pairs
    assert list(zip(found.first, found.second, found.r_squared, strict=True)) == [(0, 2, 0.5), (1, 2, 0.5)]


@pytest.mark.parametrize("is_exact", [False, True])
@pytest.mark.parametrize("missing", [0.0, 0.03])
@pytest.mark.parametrize("n_columns", [1, 4])
def test_estimate_ld_scores__slow_twin(is_exact, missing, n_columns):
    rng = np.random.default_rng(7)
    genotypes = simulate_genotypes(TILE + 40, 50, missing=missing)
    position = np.sort(rng.random(len(genotypes)))
    annotations = np.column_stack(
        [np.ones(len(genotypes)), rng.random((len(genotypes), 2)) < 0.3, rng.normal(size=len(genotypes))]
    )[:, :n_columns]
    found = estimate(genotypes, position, annotations, LdScoreOptions(window=0.2, is_exact=is_exact))
    expected = slow_ld_scores(genotypes, position, annotations, 0.2)
    np.testing.assert_allclose(found.ld_scores, expected, rtol=0, atol=1e-11 if is_exact else 2e-4)


def test_estimate_ld_scores__missing_in_one_tile_only():
    genotypes = simulate_genotypes(2 * TILE + 5, 33, seed=9)
    genotypes[TILE + 3, 7] = MISSING
    position = np.arange(len(genotypes)) / 100.0
    ones = np.ones((len(genotypes), 1))
    found = estimate(genotypes, position, options=LdScoreOptions(window=0.1, is_exact=True))
    np.testing.assert_allclose(found.ld_scores, slow_ld_scores(genotypes, position, ones, 0.1), atol=1e-11)


@pytest.mark.parametrize("missing", [0.0, 0.02])
def test_estimate_ld_scores__invariant_to_allele_flips_and_order_of_people(missing):
    rng = np.random.default_rng(3)
    genotypes = simulate_genotypes(300, 67, missing=missing)
    flipped = np.where(rng.random((300, 1)) < 0.5, np.where(genotypes == MISSING, MISSING, 2 - genotypes), genotypes)
    shuffled = flipped.astype(np.int8)[:, rng.permutation(67)]
    position = np.sort(rng.random(300))
    options = LdScoreOptions(window=0.2, is_exact=True)
    first, second = (estimate(values, position, options=options) for values in (genotypes, shuffled))
    np.testing.assert_allclose(second.ld_scores, first.ld_scores, rtol=0, atol=1e-12)


def test_estimate_ld_scores__exponent_weighs_by_variance():
    genotypes = simulate_genotypes(60, 45)
    position = np.arange(60.0)
    found = estimate(genotypes, position, options=LdScoreOptions(window=7.0, exponent=0.5, is_exact=True))
    p = genotypes.mean(axis=1) / 2.0
    weights = np.sqrt(p * (1.0 - p))[:, None]
    np.testing.assert_allclose(found.ld_scores, slow_ld_scores(genotypes, position, weights, 7.0), atol=1e-12)
    assert found.m[0] == pytest.approx(weights.sum())
    assert found.m_5_50[0] == pytest.approx(weights[np.minimum(p, 1.0 - p) > 0.05].sum())


def test_estimate_ld_scores__dropped_snps_are_in_no_sum():
    genotypes = np.insert(THREE, 1, 1, axis=0)
    annotations = np.array([[1.0], [np.pi], [2.0], [0.0]])
    found = estimate(genotypes, [0, 0.5, 1, 2], annotations)
    assert found.is_kept.tolist() == [True, False, True, True]
    assert found.ld_scores.tolist() == [[0.0], [1.5], [0.75]]
    assert found.m.tolist() == [3.0]
    assert found.n_dropped["all_heterozygous"] == 1


@pytest.mark.parametrize("is_flipped", [False, True])
def test_estimate_ld_scores__maf_filter_and_common_counts(is_flipped):
    genotypes = np.zeros((3, 40), np.int8)
    genotypes[0, :2], genotypes[1, :4], genotypes[2, :20] = 1, 1, 1  # MAF .025, .05, .25
    genotypes = 2 - genotypes if is_flipped else genotypes
    found = estimate(genotypes, [0, 1, 2], options=dataclasses.replace(WHOLE, minimum_maf=0.025))
    assert found.is_kept.tolist() == [False, True, True]
    assert (found.m.tolist(), found.m_5_50.tolist()) == ([2.0], [1.0])  # 5% itself is not common
    assert (found.n_reference_snps, found.n_reference_snps_5_50) == (2, 1)


def test_estimate_ld_scores__windows_in_snps_count_kept_ones():
    genotypes = np.insert(THREE, 1, 1, axis=0)
    found = estimate(genotypes, None, options=dataclasses.replace(WHOLE, window=1.0))
    assert found.ld_scores.tolist() == [[0.5], [0.75], [1.25]]


def test_estimate_ld_scores__no_common_snp():
    genotypes = np.zeros((1, 40), np.int8)
    genotypes[0, 0] = 1
    assert np.isnan(estimate(genotypes, [0]).annotation_sd_5_50).all()


def test_estimate_ld_scores__scores_are_not_rounded():
    # quirk 6 of the reference: 3 decimals
    scores = estimate(simulate_genotypes(20, 31), np.arange(20.0), options=LdScoreOptions(window=3.0)).ld_scores
    assert np.abs(scores - scores.round(3)).max() > 1e-5


def test_estimate_ld_scores__copies_of_a_snp_are_all_counted():
    # quirk 7 of the reference: copies of an rsid dropped after M was counted; here no SNP is known by its name
    found = estimate(np.repeat(THREE[:1], 4, axis=0), [0, 0, 0, 0])
    assert found.ld_scores.tolist() == [[4.0]] * 4
    assert found.m.tolist() == [4.0]


def test_estimate_ld_scores__window_over_the_whole_chromosome():
    with pytest.raises(WindowError, match=r"9 spans all 3 SNPs, which lie within 2; check the window's unit"):
        estimate(THREE, [0, 1, 2], options=LdScoreOptions(window=9.0))


def test_estimate_ld_scores__no_snp_left():
    with pytest.raises(GenotypeError, match="no SNP of 2 is left: 1 all heterozygous, 1 monomorphic"):
        estimate(np.array([[1, 1, 1], [0, 0, 0]], np.int8), [0, 1])


def test_estimate_ld_scores__no_number_of_snps():
    with pytest.raises(GenotypeError, match="positions or the number of SNPs must be given, and agree"):
        estimate_ld_scores(lambda first, last: THREE[first:last], 4, None)


@pytest.mark.parametrize("shape", [(2, 1), (3, 0), (3,)])
def test_estimate_ld_scores__annotations_of_another_shape(shape):
    with pytest.raises(GenotypeError, match=r"one row for each of the 3 SNPs and one column or more, got shape \("):
        estimate(THREE, [0, 1, 2], np.ones(shape))


def test_estimate_ld_scores__annotation_is_nan():
    with pytest.raises(GenotypeError, match="annotations must be finite: SNP 1, column 0 has nan"):
        estimate(THREE, [0, 1, 2], np.array([[1.0], [np.nan], [1.0]]))


@pytest.mark.parametrize("threshold", [0.0, 1.1, float("nan")])
def test_estimate_ld_scores__threshold_is_no_r_squared(threshold):
    with pytest.raises(WindowError, match="pairs are chosen by an r² above 0 and up to 1, got"):
        estimate(THREE, [0, 1, 2], options=dataclasses.replace(WHOLE, pair_threshold=threshold))

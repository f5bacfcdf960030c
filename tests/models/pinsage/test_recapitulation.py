import numpy as np
import pytest

from models.pinsage.block_means import block_means
from models.pinsage.errors import GraphError
from models.pinsage.recapitulation import (
    Associations,
    match_bins,
    possible_associations,
    recapitulate,
    summarise,
)


def ints(*values):
    return np.array(values, np.int32)


def near_of(table):
    return lambda asked: np.array([table[int(snp)] for snp in asked], np.int32)


# SNPs 0..7; RNA 0 has 0, 1, 2 and RNA 1 has 3, 4. The nearest two SNPs of each:
NEAREST = {0: (1, 5), 1: (5, 6), 2: (0, 6), 3: (7, -1), 4: (6, 2)}
ASSOCIATIONS = Associations(ints(0, 1, 2, 3, 4), ints(0, 0, 0, 1, 1))
BINS = ints(0, 0, 0, 1, 1, 0, 0, 1)


def test_recapitulate__by_hand():
    found = recapitulate(ASSOCIATIONS, near_of(NEAREST), BINS)
    # RNA 0: {1, 5} of 0, {5, 6} of 1, {0, 6} of 2 -> 0 is found by 2, 1 by 0, 2 by nobody; RNA 1: nothing.
    assert found.is_found.tolist() == [True, True, False, False, False]
    # Bin 0 holds 0, 1, 2, 5, 6: for RNA 0 the pool is {5, 6}. Both are near another SNP whichever is left out.
    # RNA 1: the pool of bin 1 is {7}; 7 is near 3 alone, so it counts for 4 and not for 3.
    assert found.expected.tolist() == [1.0, 1.0, 1.0, 0.0, 1.0]
    assert found.predicted_snp.tolist() == [0, 1, 5, 6, 2, 6, 7]
    assert found.is_right.tolist() == [True, True, False, False, False, False, False]
    row = summarise([found], 2, ints(*range(8)), n_bootstrap=50, seed=0)
    assert (row.n_possible, row.n_rnas, row.n_found, row.n_predicted) == (5, 2, 2, 7)
    assert row.share.estimate == pytest.approx(2 / 5)
    assert row.matched.estimate == pytest.approx(4 / 5)
    assert row.excess.estimate == pytest.approx(-2 / 5)
    assert row.precision.estimate == pytest.approx(2 / 7)


def slow_recapitulate(associations, nearest, bins):
    """The definitions, word by word, over sets."""
    found, expected, predicted = [], [], set()
    pairs = list(zip(associations.snp.tolist(), associations.rna.tolist(), strict=True))
    for snp, rna in pairs:
        own = {other for other, its in pairs if its == rna}
        reach = set().union(*({near for near in nearest[q] if near >= 0} for q in own - {snp}))
        pool = {other for other in range(len(bins)) if bins[other] == bins[snp]} - own
        found.append(snp in reach)
        expected.append(len(pool & reach) / len(pool) if pool else 0.0)
        predicted |= {(rna, near) for q in own for near in nearest[q] if near >= 0}
    return found, expected, predicted, {(rna, snp) for rna, snp in predicted if (snp, rna) in pairs}


@pytest.mark.parametrize("seed", range(5))
def test_recapitulate__agrees_with_the_slow_twin(seed):
    generator = np.random.default_rng(seed)
    n_snps, n_rnas = 40, 6
    snp, rna = generator.integers(0, n_snps, 60), generator.integers(0, n_rnas, 60)
    is_in_graph = generator.random(n_snps) < 0.8
    associations = possible_associations(snp, rna, is_in_graph)
    nearest = {q: [*generator.permutation([s for s in range(n_snps) if s != q])[:5], -1] for q in range(n_snps)}
    bins = np.where(is_in_graph, generator.integers(0, 4, n_snps), -1).astype(np.int32)
    found = recapitulate(associations, near_of(nearest), bins)
    slow_found, slow_expected, slow_predicted, slow_right = slow_recapitulate(associations, nearest, bins)
    assert found.is_found.tolist() == slow_found
    assert found.expected == pytest.approx(slow_expected)
    assert (found.predicted_snp.size, int(found.is_right.sum())) == (len(slow_predicted), len(slow_right))


def test_possible_associations__need_another_snp_of_the_rna_in_the_graph():
    snp, rna = ints(0, 1, 1, 2, 3, 4, 5), ints(0, 0, 0, 1, 1, 2, 2)
    is_in_graph = np.array([True, True, True, False, True, True])
    kept = possible_associations(snp, rna, is_in_graph)
    assert list(zip(kept.snp.tolist(), kept.rna.tolist(), strict=True)) == [(0, 0), (1, 0), (4, 2), (5, 2)]
    elsewhere = possible_associations(snp, rna, is_in_graph, snp_block=ints(0, 0, 0, 0, 1, 2))
    assert elsewhere.snp.tolist() == [4, 5]


def test_match_bins__keeps_degrees_apart_and_unknown_ld_scores_together():
    degree = np.repeat([1, 50], 50)
    ld_score = np.tile(np.arange(50.0), 2)
    ld_score[:3] = np.nan
    is_in_graph = np.ones(100, bool)
    is_in_graph[99] = False
    bins = match_bins(degree, ld_score, is_in_graph)
    assert bins[99] == -1
    assert not set(bins[:50]) & set(bins[50:99])
    assert len(set(bins[:3])) == 1
    assert bins[0] not in bins[3:50]
    assert len(set(bins[3:50])) == 5


def test_recapitulate__refuses_a_snp_without_a_bin():
    with pytest.raises(GraphError, match="no matching bin"):
        recapitulate(ASSOCIATIONS, near_of(NEAREST), ints(-1, 0, 0, 1, 1, 0, 0, 1))


def test_recapitulate__of_nothing_is_nothing():
    none = Associations(ints(), ints())
    found = recapitulate(none, lambda asked: np.zeros((asked.size, 3), np.int32), BINS)
    row = summarise([found], 3, ints(*range(8)), n_bootstrap=10, seed=0)
    assert (row.n_possible, row.n_predicted) == (0, 0)
    assert np.isnan(row.share.estimate)


def test_block_means__resamples_blocks_not_rows():
    values = np.repeat([0.0, 1.0, 1.0, 1.0], 100)[:, None]
    (by_row,) = block_means(values, np.arange(400), n_bootstrap=500, seed=1)
    (by_block,) = block_means(values, np.repeat(np.arange(4), 100), n_bootstrap=500, seed=1)
    assert by_row.estimate == by_block.estimate == 0.75
    assert by_block.upper - by_block.lower > 3 * (by_row.upper - by_row.lower)

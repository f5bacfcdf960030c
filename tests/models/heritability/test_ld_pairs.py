import numpy as np
import pytest

from models.heritability.ld_pairs import TilePairs, collect_pairs
from models.heritability.ld_scores import LdScoreOptions, estimate_ld_scores
from models.heritability.ld_windows import first_in_window
from models.heritability.standardise import TILE, pack_genotypes
from tests.models.heritability.ld_twins import simulate_genotypes, standardise


def tiles(genotypes, position, window, dtype=np.float64):
    n_snps, n_people = genotypes.shape
    packed, _ = pack_genotypes(lambda first, last: genotypes[first:last], n_people, n_snps=n_snps)
    return TilePairs(packed, first_in_window(position, window), dtype)


@pytest.mark.parametrize("missing", [0.0, 0.05])
def test_fill__every_pair_is_the_slow_one(missing):
    genotypes = simulate_genotypes(TILE + 60, 70, missing=missing)
    x = standardise(genotypes)
    r_squared = (x @ x.T / 70) ** 2
    adjusted = r_squared - (1.0 - r_squared) / 68
    pairs = tiles(genotypes, np.arange(TILE + 60.0), 1e9)
    below = np.tril(adjusted, -1)
    for rows, columns in ((0, 0), (1, 0), (1, 1)):
        row, column = (slice(tile * TILE, (tile + 1) * TILE) for tile in (rows, columns))
        np.testing.assert_allclose(pairs.fill(rows, columns), below[row, column], rtol=0, atol=1e-13)


def test_fill__nothing_outside_the_window_though_the_buffer_held_it():
    genotypes = simulate_genotypes(2 * TILE, 40)
    pairs = tiles(genotypes, np.arange(2.0 * TILE), 10.0)
    pairs.fill(1, 1)
    inside = pairs.fill(1, 0) != 0
    row, column = np.nonzero(inside)
    assert inside.sum() == 55
    assert ((row + TILE) - column <= 10).all()


def test_collect_pairs__unadjusted_r_squared():
    adjusted = np.array([[0.0, 0.0], [0.25, 0.0]])  # n = 4: r² = (0.25 * 2 + 1) / 3 = 0.5
    row, column, r_squared = collect_pairs(adjusted, 0.5, 4)
    assert (row.tolist(), column.tolist(), r_squared.tolist()) == ([1], [0], [0.5])
    assert collect_pairs(adjusted, 0.51, 4)[0].size == 0


@pytest.mark.parametrize("threshold", [0.0001, 0.1, 0.6])
def test_estimate_ld_scores__pairs_are_all_above_the_threshold_and_none_else(threshold):
    genotypes = simulate_genotypes(TILE + 90, 80, missing=0.01, seed=3)
    genotypes[[5, 200]] = 1  # not kept: numbers are of the input
    position = np.sort(np.random.default_rng(0).random(len(genotypes)))
    found = estimate_ld_scores(
        lambda first, last: genotypes[first:last],
        80,
        position,
        options=LdScoreOptions(window=0.3, pair_threshold=threshold),
    ).pairs
    kept = np.delete(np.arange(len(genotypes)), [5, 200])
    x = np.zeros((len(genotypes), 80))
    x[kept] = standardise(genotypes[kept])
    r_squared = (x @ x.T / 80) ** 2
    expected = {
        (j, k): r_squared[j, k]
        for j in kept
        for k in kept[kept > j]
        if position[k] - position[j] <= 0.3 and r_squared[j, k] >= threshold
    }
    got = dict(zip(zip(found.first.tolist(), found.second.tolist(), strict=True), found.r_squared, strict=True))
    assert got.keys() == expected.keys()
    assert [got[pair] for pair in expected] == pytest.approx(list(expected.values()), abs=1e-6)

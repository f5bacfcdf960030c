import numpy as np
import pytest

from models.pinsage.evaluation import Sample, bootstrap_blocks


def make_sample(block, values):
    return Sample(np.array(block, np.int32), np.array(values, np.float64).reshape(len(block), -1 if len(block) else 1))


def test_bootstrap_blocks__agrees_with_its_slow_twin():
    generator = np.random.default_rng(1)
    samples = [make_sample(generator.integers(0, 6, n), generator.normal(size=(n, 2))) for n in (40, 25)]
    found = bootstrap_blocks(samples, n_bootstrap=50, seed=3)
    for resample in range(50):
        pool = []
        for number, sample in enumerate(samples):
            unit = np.unique(sample.block)
            draws = np.random.default_rng([3, 5, number]).multinomial(unit.size, np.full(unit.size, 1 / unit.size), 50)
            for block, times in zip(unit, draws[resample], strict=True):
                pool += [sample.values[sample.block == block]] * times
        np.testing.assert_allclose(found.resampled[resample], np.concatenate(pool).mean(axis=0))
    np.testing.assert_allclose(found.mean, np.concatenate([s.values for s in samples]).mean(axis=0))
    assert found.n_pairs == 65


def test_bootstrap_blocks__covers_the_truth_when_blocks_share_their_luck():
    generator = np.random.default_rng(2)
    covered = []
    for seed in range(200):
        block = np.repeat(np.arange(60), 4)
        values = generator.normal(size=60)[block] + 0.1 * generator.normal(size=240)
        measure = bootstrap_blocks([make_sample(block, values)], n_bootstrap=300, seed=seed).measure(0)
        covered.append(measure.lower <= 0.0 <= measure.upper)
    assert 0.89 <= np.mean(covered) <= 0.99  # pairs taken as independent would cover about 0.65


def test_difference__is_paired():
    block, first = np.arange(50), np.random.default_rng(0).normal(size=50)
    found = bootstrap_blocks([make_sample(block, np.column_stack([first, first - 0.1]))], n_bootstrap=200, seed=0)
    difference = found.difference(0, 1)
    assert (difference.lower, difference.upper) == (pytest.approx(0.1), pytest.approx(0.1))
    assert difference.is_above_zero
    assert not found.difference(1, 0).is_above_zero
    assert found.measure(0).upper - found.measure(0).lower > 0.2


def test_bootstrap_blocks__of_nothing_is_none():
    assert bootstrap_blocks([make_sample([], [])], n_bootstrap=10, seed=0) is None

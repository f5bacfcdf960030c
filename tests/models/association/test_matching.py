"""Matched random sets."""

import numpy as np
import pytest

from models.association import draw_matched_sets, match_strata


def _world(n: int = 600, n_chosen: int = 40):
    generator = np.random.default_rng(8)
    features = generator.normal(size=(n, 3))
    features[generator.random(n) < 0.1, 2] = np.nan
    is_chosen = np.zeros(n, dtype=np.bool_)
    is_chosen[generator.choice(n, n_chosen, replace=False)] = True
    return features, is_chosen


def test_draw_matched_sets__keep_every_stratum_and_repeat_nothing() -> None:
    features, is_chosen = _world()
    strata = match_strata(features, is_chosen)
    wanted = np.bincount(strata.stratum[is_chosen], minlength=strata.stratum.max() + 1)
    for drawn in draw_matched_sets(strata, is_chosen, 20, np.random.default_rng(1)):
        assert len(set(drawn.tolist())) == 40
        assert np.bincount(strata.stratum[drawn], minlength=len(wanted)).tolist() == wanted.tolist()


def test_draw_matched_sets__same_seed_same_sets() -> None:
    features, is_chosen = _world()
    strata = match_strata(features, is_chosen)
    first, second = (draw_matched_sets(strata, is_chosen, 5, np.random.default_rng(4)) for _ in range(2))
    assert first.tolist() == second.tolist()


def test_match_strata__lowers_the_bins_until_the_pool_is_large_enough() -> None:
    features, is_chosen = _world(n=120, n_chosen=12)
    strata = match_strata(features, is_chosen)
    assert strata.n_bins < 5
    assert strata.share_matched >= 0.9


def test_match_strata__matches_a_feature_that_the_chosen_ones_favour() -> None:
    generator = np.random.default_rng(9)
    degree = generator.exponential(size=5_000)
    is_chosen = np.zeros(5_000, dtype=np.bool_)
    is_chosen[np.argsort(-degree)[10:400:4]] = True
    strata = match_strata(degree[:, None], is_chosen, pool_ratio=2.0)
    drawn = draw_matched_sets(strata, is_chosen, 50, generator)
    uniform = degree.mean()
    assert abs(degree[drawn].mean() - degree[is_chosen].mean()) < 0.2 * abs(uniform - degree[is_chosen].mean())


def test_match_strata__keeps_unknown_values_apart() -> None:
    features = np.array([[1.0], [np.nan], [2.0], [np.nan]])
    strata = match_strata(features, np.array([True, True, False, False]), n_bins=1)
    assert strata.stratum[1] == strata.stratum[3] != strata.stratum[0] == strata.stratum[2]


def test_match_strata__refuses_an_empty_choice() -> None:
    with pytest.raises(ValueError, match="at least one chosen item"):
        match_strata(np.zeros((3, 1)), np.zeros(3, dtype=np.bool_))

"""The study of weighted testing in small: the rates are kept, and a covariate that says much brings power."""

import numpy as np
import pytest

from tests.science.weighting import render_family_wise, render_rates
from tests.science.weighting_study import (
    SCENARIOS,
    Count,
    Hypotheses,
    WeightingDraw,
    check_weighting_bars,
    draw_hypotheses,
    mean_and_error,
    run_scenario,
)


def test_draw_hypotheses__has_the_share_and_the_tilt_asked_for() -> None:
    design = Hypotheses(share=0.1, strength=1.0, power_of=6.0, n=200_000)
    _, covariate, fold, has_effect = draw_hypotheses(design, np.random.default_rng(1))
    assert has_effect.mean() == pytest.approx(0.1, abs=0.004)
    # E[u | effect] = 7 ∫ u^7 du = 7/8
    assert covariate[has_effect].mean() == pytest.approx(0.875, abs=0.005)
    assert np.bincount(fold).tolist() == [50_000] * 4


def test_draw_hypotheses__ld_lies_within_runs() -> None:
    design = Hypotheses(share=0.0, correlation=0.8, n=100_000)
    strength = draw_hypotheses(design, np.random.default_rng(2))[0].reshape(-1, 10)
    assert (strength > -np.log10(0.05)).mean() == pytest.approx(0.05, abs=0.003)
    assert np.corrcoef(strength[:, 4], strength[:, 5])[0, 1] > 0.4
    assert abs(np.corrcoef(strength[:-1, 9], strength[1:, 0])[0, 1]) < 0.03


@pytest.mark.slow
def test_check_weighting_bars__are_met_by_a_short_run() -> None:
    names = ("no effects", "covariate says most")
    found = {name: run_scenario(name, 8, seed=5) for name in names}
    missed = [bar for bar in check_weighting_bars(found) if not bar.is_met]
    assert not missed
    gains = [draw.weighted.power - draw.unweighted.power for draw in found["covariate says most"]]
    gain, error = mean_and_error(gains)
    assert gain > 3 * error > 0.0
    assert all(name in render_rates(found) and name in render_family_wise(found) for name in names)


def test_check_weighting_bars__fail_when_errors_are_common_or_power_is_lost() -> None:
    good, bad = Count(0.0, 0.0, 0.5), Count(0.2, 1.0, 0.4)
    draws = (WeightingDraw(good, bad, good, bad, 1.0),) * 10
    assert [bar.is_met for bar in check_weighting_bars({"bad": draws})] == [False, False, False]
    draws = (WeightingDraw(good, good, good, good, 1.0),) * 10
    assert [bar.is_met for bar in check_weighting_bars({"good": draws})] == [True, True, True]


def test_scenarios__hold_two_without_effects_and_several_strengths() -> None:
    assert [name for name, design in SCENARIOS.items() if design.share == 0.0] == ["no effects", "no effects, LD"]
    assert {design.strength for design in SCENARIOS.values()} == {0.0, 0.5, 1.0}

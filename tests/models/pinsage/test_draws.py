from dataclasses import replace

import numpy as np

from models.pinsage import draws, fit_pinsage, lead_pairs
from models.pinsage.draws import choose_examples, plan_draws
from models.pinsage.training import prepare_training
from tests.models.pinsage.planted import SMALL

SIZES = [30, 5, 100]


def test_choose_examples__depends_on_seed_and_step_only():
    views = [choose_examples(SIZES, step, seed=1, batch_pairs=8)[0] for step in range(30)]
    assert sorted(views[:3]) == [0, 1, 2]
    one, other = (choose_examples(SIZES, 7, seed=1, batch_pairs=8) for _ in range(2))
    assert one[0] == other[0]
    np.testing.assert_array_equal(one[1], other[1])


def test_choose_examples__takes_small_views_whole_and_no_example_twice():
    seen = dict(choose_examples(SIZES, step, seed=1, batch_pairs=8) for step in range(3))
    assert seen[1].tolist() == [0, 1, 2, 3, 4]
    assert np.unique(seen[2]).size == 8


def test_plan_draws__holds_what_the_steps_draw_and_no_more():
    plan = plan_draws(SIZES, 12, replace(SMALL, n_steps=4, batch_pairs=8), seed=2)
    drawn = [set(), set(), set()]
    for step in range(4):
        view, chosen = choose_examples(SIZES, step, seed=2, batch_pairs=8)
        drawn[view] |= set(chosen.tolist())
    assert [set(places.tolist()) for places in plan.of_view] == drawn
    np.testing.assert_array_equal(plan.validation, np.arange(12))


def test_plan_draws__validates_a_large_view_on_some_of_its_pairs(monkeypatch):
    monkeypatch.setattr(draws, "MOST_VALIDATION", 10)
    chosen = plan_draws(SIZES, 1000, SMALL, seed=2).validation
    assert np.unique(chosen).size == 10
    assert (np.diff(chosen) > 0).all()


def test_prepare_training__leaves_out_what_no_step_draws_and_changes_no_number(planted, monkeypatch):
    settings = replace(SMALL, n_steps=6, batch_pairs=20, check_every=3)
    pairs = lead_pairs(planted.graph)
    data = prepare_training(planted.graph, pairs, settings, seed=1, on_progress=lambda *_: None)
    assert all(20 <= len(examples) <= 40 for examples in data.training)
    assert all(len(examples) < n for examples, n in zip(data.training, data.n_examples, strict=True))
    sparing = fit_pinsage(planted.graph, settings, seed=1)

    def all_of_them(n_examples, n_validation, _settings, *, seed):
        return draws.Draws([np.arange(n) for n in n_examples], np.arange(n_validation))

    monkeypatch.setattr("models.pinsage.training.plan_draws", all_of_them)
    whole = fit_pinsage(planted.graph, settings, seed=1)
    assert [h.training_loss for h in sparing.record.history] == [h.training_loss for h in whole.record.history]
    np.testing.assert_allclose(sparing.snp_vectors, whole.snp_vectors, rtol=1e-5, atol=1e-6)

from dataclasses import dataclass

import numpy as np
import pytest

from models.pinsage import LocusPairs, SettingsError, lead_pairs
from models.pinsage.rankers import ALS, Ranker, cut_validation, tune
from models.pinsage.split import hiding_keys
from tests.models.pinsage.planted import planted_graph


@dataclass(frozen=True)
class Knowing:
    """How many of the hidden pairs a made-up ranker knows."""

    share: float


def make_knowing(seen: list[int]) -> Ranker[Knowing]:
    """Make a ranker that knows a share of all pairs, and notes how many it was given."""
    whole = lead_pairs(planted_graph().graph)

    def fit(graph, pairs: LocusPairs, settings: Knowing):
        seen.append(len(pairs))
        table = np.zeros((graph.n_molecules, graph.n_blocks), np.float32)
        n_known = round(settings.share * len(whole))
        chosen = np.random.default_rng(0).permutation(len(whole))[:n_known]
        table[whole.molecule, whole.block] = -1.0
        table[whole.molecule[chosen], whole.block[chosen]] = 1.0
        return lambda molecules: table[molecules]

    return Ranker("knowing", fit, (Knowing(0.2), Knowing(0.9), Knowing(0.5), Knowing(1.0)))


@pytest.mark.parametrize("criterion", ["mrr", "hit_50"])
def test_tune__takes_the_best_within_the_budget_and_fits_all_pairs(criterion):
    graph = planted_graph().graph
    pairs, seen = lead_pairs(graph), []
    tuned = tune(make_knowing(seen), graph, pairs, budget=3, seed=0, criterion=criterion)
    assert tuned.settings == Knowing(0.9)  # the fourth is better but beyond the budget
    assert [trial.settings.share for trial in tuned.trials] == [0.2, 0.9, 0.5]
    assert seen[3] == len(pairs)
    assert all(n == seen[0] < len(pairs) for n in seen[:3])


def test_tune__with_one_trial_cuts_nothing():
    graph, seen = planted_graph().graph, []
    pairs = lead_pairs(graph)
    tuned = tune(make_knowing(seen), graph, pairs, budget=1, seed=0)
    assert (tuned.settings, tuned.trials, seen) == (Knowing(0.2), (), [len(pairs)])


def test_cut_validation__hides_whole_units_and_ranks_what_is_left():
    graph = planted_graph().graph
    pairs = lead_pairs(graph)
    left, validation = cut_validation(graph, pairs, seed=0)
    units = [set(hiding_keys(part.block, part.cluster, graph.n_clusters).tolist()) for part in (left, validation)]
    assert not units[0] & units[1]
    assert 0.85 * len(pairs) < len(left) < 0.95 * len(pairs)
    assert np.isin(validation.molecule, left.molecule).all()
    assert np.isin(validation.block, left.block).all()
    again = cut_validation(graph, pairs, seed=0)[1]
    assert np.array_equal(again.block, validation.block)
    assert not np.array_equal(cut_validation(graph, pairs, seed=1)[1].block, validation.block)


@pytest.mark.parametrize(("budget", "criterion"), [(0, "mrr"), (1, "auc")])
def test_tune__refuses_no_budget_and_unknown_criteria(budget, criterion):
    graph = planted_graph().graph
    with pytest.raises(SettingsError, match=f"got {budget} and '{criterion}'"):
        tune(ALS, graph, lead_pairs(graph), budget=budget, seed=0, criterion=criterion)

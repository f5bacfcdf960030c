from dataclasses import replace

import numpy as np
import pytest

from models.pinsage import NotFiniteError, SettingsError, TooFewPairsError, held_out_edges
from models.pinsage.evaluation import (
    METRICS,
    CaseResults,
    FittedMethod,
    Method,
    Plan,
    make_chromosome_case,
    make_pair_case,
    mean_metrics,
    pool,
    ranker_method,
    run_method,
    standard_methods,
)
from models.pinsage.evaluation.homes import ALS_LD_HOMES
from models.pinsage.evaluation.methods import PinSageFits, with_seed
from models.pinsage.rankers import ALS_LD, BPR, ITEM_KNN, POPULARITY, AlsLdSettings
from models.pinsage.split_chromosomes import chance_level, held_out_chromosomes
from tests.models.pinsage.planted import SMALL, make_graph, planted_graph

PLAN = Plan(SMALL, 1, (0, 1, 2))


@pytest.fixture(scope="module")
def case():
    graph = planted_graph().graph
    return make_pair_case(graph, held_out_edges(graph, share=0.1, seed=0))


@pytest.fixture(scope="module")
def found(case):
    methods = (POPULARITY, ITEM_KNN, BPR)
    return {ranker.name: run_method(ranker_method(ranker), case, PLAN, n_null_sets=200) for ranker in methods}


def constant_method(value):
    def fit(graph, _pairs, _plan):
        yield FittedMethod(lambda molecules: np.full((len(molecules), graph.n_blocks), value, np.float32), "none")

    return Method("constant", fit)


def test_run_method__fits_once_a_seed_only_what_is_random(found):
    assert {name: len(result.places) for name, result in found.items()} == {"popularity": 1, "item-kNN": 1, "BPR": 3}
    ranks = [place.rank for place in found["BPR"].places]
    assert not np.array_equal(ranks[0], ranks[1])


def test_run_method__compares_with_matched_null_sets(case, found):
    null = found["item-kNN"].null
    assert null.null_hits.shape == (3, 200)
    hits = (found["item-kNN"].places[0].rank[None, :] <= np.array([10, 50, 100])[:, None]).sum(axis=1)
    assert null.n_hits.tolist() == hits.tolist()
    assert null.n_hits[0] > null.null_hits[0].max()  # the planted modules are found


def test_run_method__stops_at_a_score_that_is_not_finite(case):
    with pytest.raises(NotFiniteError, match="those of 'constant' are not"):
        run_method(constant_method(np.nan), case, PLAN)


def test_mean_metrics__averages_the_fits_pair_by_pair(case, found):
    places = found["BPR"].places
    mean = mean_metrics(case, places)
    expected = np.mean([1 / place.rank for place in places], axis=0)
    np.testing.assert_allclose(mean.reciprocal_rank, expected)


def test_pool__has_every_subset_and_the_paired_differences(case, found):
    pooled = pool([CaseResults(case, found)] * 2, pairs_of_methods=[("item-kNN", "popularity"), ("item-kNN", "absent")])
    rows = {(row.method, row.subset): row for row in pooled.rows}
    assert {"all", "trans", "degree decile 10"} <= {subset for _, subset in rows}
    assert rows["BPR", "all"].n_pairs == 2 * len(case.targets)
    assert rows["BPR", "trans"].n_pairs == 2 * int(case.targets.is_trans.sum())
    for row in pooled.rows:
        assert set(row.measures) == set(METRICS)
        assert all(0 <= m.lower <= m.estimate + 1e-12 <= m.upper + 2e-12 <= 1 + 3e-12 for m in row.measures.values())
    difference = next(one for one in pooled.differences if one.subset == "trans")
    ours, theirs = rows["item-kNN", "trans"].measures["MRR"], rows["popularity", "trans"].measures["MRR"]
    assert difference.measures["MRR"].estimate == pytest.approx(ours.estimate - theirs.estimate)
    assert difference.measures["MRR"].is_above_zero
    assert {one.against for one in pooled.differences} == {"popularity"}
    assert pooled.nulls["item-kNN"][0].p == pytest.approx(1 / 201)


def test_with_seed__reaches_nested_settings_and_leaves_the_rest():
    changed = with_seed(AlsLdSettings(), 7)
    assert changed == replace(AlsLdSettings(), als=replace(AlsLdSettings().als, seed=7))
    assert with_seed(ITEM_KNN.grid[0], 7) == ITEM_KNN.grid[0]


def test_plan__refuses_no_seed_twice_the_same_and_no_trial():
    for seeds, budget in (((), 1), ((1, 1), 1), ((-1,), 1)):
        with pytest.raises(SettingsError, match="different seeds of 0 or more"):
            Plan(SMALL, budget, seeds)
    with pytest.raises(SettingsError, match="at least 1 trial a ranker, got 0"):
        Plan(SMALL, 0, (0,))


def test_standard_methods__hold_every_method_asked_for():
    names = [method.name for method in standard_methods()]
    wanted = ["popularity", "nearest position", "shared features", "item-kNN", "RP3beta walk", "EASE", "truncated SVD"]
    wanted += ["ALS", "ALS-LD", "BPR", "LightGCN", "untrained features", "PinSage", "hybrid"]
    assert set(wanted) <= set(names)
    assert len(set(names)) == len(names)


def test_pinsage_fits__are_shared_with_the_hybrid(case):
    fits = PinSageFits()
    first = fits.fit(case.graph, SMALL, 0)
    assert fits.fit(case.graph, SMALL, 0) is first
    assert fits.fit(case.graph, SMALL, 1) is not first
    other = replace(case.graph)
    assert fits.fit(other, SMALL, 0) is not first


def test_make_pair_case__matches_nulls_on_features_when_asked():
    graph = planted_graph().graph
    held_out = held_out_edges(graph, share=0.1, seed=0)
    case = make_pair_case(graph, held_out, match_features=(0, 1))
    assert case.match_on.shape == (80, 3)
    block = graph.snp_block == 5
    np.testing.assert_allclose(case.match_on[5, 1:], graph.snp_features[block].mean(axis=0), rtol=1e-5)
    assert case.fingerprint != make_pair_case(graph, held_out).fingerprint


def test_chromosome_case__graph_methods_are_at_chance():
    graph = planted_graph(n_features=0).graph
    case = make_chromosome_case(graph, held_out_chromosomes(graph, share=0.2, seed=0))
    assert case.is_candidate.sum() == case.n_candidates < graph.n_blocks
    assert case.is_candidate[case.targets.block].all()
    assert np.isin(case.targets.molecule, case.training.molecule).all()
    level = chance_level(case.n_candidates)
    for ranker in (POPULARITY, ITEM_KNN):
        metrics = mean_metrics(case, run_method(ranker_method(ranker), case, PLAN).places)
        np.testing.assert_allclose(metrics.recall_10, level.recall_10)
        np.testing.assert_allclose(metrics.reciprocal_rank, level.reciprocal_rank)
        np.testing.assert_allclose(metrics.auc, level.auc)


def test_chromosome_case__needs_molecules_of_other_chromosomes():
    graph = make_graph([(0, 0, 6.0), (1, 1, 6.0)], [0, 1], 2, snp_chromosome=np.array([1, 2], np.int16))
    with pytest.raises(TooFewPairsError, match="leaves none of 1 hidden pairs"):
        make_chromosome_case(graph, np.array([1], np.int16))


def test_als_ld__is_tuned_with_the_budget(case):
    fitted = list(ranker_method(ALS_LD).fit(case.graph, case.training, Plan(SMALL, 2, (0, 1))))
    assert len(fitted) == 2
    assert fitted[0].chosen == fitted[1].chosen


def test_als_ld_told_homes__puts_a_molecules_own_block_first(case):
    training, graph = case.training, case.graph
    scores = ALS_LD_HOMES.fit(graph, training, ALS_LD_HOMES.grid[0])(np.arange(30))
    home = graph.molecule_home_block[:30]
    assert (home >= 0).all()
    np.testing.assert_array_equal(scores.argmax(axis=1), home)
    alike = ALS_LD.fit(graph, training, ALS_LD_HOMES.grid[0])(np.arange(30))
    alike[np.arange(30), home] = scores[np.arange(30), home]
    np.testing.assert_array_equal(scores, alike)

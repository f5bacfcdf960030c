from dataclasses import replace

import numba
import numpy as np
import pytest
from scipy import stats

from models.pinsage import PinSageSettings, SettingsError, lead_pairs
from models.pinsage.ld_jump import Place
from models.pinsage.visits import hop_visits, visits_from
from models.pinsage.walk_graph import build_walk_graph
from models.pinsage.walks import WalkPlan, sample_visits
from tests.models.pinsage.planted import SMALL, planted_graph


@pytest.fixture(scope="module")
def walk_graph():
    graph = planted_graph().graph
    return build_walk_graph(graph, lead_pairs(graph), PinSageSettings(ld_scale_bp=15_000.0))


def take(place, rows):
    return Place(place.snp[rows], place.block[rows], place.position_bp[rows])


def dense(counts, n_labels):
    visits = np.zeros((counts.label.shape[0], n_labels))
    row, place = np.nonzero(counts.label >= 0)
    visits[row, counts.label[row, place]] = counts.count[row, place]
    return visits


def test_sample_visits__first_hop_follows_the_exact_law(walk_graph):
    n_walks = 4000
    plan = WalkPlan(n_walks, 1, 0.7, walk_graph.n_blocks, seed=11)
    seen = dense(sample_visits(walk_graph, walk_graph.lead, walk_graph.jump, plan), walk_graph.n_blocks)
    law = visits_from(walk_graph.jump, hop_visits(walk_graph, n_hops=1, decay=0.7), walk_graph.lead.block)
    p_values = []
    for row in range(walk_graph.n_leads):
        often = law[row] * n_walks >= 5
        expected = np.append(law[row][often], max(law[row][~often].sum(), 0)).astype(float) * n_walks
        observed = np.append(seen[row][often], seen[row][~often].sum())
        keep = expected > 0.5
        assert not seen[row][law[row] == 0].any()
        if keep.sum() < 2:
            continue
        p_values.append(
            stats.chisquare(observed[keep], expected[keep] * observed[keep].sum() / expected[keep].sum())[1]
        )
    assert len(p_values) > 50
    assert stats.kstest(p_values, "uniform").pvalue > 1e-3


def test_sample_visits__two_hops_agree_with_the_exact_law(walk_graph):
    n_walks = 20_000
    plan = WalkPlan(n_walks, 2, 0.7, walk_graph.n_blocks, seed=12)
    rows = np.arange(0, walk_graph.n_leads, 7)
    counts = sample_visits(walk_graph, take(walk_graph.lead, rows), walk_graph.jump[rows], plan)
    law = visits_from(walk_graph.jump, hop_visits(walk_graph, n_hops=2, decay=0.7), walk_graph.lead.block)[rows]
    spread = np.sqrt(2 * np.maximum(law, 1e-4) / n_walks)  # a block may be met on both hops: variance <= 2 x Poisson's
    assert np.abs(dense(counts, walk_graph.n_blocks) / n_walks - law).max() < 6 * spread.max()
    assert (np.abs(dense(counts, walk_graph.n_blocks) / n_walks - law) < 5 * spread).mean() > 0.9999


def test_sample_visits__does_not_depend_on_threads_or_order(walk_graph):
    plan = WalkPlan(200, 2, 0.7, 20, seed=5)
    before = numba.get_num_threads()
    results = []
    for n_threads in (1, before):
        numba.set_num_threads(n_threads)
        results.append(sample_visits(walk_graph, walk_graph.lead, walk_graph.jump, plan))
    np.testing.assert_array_equal(results[0].label, results[1].label)
    np.testing.assert_array_equal(results[0].count, results[1].count)
    order = np.random.default_rng(0).permutation(walk_graph.n_leads)
    shuffled = sample_visits(walk_graph, take(walk_graph.lead, order), walk_graph.jump[order], plan)
    np.testing.assert_array_equal(results[0].label[order], shuffled.label)


def test_sample_visits__other_seed_other_walks(walk_graph):
    one, other = (
        sample_visits(walk_graph, walk_graph.lead, walk_graph.jump, WalkPlan(200, 2, 0.7, 20, seed)) for seed in (1, 2)
    )
    assert not np.array_equal(one.count, other.count)


def test_sample_visits__keeps_the_most_visited_ties_to_the_lower_label(walk_graph):
    whole = sample_visits(walk_graph, walk_graph.lead, walk_graph.jump, WalkPlan(50, 2, 0.7, walk_graph.n_blocks, 3))
    few = sample_visits(walk_graph, walk_graph.lead, walk_graph.jump, WalkPlan(50, 2, 0.7, 4, 3))
    for row, visits in enumerate(dense(whole, walk_graph.n_blocks)):
        expected = sorted(range(visits.size), key=lambda label: (-visits[label], label))[:4]
        assert [label for label in few.label[row] if label >= 0] == [label for label in expected if visits[label]]


def test_sample_visits__counts_lead_snps_when_asked():
    graph = planted_graph().graph
    walk_graph = build_walk_graph(graph, lead_pairs(graph), replace(SMALL, cis_weight=1.0))
    labels = np.arange(walk_graph.n_leads, dtype=np.int32)
    counts = sample_visits(
        walk_graph, walk_graph.lead, walk_graph.jump, WalkPlan(100, 1, 0.7, 50, 1), lead_label=labels
    )
    assert (counts.count.sum(axis=1) == 100).all()


def test_sample_visits__an_unreachable_start_has_no_visits(walk_graph):
    jump = walk_graph.jump[:1] * 0
    jump.eliminate_zeros()
    counts = sample_visits(walk_graph, take(walk_graph.lead, np.array([0])), jump, WalkPlan(10, 2, 0.7, 3, 1))
    assert counts.label.tolist() == [[-1, -1, -1]]


def test_sample_visits__refuses_an_empty_plan(walk_graph):
    with pytest.raises(SettingsError, match="must be at least 1"):
        sample_visits(walk_graph, walk_graph.lead, walk_graph.jump, WalkPlan(0, 2, 0.7, 3, 1))

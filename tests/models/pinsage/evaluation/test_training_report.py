import numpy as np
import pytest

from models.pinsage import (
    LeakError,
    PinSageSettings,
    TooFewPairsError,
    evaluate,
    held_out_edges,
    lead_pairs,
)
from tests.models.pinsage.planted import SMALL, make_graph, planted_graph, shared_graph
from tests.paths import DATA


@pytest.fixture(scope="module")
def evaluation():
    return evaluate(planted_graph().graph, SMALL, seed=1, n_bootstrap=200)


def test_evaluate__pinsage_beats_the_degree_baseline(evaluation):
    ours, popularity = evaluation.row("PinSage", "trans"), evaluation.row("popularity", "trans")
    assert ours.recall_10.estimate > popularity.recall_10.estimate + 0.2
    assert ours.mrr.lower > popularity.mrr.estimate


def test_evaluate__has_every_method_with_ordered_intervals(evaluation):
    methods = {row.method for row in evaluation.rows}
    baselines = {"popularity", "nearest position", "item-kNN", "two-hop walk"}
    assert methods == {"PinSage", "hybrid", "untrained features", *baselines}
    for row in evaluation.rows:
        for measure in (row.recall_10, row.recall_50, row.recall_100, row.mrr):
            assert 0 <= measure.lower <= measure.estimate <= measure.upper <= 1
    assert len(evaluation.differences) == 12
    difference = next(d for d in evaluation.differences if (d.against, d.subset) == ("popularity", "all"))
    expected = evaluation.row("PinSage").hit_50.estimate - evaluation.row("popularity").hit_50.estimate
    assert difference.hit_50.estimate == pytest.approx(expected)


def test_evaluate__refuses_a_split_that_leaks():
    graph = planted_graph().graph
    held_out = held_out_edges(graph, share=0.1, seed=0)
    pair = lead_pairs(graph.without_edges(~held_out))
    trans = np.flatnonzero(held_out & (graph.edge_abs_z == 8.0))  # its neighbour edge with |z| 7 stays hidden
    held_out[trans[0]] = False
    assert len(pair) > 0
    with pytest.raises(LeakError, match="the evaluation's training pairs"):
        evaluate(graph, SMALL, seed=0, is_held_out=held_out)


def test_evaluate__refuses_when_nothing_can_be_ranked():
    graph = make_graph([(0, 0, 6.0), (1, 1, 6.0)], [0, 1], 2)
    with pytest.raises(TooFewPairsError, match="none of 1 held-out pairs does"):
        evaluate(graph, SMALL, seed=0, is_held_out=np.array([True, False]))


@pytest.mark.slow
@pytest.mark.skipif(not (DATA / "pinsage").exists(), reason="shared data not there")
def test_evaluate__reaches_the_target_on_the_shared_graph():
    graph, is_test = shared_graph("medium_0")
    evaluation = evaluate(graph, PinSageSettings(), seed=0, is_held_out=is_test, n_bootstrap=200)
    assert evaluation.row("PinSage").n_pairs == 1281  # as in reference_results.csv
    assert evaluation.row("PinSage").hit_50.estimate >= 0.60
    assert evaluation.row("popularity").hit_50.estimate == pytest.approx(0.103, abs=5e-4)

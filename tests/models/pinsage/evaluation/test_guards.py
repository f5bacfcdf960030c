from dataclasses import replace

import numpy as np
import pytest

from models.pinsage import LeakError, held_out_edges, lead_pairs
from models.pinsage.evaluation import (
    Plan,
    assert_blind,
    assert_features_blind,
    make_pair_case,
    standard_methods,
)
from models.pinsage.evaluation.guards import swap_held_out
from models.pinsage.rankers import ITEM_KNN, NoSettings
from tests.models.pinsage.planted import SMALL, planted_graph

PLAN = Plan(SMALL, 2, (0,))
METHODS = {method.name: method for method in standard_methods()}
LOCAL = [name for name in METHODS if name != "LightGCN"]


@pytest.fixture(scope="module")
def graph():
    return planted_graph().graph


@pytest.fixture(scope="module")
def held_out(graph):
    return held_out_edges(graph, share=0.1, seed=0)


def fit_as_evaluated(method):
    """Go the way of the evaluation: make the case, fit on what it offers."""

    def fit(graph, is_held_out):
        case = make_pair_case(graph, is_held_out)
        return next(method.fit(case.graph, case.training, PLAN)).scorer

    return fit


@pytest.mark.parametrize("name", LOCAL)
def test_every_method__scores_the_same_whatever_is_held_out(graph, held_out, name):
    assert_blind(fit_as_evaluated(METHODS[name]), graph, held_out, seed=1, name=name)


def test_assert_blind__catches_a_visible_pair(graph, held_out):
    def leaking(whole, is_held_out):
        is_hidden = is_held_out.copy()
        is_hidden[np.flatnonzero(is_hidden)[0]] = False  # one held-out edge stays
        visible = whole.without_edges(is_hidden)
        return ITEM_KNN.fit(visible, lead_pairs(visible), NoSettings())

    with pytest.raises(LeakError, match="those of 'one visible' change by up to"):
        assert_blind(leaking, graph, held_out, seed=1, name="one visible")


def test_assert_blind__catches_degrees_of_the_whole_graph(graph, held_out):
    def leaking(whole, is_held_out):
        degree = np.bincount(lead_pairs(whole).block, minlength=whole.n_blocks).astype(np.float32)
        return lambda molecules: np.tile(degree, (len(molecules), 1))

    with pytest.raises(LeakError, match="those of 'degrees' change"):
        assert_blind(leaking, graph, held_out, seed=1, name="degrees")


@pytest.mark.parametrize("transform", [np.log1p, np.sqrt, lambda degree: -3.0 * degree + 1.0])
def test_make_pair_case__catches_a_feature_made_of_degrees_before_hiding(graph, held_out, transform):
    degree = np.bincount(graph.edge_snp, minlength=graph.n_snps)
    leaking = replace(graph, snp_features=np.column_stack([graph.snp_features, transform(degree)]).astype(np.float32))
    with pytest.raises(LeakError, match="column 2 of 3 is a function of the degree over all edges"):
        make_pair_case(leaking, held_out)


def test_assert_features_blind__lets_degrees_after_hiding_pass(graph, held_out):
    degree = np.bincount(graph.edge_snp[~held_out], minlength=graph.n_snps)
    constant = np.ones(graph.n_snps)
    assert_features_blind(
        replace(graph, snp_features=np.column_stack([np.log1p(degree), constant]).astype(np.float32)), held_out
    )


def test_make_pair_case__catches_a_pair_left_visible(graph, held_out):
    planted = held_out.copy()
    trans = np.flatnonzero(held_out & (graph.edge_abs_z == 8.0))  # its neighbour edge with |z| 7 stays hidden
    planted[trans[0]] = False
    with pytest.raises(LeakError, match="the evaluation's training pairs: 1 are present"):
        make_pair_case(graph, planted)


def test_swap_held_out__changes_hidden_edges_alone(graph, held_out):
    changed, is_hidden = swap_held_out(graph, held_out, seed=0)
    before, after = graph.without_edges(held_out), changed.without_edges(is_hidden)
    np.testing.assert_array_equal(before.edge_molecule, after.edge_molecule)
    np.testing.assert_array_equal(before.edge_snp, after.edge_snp)
    hidden, swapped = graph.edge_molecule[held_out], changed.edge_molecule[is_hidden]
    assert swapped.size > 0.9 * hidden.size
    assert set(zip(graph.edge_snp[held_out], hidden, strict=True)) != set(
        zip(changed.edge_snp[is_hidden], swapped, strict=True)
    )

import numpy as np
import pytest

from models.pinsage import LeakError, LocusPairs, lead_pairs
from models.pinsage.split import assign_folds, hiding_keys
from models.pinsage.views import build_view, is_predictable, snp_table
from tests.models.pinsage.planted import SMALL, make_graph, planted_graph

NOTHING = np.zeros(0, np.int64)


@pytest.fixture(scope="module")
def hidden():
    graph = planted_graph().graph
    pairs = lead_pairs(graph)
    keys = hiding_keys(pairs.block, pairs.cluster, graph.n_clusters)
    return graph, pairs, keys, np.unique(keys[assign_folds(keys, 4, seed=0) == 0])


def test_build_view__is_the_same_as_if_hidden_edges_had_never_existed(hidden):
    graph, pairs, _keys, hidden_keys = hidden
    view = build_view(graph, pairs, hidden_keys, SMALL, seed=0)
    edge_keys = hiding_keys(
        graph.snp_block[graph.edge_snp], graph.molecule_cluster[graph.edge_molecule], graph.n_clusters
    )
    without = graph.without_edges(np.isin(edge_keys, hidden_keys))
    never = build_view(without, lead_pairs(without), NOTHING, SMALL, seed=0)
    np.testing.assert_array_equal(view.blocks.walk.features, never.blocks.walk.features)
    np.testing.assert_array_equal(view.blocks.properties, never.blocks.properties)
    np.testing.assert_array_equal(view.degree, never.degree)
    np.testing.assert_array_equal(view.trans_degree, never.trans_degree)
    leads = np.unique(view.visible.lead_snp)
    one, other = snp_table(graph, view, leads, SMALL), snp_table(without, never, leads, SMALL)
    np.testing.assert_array_equal(one.walk.features, other.walk.features)
    np.testing.assert_array_equal(one.properties, other.properties)


def test_build_view__catches_a_planted_leak(hidden, monkeypatch):
    graph, pairs, _keys, hidden_keys = hidden
    monkeypatch.setattr(LocusPairs, "select", lambda self, _keep: self)  # hiding forgets to hide
    with pytest.raises(LeakError, match="a view's walks, features and degrees"):
        build_view(graph, pairs, hidden_keys, SMALL, seed=0)


def test_snp_table__projects_a_snp_that_leads_nothing():
    graph = make_graph(
        [(0, 0, 9.0), (1, 0, 7.0), (3, 0, 9.0), (3, 1, 9.0), (0, 1, 9.0), (2, 2, 6.0)],
        [0, 0, 0, 1],
        3,
        snp_position_bp=np.array([10_000, 9_000_000, 5_000_000, 10_000], np.int64),
    )
    view = build_view(graph, lead_pairs(graph), NOTHING, SMALL, seed=0)
    table = snp_table(graph, view, np.array([0, 1, 2, 3], np.int32), SMALL)
    assert (table.walk.strength > 0).tolist() == [True, True, False, True]  # 1 shares molecule 0 with its lead
    np.testing.assert_allclose(table.walk.features[1], table.walk.features[0], atol=1e-6)


def test_is_predictable__needs_block_and_molecule_in_training():
    pairs = LocusPairs(
        block=np.array([0, 1, 2], np.int32),
        molecule=np.array([0, 0, 1], np.int32),
        cluster=np.array([0, 0, 1], np.int32),
        lead_snp=np.array([0, 1, 2], np.int32),
        is_trans=np.zeros(3, np.bool_),
    )
    assert is_predictable(pairs, np.array([False, True, False]), 3, 2).tolist() == [False, False, False]
    both = LocusPairs(
        *(
            np.append(getattr(pairs, name), np.array(1, getattr(pairs, name).dtype))
            for name in ("block", "molecule", "cluster", "lead_snp", "is_trans")
        )
    )
    assert is_predictable(both, np.array([False, True, False, False]), 3, 2).tolist() == [False, True, False, False]

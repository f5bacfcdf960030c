import numpy as np
import pytest

from models.pinsage import LeakError, SettingsError, assert_no_leak, held_out_edges, lead_pairs
from models.pinsage.split import assign_folds, hiding_keys
from tests.models.pinsage.planted import make_graph, planted_graph


def test_assign_folds__keeps_equal_keys_together_and_folds_even():
    keys = np.repeat(np.arange(40), 3)
    folds = assign_folds(keys, 10, seed=1)
    assert all(np.unique(folds[keys == key]).size == 1 for key in range(40))
    assert np.bincount(folds[::3]).tolist() == [4] * 10


def test_assign_folds__does_not_depend_on_order():
    keys = np.arange(100, dtype=np.int64) ** 2
    order = np.random.default_rng(0).permutation(100)
    np.testing.assert_array_equal(assign_folds(keys, 7, seed=1)[order], assign_folds(keys[order], 7, seed=1))


def test_held_out_edges__hides_whole_block_cluster_pairs():
    graph = make_graph(
        [(0, 0, 6.0), (1, 1, 6.0), (2, 0, 6.0), (3, 2, 6.0)] * 5,
        [0, 0, 1, 1],
        3,
        molecule_cluster=np.array([0, 0, 1], np.int32),
    )
    held_out = held_out_edges(graph, share=0.34, seed=0)
    keys = hiding_keys(graph.snp_block[graph.edge_snp], graph.molecule_cluster[graph.edge_molecule], 2)
    hidden = np.unique(keys[held_out])
    assert hidden.size == 1
    np.testing.assert_array_equal(np.isin(keys, hidden), held_out)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1])
def test_held_out_edges__refuses_impossible_shares(share):
    with pytest.raises(SettingsError, match=r"held-out share must lie in \(0, 1\)"):
        held_out_edges(planted_graph().graph, share=share, seed=0)


def test_assert_no_leak__catches_a_planted_leak():
    graph = planted_graph().graph
    held_out = held_out_edges(graph, share=0.1, seed=0)
    hidden = lead_pairs(graph.without_edges(~held_out))
    keys = hiding_keys(hidden.block, hidden.cluster, graph.n_clusters)
    clean = lead_pairs(graph.without_edges(held_out))
    assert_no_leak(clean, keys, n_clusters=graph.n_clusters, where="training")
    planted = held_out.copy()
    planted[np.flatnonzero(held_out)[0]] = False  # one edge of a hidden pair stays in training
    with pytest.raises(LeakError, match="absent from training: 1 are present"):
        assert_no_leak(lead_pairs(graph.without_edges(planted)), keys, n_clusters=graph.n_clusters, where="training")


def test_assert_no_leak__catches_a_neighbour_molecule_of_the_same_cluster():
    graph = make_graph([(0, 0, 6.0), (0, 1, 6.0)], [0], 2, molecule_cluster=np.array([0, 0], np.int32))
    with pytest.raises(LeakError, match="block 0 with molecule cluster 0"):
        assert_no_leak(lead_pairs(graph).select(np.array([False, True])), np.array([0]), n_clusters=1, where="walks")

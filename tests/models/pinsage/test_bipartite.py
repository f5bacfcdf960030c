from dataclasses import replace

import numpy as np
import pytest

from models.pinsage import GraphError, lead_pairs
from tests.models.pinsage.planted import make_graph, planted_graph, shuffled_edges


def test_lead_pairs__takes_the_largest_z_and_flags_trans():
    graph = make_graph(
        [(0, 0, 5.0), (1, 0, 7.0), (3, 0, 6.0), (3, 1, 6.0)],
        [0, 0, 0, 1],
        2,
        molecule_home_block=np.array([0, -1], np.int32),
    )
    pairs = lead_pairs(graph)
    assert pairs.molecule.tolist() == [0, 0, 1]
    assert pairs.block.tolist() == [0, 1, 1]
    assert pairs.lead_snp.tolist() == [1, 3, 3]
    assert pairs.is_trans.tolist() == [False, True, False]


def test_lead_pairs__breaks_ties_by_nearness_to_the_mean_then_by_id():
    position = np.array([100, 200, 300, 1000], np.int64)  # mean 400: 300 is nearest
    graph = make_graph([(snp, 0, 6.0) for snp in range(4)], [0] * 4, 1, snp_position_bp=position)
    assert lead_pairs(graph).lead_snp.tolist() == [2]
    even = make_graph([(snp, 0, 6.0) for snp in range(4)], [0] * 4, 1)  # 10, 20, 30, 40 kb: 20 and 30 tie
    assert lead_pairs(even).lead_snp.tolist() == [1]


def test_lead_pairs__counts_a_repeated_edge_once():
    once = make_graph([(0, 0, 6.0), (1, 0, 6.0), (2, 0, 6.0)], [0] * 3, 1)
    twice = make_graph([(0, 0, 6.0), (1, 0, 6.0), (2, 0, 6.0), (2, 0, 6.0), (2, 0, 6.0)], [0] * 3, 1)
    assert lead_pairs(once).lead_snp.tolist() == lead_pairs(twice).lead_snp.tolist() == [1]


def test_lead_pairs__leaves_out_snps_without_block():
    assert len(lead_pairs(make_graph([(0, 0, 6.0)], [-1], 1))) == 0


def test_lead_pairs__does_not_depend_on_the_order_of_edges():
    graph = planted_graph().graph
    one, other = lead_pairs(graph), lead_pairs(shuffled_edges(graph, 5))
    for name in ("block", "molecule", "cluster", "lead_snp", "is_trans"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_fingerprint__sees_every_array():
    graph = make_graph([(0, 0, 6.0)], [0, 0], 1)
    moved = replace(graph, snp_position_bp=graph.snp_position_bp + 1)
    assert graph.fingerprint() == make_graph([(0, 0, 6.0)], [0, 0], 1).fingerprint()
    assert graph.fingerprint() != moved.fingerprint()


def test_n_blocks__counts_home_blocks_too():
    graph = make_graph([(0, 0, 6.0)], [2], 1, molecule_home_block=np.array([4], np.int32))
    assert graph.n_blocks == 5
    assert make_graph([], [], 0).n_blocks == 0
    assert make_graph([], [], 0).n_clusters == 0


def test_bipartite_graph__refuses_wrong_lengths():
    with pytest.raises(GraphError, match=r"snp_position_bp must have 1 axes and length 1"):
        make_graph([(0, 0, 6.0)], [0], 1, snp_position_bp=np.zeros(3, np.int64))


def test_bipartite_graph__refuses_ids_out_of_range():
    with pytest.raises(GraphError, match=r"edge_snp must lie in \[0, 0\], got 1 to 1"):
        make_graph([(1, 0, 6.0)], [0], 1)


def test_bipartite_graph__refuses_nan():
    with pytest.raises(GraphError, match="edge_abs_z must be finite, row 0 is not"):
        make_graph([(0, 0, float("nan"))], [0], 1)

import numpy as np

from models.pinsage import lead_pairs
from models.pinsage.baselines import baseline_scorers
from tests.models.pinsage.planted import make_graph

EDGES = [(0, 0, 6.0), (1, 0, 6.0), (1, 1, 6.0), (2, 1, 6.0), (1, 2, 6.0)]
# molecules by blocks: m0 {0, 1}, m1 {1, 2}, m2 {1}


def scorers():
    graph = make_graph(
        EDGES,
        [0, 1, 2, 3],
        3,
        snp_chromosome=np.array([1, 1, 2, 1], np.int16),
        molecule_home_block=np.array([0, -1, 2], np.int32),
    )
    return baseline_scorers(graph, lead_pairs(graph))


def test_popularity__counts_molecules():
    assert scorers()["popularity"](np.array([2, 0])).tolist() == [[1, 3, 1, 0]] * 2


def test_item_knn__sums_cosines():
    cosine = 1 / np.sqrt(3)
    np.testing.assert_allclose(
        scorers()["item-kNN"](np.array([2, 0])), [[cosine, 0, cosine, 0], [cosine, cosine, cosine, 0]], atol=2e-6
    )


def test_two_hop_walk__is_a_probability():
    np.testing.assert_allclose(
        scorers()["two-hop walk"](np.array([2])), [[1 / 6, 1 / 3 + 1 / 6 + 1 / 6, 1 / 6, 0]], atol=2e-6
    )


def test_nearest_position__ranks_by_distance_to_home_or_known_blocks():
    scores = scorers()["nearest position"](np.array([0, 1, 2]))
    assert scores[0].tolist() == [0, -10_000, -1e10, -30_000]
    assert scores[1].tolist() == [-10_000, 0, 0, -20_000]
    assert scores[2].tolist() == [-1e10, -1e10, 0, -1e10]


def test_two_hop_walk__orders_unreached_blocks_by_popularity():
    graph = make_graph([*EDGES, (3, 3, 6.0), (4, 4, 6.0), (4, 5, 6.0)], [0, 1, 2, 3, 4], 6)
    scores = baseline_scorers(graph, lead_pairs(graph))["two-hop walk"](np.array([2]))[0]
    assert 0 < scores[3] < scores[4] < 1e-6

"""What every ranker promises, and each family against a case worked by hand or its slow twin."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from models.pinsage import lead_pairs
from models.pinsage.rankers import (
    ALS,
    ALS_LD,
    BPR,
    EASE,
    HOPS,
    RANKERS,
    SHARED_FEATURES,
    SVD,
    AlsLdSettings,
    AlsSettings,
    EaseSettings,
    HopSettings,
    SharedFeatureSettings,
    SvdSettings,
)
from models.pinsage.rankers.matrices import pair_matrix
from tests.models.pinsage.planted import make_graph, planted_graph, shuffled_edges

EDGES = [(0, 0, 6.0), (1, 0, 6.0), (1, 1, 6.0), (2, 1, 6.0), (1, 2, 6.0)]
# molecules by blocks: m0 {0, 1}, m1 {1, 2}, m2 {1}; block 3 has none
NAMES = [ranker.name for ranker in RANKERS]


def small_case():
    graph = make_graph(EDGES, [0, 1, 2, 3], 3)
    return graph, lead_pairs(graph)


@pytest.mark.parametrize("ranker", RANKERS, ids=NAMES)
def test_every_ranker__scores_all_blocks_finitely_and_repeats_itself(ranker):
    graph = planted_graph().graph
    pairs = lead_pairs(graph)
    molecules = np.array([5, 0, 299, 5])
    scores = ranker.fit(graph, pairs, ranker.grid[0])(molecules)
    assert scores.shape == (4, graph.n_blocks)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()
    assert (scores[0] == scores[3]).all()
    other_order = shuffled_edges(graph, seed=1)
    again = ranker.fit(other_order, lead_pairs(other_order), ranker.grid[0])(molecules)
    assert np.array_equal(again, scores)


@pytest.mark.parametrize("ranker", RANKERS, ids=NAMES)
def test_every_ranker__bears_blocks_and_molecules_without_pairs(ranker):
    graph, pairs = small_case()
    without_last = pairs.select(pairs.molecule != 2)
    scores = ranker.fit(graph, without_last, ranker.grid[0])(np.arange(3))
    assert scores.shape == (3, 4)
    assert np.isfinite(scores).all()


@pytest.mark.parametrize("ranker", RANKERS, ids=NAMES)
def test_every_ranker__reads_pairs_and_not_the_graphs_edges(ranker):
    graph = planted_graph().graph
    pairs = lead_pairs(graph)
    emptied = graph.without_edges(np.ones(graph.edge_snp.size, np.bool_))
    of_pairs, of_emptied = (ranker.fit(g, pairs, ranker.grid[0])(np.arange(9)) for g in (graph, emptied))
    assert np.array_equal(of_pairs, of_emptied)


def test_shared_features__weighs_by_one_over_log_degree():
    graph, pairs = small_case()
    scores = SHARED_FEATURES.fit(graph, pairs, SharedFeatureSettings(0.0))(np.array([2, 0]))
    worth = 1 / np.log(2)  # m0 and m1 have two blocks each
    assert_allclose(scores, [[worth, 0, worth, 0], [worth, worth, worth, 0]], atol=2e-6)


def test_hops__by_hand():
    graph, pairs = small_case()
    step = np.array([[1 / 2, 1 / 2, 0, 0], [1 / 6, 2 / 3, 1 / 6, 0], [0, 1 / 2, 1 / 2, 0], [0, 0, 0, 0]])
    start = np.array([0, 1, 0, 0])
    expected = (start @ step + 0.5 * start @ step @ step) / np.array([1, 3, 1, 1]) ** 0.5
    scores = HOPS.fit(graph, pairs, HopSettings(n_hops=2, decay=0.5, beta=0.5, alpha=1.0))(np.array([2]))
    assert_allclose(scores[0], expected, atol=2e-6)
    sharper = HOPS.fit(graph, pairs, HopSettings(n_hops=1, beta=0.0, alpha=0.5))(np.array([2]))
    assert_allclose(sharper[0], start @ np.sqrt(step), atol=2e-6)


def test_ease__is_a_ridge_regression_of_each_block_on_the_others():
    graph = planted_graph().graph
    pairs = lead_pairs(graph)
    known = pair_matrix(graph, pairs).toarray()
    scores = EASE.fit(graph, pairs, EaseSettings(7.0))(np.arange(20))
    for block in (3, 41):
        others = np.delete(known, block, axis=1)
        ridge = np.linalg.solve(others.T @ others + 7.0 * np.eye(others.shape[1]), others.T @ known[:, block])
        assert_allclose(scores[:, block], others[:20] @ ridge, atol=3e-6)


def test_svd__keeps_the_leading_directions_of_the_scaled_matrix():
    graph = planted_graph().graph
    pairs = lead_pairs(graph)
    known = pair_matrix(graph, pairs).toarray()
    scale = np.maximum(known.sum(axis=0), 1) ** 0.25
    scaled = known / scale
    _, _, right = np.linalg.svd(scaled[known.sum(axis=1) > 1], full_matrices=False)
    expected = (scaled @ right[:10].T @ right[:10]) * scale
    assert_allclose(SVD.fit(graph, pairs, SvdSettings(10, 0.25))(np.arange(20)), expected[:20], atol=3e-6)


def _als_twin(weights, settings):
    """Alternate full ridge regressions, one row at a time, from the same start."""
    generator = np.random.default_rng(settings.seed)
    columns = generator.normal(scale=0.01, size=(weights.shape[1], settings.n_factors))
    rows = np.zeros((weights.shape[0], settings.n_factors))
    for _ in range(settings.n_sweeps):
        for table, fixed, free in ((weights, columns, rows), (weights.T, rows, columns)):
            for place, row in enumerate(table):
                confidence = 1.0 + settings.confidence * row
                left = fixed.T @ (confidence[:, None] * fixed) + settings.penalty * np.eye(settings.n_factors)
                free[place] = np.linalg.solve(left, fixed.T @ (confidence * np.minimum(row, 1.0)))
    return rows, columns


@pytest.mark.parametrize("n_factors", [3, 12])
def test_als__agrees_with_its_slow_twin(n_factors):
    graph = planted_graph().graph
    pairs = lead_pairs(graph)
    settings = AlsSettings(n_factors, penalty=2.0, confidence=4.0, n_sweeps=3)
    rows, columns = _als_twin(pair_matrix(graph, pairs).toarray(), settings)
    assert_allclose(ALS.fit(graph, pairs, settings)(np.arange(30)), rows[:30] @ columns.T, atol=1e-5)


def test_als_ld__spreads_pairs_over_the_block_by_distance():
    # Block 0 has lead SNPs 0 (m0) and 1 (m1), 10 kb apart; block 1 has SNP 2 (m0, m2).
    graph = make_graph([(0, 0, 6.0), (1, 1, 6.0), (2, 0, 6.0), (2, 2, 6.0)], [0, 0, 1], 3)
    als = AlsSettings(2, penalty=0.5, confidence=3.0, n_sweeps=4)
    near = np.exp(-0.5)
    rows, columns = _als_twin(np.array([[1, near, 1], [near, 1, 0], [0, 0, 1.0]]), als)
    products = rows @ columns.T
    expected = np.stack([products[:, :2].max(axis=1), products[:, 2]], axis=1)
    scores = ALS_LD.fit(graph, lead_pairs(graph), AlsLdSettings(20_000.0, 0.1, als))(np.arange(3))
    assert_allclose(scores, expected, atol=1e-5)


def test_als_ld__without_reach_is_als_over_snps():
    graph = planted_graph().graph
    pairs = lead_pairs(graph)
    als = AlsSettings(4, n_sweeps=2)
    alone, reaching = (
        ALS_LD.fit(graph, pairs, AlsLdSettings(scale, 0.01, als))(np.arange(50)) for scale in (1.0, 10_000.0)
    )
    assert not np.allclose(alone, reaching)


def test_bpr__puts_known_loci_above_others():
    graph = planted_graph().graph
    pairs = lead_pairs(graph)
    settings = replace(BPR.grid[0], n_factors=16, n_epochs=60)
    scores = BPR.fit(graph, pairs, settings)(np.arange(graph.n_molecules))
    known = pair_matrix(graph, pairs).toarray() > 0
    higher = [np.mean(row[k].mean() > row[~k]) for row, k in zip(scores, known, strict=True)]
    assert np.mean(higher) > 0.9
    assert not np.array_equal(BPR.fit(graph, pairs, replace(settings, seed=1))(np.arange(3)), scores[:3])

from dataclasses import replace

import numpy as np
import pytest

from models.pinsage import lead_pairs
from models.pinsage.profile import align_profile, fit_profile, most_visited, project_snps
from models.pinsage.visits import hop_visits, visits_from
from models.pinsage.walk_graph import build_walk_graph
from tests.models.pinsage.planted import SMALL, make_graph, planted_graph


@pytest.fixture(scope="module")
def walk_graph():
    graph = planted_graph().graph
    return build_walk_graph(graph, lead_pairs(graph), SMALL)


def test_most_visited__matches_the_slow_twin():
    visits = np.random.default_rng(0).integers(0, 4, (30, 20)).astype(np.float32)
    neighbour, weight = most_visited(visits, 6)
    for row in range(30):
        expected = sorted((block for block in range(20) if visits[row, block] > 0), key=lambda b: (-visits[row, b], b))[
            :6
        ]
        assert [block for block in neighbour[row] if block >= 0] == expected
        np.testing.assert_allclose(weight[row, : len(expected)], visits[row, expected] / visits[row, expected].sum())


def test_fit_profile__matches_the_formula(walk_graph):
    profile = fit_profile(walk_graph, replace(SMALL, n_dimensions=80), seed=0)
    visits = visits_from(walk_graph.jump, hop_visits(walk_graph, n_hops=3, decay=0.7), walk_graph.lead.block)
    between = np.zeros((walk_graph.n_blocks, walk_graph.n_blocks))
    for lead in range(walk_graph.n_leads):
        between[walk_graph.lead.block[lead]] += walk_graph.lead_degree[lead] * visits[lead]
    between = (between + between.T) / 2
    degree = between.sum(axis=1)
    scale = np.divide(1, np.sqrt(degree + degree[degree > 0].mean()), out=np.zeros_like(degree), where=degree > 0)
    similarity = np.log1p(300 * scale[:, None] * between * scale[None, :])
    values, vectors = np.linalg.eigh(similarity)
    positive = (vectors * np.maximum(values, 0)) @ vectors.T
    np.testing.assert_allclose(profile.blocks.features @ profile.blocks.features.T, positive, atol=2e-4)
    np.testing.assert_allclose(profile.blocks.strength, degree, rtol=1e-4, atol=1e-6)


def test_fit_profile__sampled_visits_come_close_to_expected_ones(walk_graph):
    exact = fit_profile(walk_graph, SMALL, seed=0)
    sampled = align_profile(fit_profile(walk_graph, replace(SMALL, visits="sampled", n_walks=4000), seed=0), exact)
    one, other = exact.blocks.features, sampled.blocks.features
    assert np.corrcoef((one @ one.T).ravel(), (other @ other.T).ravel())[0, 1] > 0.97


def test_fit_profile__auto_samples_when_the_table_would_be_too_large(walk_graph):
    tight = fit_profile(walk_graph, replace(SMALL, expected_limit_bytes=0, n_walks=300), seed=0)
    sampled = fit_profile(walk_graph, replace(SMALL, visits="sampled", n_walks=300), seed=0)
    np.testing.assert_array_equal(tight.blocks.features, sampled.blocks.features)


def test_align_profile__undoes_a_rotation(walk_graph):
    profile = fit_profile(walk_graph, SMALL, seed=0)
    rotation = np.linalg.qr(np.random.default_rng(0).normal(size=(16, 16)))[0].astype(np.float32)
    turned = replace(
        profile,
        blocks=replace(profile.blocks, features=profile.blocks.features @ rotation),
        projection=profile.projection @ rotation,
    )
    back = align_profile(turned, profile)
    np.testing.assert_allclose(back.blocks.features, profile.blocks.features, atol=1e-5)
    np.testing.assert_allclose(back.projection, profile.projection, atol=1e-5)


def test_project_snps__puts_a_blocks_only_lead_near_its_block(walk_graph):
    profile = fit_profile(walk_graph, replace(SMALL, n_dimensions=40), seed=0)
    rows = project_snps(profile, walk_graph, walk_graph.lead, walk_graph.jump, replace(SMALL, n_dimensions=40))
    own = profile.blocks.features[walk_graph.lead.block]
    cosine = (own * rows.features).sum(1) / np.linalg.norm(own, axis=1) / np.linalg.norm(rows.features, axis=1)
    assert np.median(cosine) > 0.9
    assert (rows.strength > 0).all()


def test_fit_profile__of_a_graph_without_walks_is_zero():
    graph = make_graph([(0, 0, 6.0)], [0], 1)
    walk_graph = build_walk_graph(graph, lead_pairs(graph), SMALL)
    profile = fit_profile(walk_graph, SMALL, seed=0)
    assert not profile.blocks.features.any()
    assert (profile.blocks.neighbour == -1).all()


def test_fit_profile__large_and_small_solvers_agree(walk_graph, monkeypatch):
    dense = fit_profile(walk_graph, replace(SMALL, n_dimensions=10), seed=0)
    monkeypatch.setattr("models.pinsage.profile._DENSE_EIGEN_LIMIT", 0)
    iterated = fit_profile(walk_graph, replace(SMALL, n_dimensions=10), seed=0)
    one, other = dense.blocks.features, iterated.blocks.features
    np.testing.assert_allclose(one @ one.T, other @ other.T, atol=1e-4)

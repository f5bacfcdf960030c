import numpy as np
import pytest
import torch

from models.pinsage import lead_pairs
from models.pinsage.determinism import deterministic_torch
from models.pinsage.loss import masked_mixture_loss
from models.pinsage.messages import fit_standardiser, network_input
from models.pinsage.network import HOME_SCALE, NO_WALK_LOG_ODDS, PinSageNetwork, Scores
from models.pinsage.views import build_view, snp_table
from tests.models.pinsage.planted import SMALL, planted_graph


@pytest.fixture(autouse=True)
def _one_thread():
    with deterministic_torch(1):
        yield


@pytest.fixture(scope="module")
def tables():
    graph = planted_graph().graph
    pairs = lead_pairs(graph)
    view = build_view(graph, pairs, np.zeros(0, np.int64), SMALL, seed=0)
    return view.blocks, snp_table(graph, view, np.unique(pairs.lead_snp), SMALL)


def make_inputs(tables, n_queries=7):
    loci, snps = tables
    generator = np.random.default_rng(1)
    query_rows = generator.integers(0, snps.node.size, 20), np.sort(generator.integers(0, n_queries, 20))
    home = generator.integers(-1, loci.node.size, n_queries)
    home[0] = -1
    return network_input(loci, snps, query_rows, home, fit_standardiser(loci, snps)), query_rows


def random_network(n_properties, seed=0):
    network = PinSageNetwork(n_properties)
    generator = torch.Generator().manual_seed(seed)
    for parameter in network.parameters():
        parameter.data += 0.3 * torch.randn(parameter.shape, generator=generator)
    return network


def dense_weights(table, n_blocks):
    weights = np.zeros((table.node.size, n_blocks), np.float32)
    row, place = np.nonzero(table.walk.neighbour >= 0)
    weights[row, table.walk.neighbour[row, place]] = table.walk.neighbour_weight[row, place]
    return torch.from_numpy(weights)


def dense_scores(network, tables, inputs, query_rows, n_queries):
    """The same network with dense matrices and loops instead of DGL."""
    loci, snps = tables
    pool_locus, pool_snp = (dense_weights(table, loci.node.size) for table in (loci, snps))
    locus = inputs.locus_has_walk * inputs.locus_features
    snp = inputs.snp_has_walk * inputs.snp_features
    for layer in network.layers:
        locus, snp = (
            layer.own * locus + layer.pooled * (pool_locus @ locus),
            layer.own * snp + layer.pooled * (pool_snp @ locus),
        )
    evidence, prior, log_odds = [], [], []
    bias = inputs.locus_properties @ network.properties_to_bias
    for query in range(n_queries):
        asked, n_snps = torch.zeros(16), 0
        for row in query_rows[0][query_rows[1] == query]:
            if inputs.snp_has_walk[row, 0] > 0:
                asked = asked + torch.exp(inputs.snp_properties[row] @ network.properties_to_weight) * snp[row]
                n_snps += 1
        evidence.append(torch.exp(network.log_tau) * float(max(n_snps, 1)) ** network.mu * (locus @ asked))
        at_home = (torch.arange(bias.numel()) == inputs.query_home[query]).float()
        prior.append(bias + HOME_SCALE * network.home_step * at_home)
        odds = network.prior_log_odds
        log_odds.append(odds[0] + odds[1] * np.log(n_snps) if n_snps else torch.tensor(NO_WALK_LOG_ODDS))
    return locus, snp, Scores(*(torch.stack(rows) for rows in (evidence, prior, log_odds)))


def test_forward__matches_the_dense_twin(tables):
    inputs, query_rows = make_inputs(tables)
    network = random_network(5)
    vectors = network(inputs)
    locus, snp, scores = dense_scores(network, tables, inputs, query_rows, 7)
    np.testing.assert_allclose(vectors.locus.detach(), locus.detach(), atol=1e-5)
    np.testing.assert_allclose(vectors.snp.detach(), snp.detach(), atol=1e-5)
    found = network.score(vectors, inputs)
    for name in ("evidence", "prior", "prior_log_odds"):
        np.testing.assert_allclose(getattr(found, name).detach(), getattr(scores, name).detach(), atol=1e-4)


def test_gradients__are_finite_and_match_the_dense_twin(tables):
    inputs, query_rows = make_inputs(tables)
    target, is_known = torch.arange(7), torch.zeros(7, inputs.locus_features.shape[0], dtype=torch.bool)
    gradients = []
    for is_dense in (False, True):
        network = random_network(5)
        if is_dense:
            scores = dense_scores(network, tables, inputs, query_rows, 7)[2]
        else:
            scores = network.score(network(inputs), inputs)
        masked_mixture_loss(scores, target, is_known).backward()
        gradients.append([parameter.grad for parameter in network.parameters()])
    for one, other in zip(*gradients, strict=True):
        assert torch.isfinite(one).all()
        assert one.abs().sum() > 0
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-4)


def test_forward__a_node_without_walks_keeps_a_zero_vector(tables):
    snps = tables[1]
    inputs, _ = make_inputs(tables)
    vectors = random_network(5)(inputs)
    silent = torch.from_numpy(snps.walk.strength == 0)
    assert silent.any()
    assert not vectors.snp[silent].any()
    assert not vectors.snp_weight[silent].any()


def test_forward__starts_at_the_untrained_features(tables):
    inputs, _ = make_inputs(tables)
    vectors = PinSageNetwork(5)(inputs)
    np.testing.assert_array_equal(vectors.locus.detach(), inputs.locus_features * inputs.locus_has_walk)
    assert not vectors.locus_bias.any()

import numpy as np
import pytest
import torch

from models.pinsage import lead_pairs
from models.pinsage.messages import Edges, fit_standardiser, network_input
from models.pinsage.views import build_view, snp_table
from tests.models.pinsage.planted import SMALL, planted_graph


@pytest.fixture(scope="module")
def tables():
    graph = planted_graph().graph
    pairs = lead_pairs(graph)
    view = build_view(graph, pairs, np.zeros(0, np.int64), SMALL, seed=0)
    return view.blocks, snp_table(graph, view, np.unique(pairs.lead_snp), SMALL)


def test_network_input__weights_of_each_node_sum_to_one(tables):
    inputs = network_input(
        *tables, (np.array([2, 0, 1]), np.array([1, 0, 1])), np.full(3, -1), fit_standardiser(*tables)
    )
    for edges, table in zip((inputs.locus_edges, inputs.snp_edges), tables, strict=True):
        total = np.bincount(edges.target.numpy(), weights=edges.weight, minlength=table.node.size)
        np.testing.assert_allclose(total[table.walk.strength > 0], 1.0, rtol=1e-5)
        row = 3
        kept = table.walk.neighbour[row] >= 0
        np.testing.assert_array_equal(
            edges.source[edges.start[row] : edges.start[row + 1]], table.walk.neighbour[row, kept]
        )
    assert inputs.query_edges.source.tolist() == [0, 2, 1]
    assert inputs.query_edges.start.tolist() == [0, 1, 3, 3]


def test_edges__name_the_node_that_receives():
    edges = Edges(torch.tensor([4, 5, 6]), torch.tensor([0, 2, 2, 3]), torch.ones(3))
    assert edges.n_nodes == 3
    assert edges.target.tolist() == [0, 0, 2]


def test_fit_standardiser__gives_constant_properties_a_spread_of_one(tables):
    loci, snps = tables
    snps.properties[:, 0] = 2.0
    standardiser = fit_standardiser(loci, snps)
    assert standardiser.snp_mean[0] == 2.0
    assert standardiser.snp_spread[0] == 1.0
    assert standardiser.feature_scale > 0

import os

import dgl
import numpy as np
import pytest

from models.pinsage import lead_pairs
from models.pinsage.messages import LOCUS_TO_LOCUS, LOCUS_TO_SNP, fit_standardiser, message_blocks, pooling_graph
from models.pinsage.views import build_view, snp_table
from tests.models.pinsage.planted import SMALL, planted_graph


@pytest.fixture(scope="module")
def tables():
    graph = planted_graph().graph
    pairs = lead_pairs(graph)
    view = build_view(graph, pairs, np.zeros(0, np.int64), SMALL, seed=0)
    return view.blocks, snp_table(graph, view, np.unique(pairs.lead_snp), SMALL)


def test_import__told_dgl_its_backend():
    assert os.environ["DGLBACKEND"] == "pytorch"


def test_pooling_graph__weights_of_each_node_sum_to_one(tables):
    loci, snps = tables
    graph = pooling_graph(loci, snps)
    for edge_type, table in ((LOCUS_TO_LOCUS, loci), (LOCUS_TO_SNP, snps)):
        _, node = graph.edges(etype=edge_type)
        total = np.bincount(node.numpy(), weights=graph.edges[edge_type].data["weight"], minlength=table.node.size)
        np.testing.assert_allclose(total[table.walk.strength > 0], 1.0, rtol=1e-5)


def test_message_blocks__carry_the_weights_of_their_edges(tables):
    graph = pooling_graph(*tables)
    blocks = message_blocks(graph)
    assert len(blocks) == 2
    for block in blocks:
        for edge_type in (LOCUS_TO_LOCUS, LOCUS_TO_SNP):
            edge = block.edges[edge_type].data[dgl.EID].long()
            np.testing.assert_array_equal(
                block.edges[edge_type].data["weight"], graph.edges[edge_type].data["weight"][edge]
            )
            source, target = block.edges(etype=edge_type)
            here, there = graph.find_edges(edge.int(), etype=edge_type)
            np.testing.assert_array_equal(block.srcnodes["locus"].data[dgl.NID][source.long()], here)
            np.testing.assert_array_equal(block.dstnodes[edge_type[2]].data[dgl.NID][target.long()], there)


def test_fit_standardiser__gives_constant_properties_a_spread_of_one(tables):
    loci, snps = tables
    snps.properties[:, 0] = 2.0
    standardiser = fit_standardiser(loci, snps)
    assert standardiser.snp_mean[0] == 2.0
    assert standardiser.snp_spread[0] == 1.0
    assert standardiser.feature_scale > 0

import os

import numpy as np
import pytest

from models.pinsage import lead_pairs
from models.pinsage.messages import fit_standardiser, network_input
from models.pinsage.views import build_view, snp_table
from tests.models.pinsage.planted import SMALL, planted_graph

dgl = pytest.importorskip("models.pinsage.backend").dgl
from models.pinsage.dgl_pooling import LOCUS_TO_LOCUS, LOCUS_TO_SNP, message_blocks, pooling_graph  # noqa: E402


@pytest.fixture(scope="module")
def graph():
    planted = planted_graph().graph
    pairs = lead_pairs(planted)
    view = build_view(planted, pairs, np.zeros(0, np.int64), SMALL, seed=0)
    tables = view.blocks, snp_table(planted, view, np.unique(pairs.lead_snp), SMALL)
    none = np.zeros(0, np.int64)
    return pooling_graph(network_input(*tables, (none, none), 0, fit_standardiser(*tables)))


def test_import__told_dgl_its_backend():
    assert os.environ["DGLBACKEND"] == "pytorch"


def test_message_blocks__carry_the_weights_of_their_edges(graph):
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

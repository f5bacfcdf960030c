import os

import numpy as np
import pytest
import torch

from models.pinsage import lead_pairs
from models.pinsage.messages import fit_standardiser, network_input
from models.pinsage.views import build_view, snp_table
from tests.models.pinsage.planted import SMALL, planted_graph

pytest.importorskip("models.pinsage.backend")
from models.pinsage.dgl_pooling import LOCUS_TO_LOCUS, LOCUS_TO_SNP, message_block, query_graph


@pytest.fixture(scope="module")
def inputs():
    graph = planted_graph().graph
    pairs = lead_pairs(graph)
    view = build_view(graph, pairs, np.zeros(0, np.int64), SMALL, seed=0)
    tables = view.blocks, snp_table(graph, view, np.unique(pairs.lead_snp), SMALL)
    rows = np.array([3, 1, 2, 2]), np.array([0, 2, 2, 1])
    return network_input(*tables, rows, np.full(4, -1), fit_standardiser(*tables))


def test_import__told_dgl_its_backend():
    assert os.environ["DGLBACKEND"] == "pytorch"


def test_message_block__carries_the_edges_and_their_weights(inputs):
    block = message_block(inputs)
    assert block.is_block
    assert block.idtype == torch.int32
    for edge_type, given in ((LOCUS_TO_LOCUS, inputs.locus_edges), (LOCUS_TO_SNP, inputs.snp_edges)):
        source, target, edge = block.edges(etype=edge_type, form="all")
        order = torch.argsort(edge)
        np.testing.assert_array_equal(source[order], given.source)
        np.testing.assert_array_equal(target[order], given.target)
        np.testing.assert_array_equal(block.edges[edge_type].data["weight"], given.weight)
    assert block.num_dst_nodes("snp") == inputs.snp_features.shape[0]


def test_query_graph__joins_snps_to_their_queries(inputs):
    source, target = query_graph(inputs).edges()
    assert sorted(zip(target.tolist(), source.tolist(), strict=True)) == [(0, 3), (1, 2), (2, 1), (2, 2)]

from dataclasses import replace

import numpy as np
import pytest

from models.pinsage import lead_pairs
from models.pinsage.fit_job import FitJob
from models.pinsage.inference import embed_all, embed_nodes
from models.pinsage.messages import fit_standardiser
from models.pinsage.training import train_network
from models.pinsage.views import build_view, snp_table
from tests.models.pinsage.planted import SMALL, planted_graph

SETTINGS = replace(SMALL, n_steps=10)


@pytest.fixture(scope="module")
def parts():
    graph = planted_graph().graph
    view = build_view(graph, lead_pairs(graph), np.zeros(0, np.int64), SETTINGS, seed=1)
    snps = snp_table(graph, view, np.arange(graph.n_snps, dtype=np.int32), SETTINGS)
    network = train_network(FitJob(graph, SETTINGS, 1)).state.network
    return network, view.blocks, snps, fit_standardiser(view.blocks, snps)


def test_embed_all__of_chunks_is_the_whole(parts, monkeypatch):
    whole = embed_nodes(*parts, SETTINGS)
    monkeypatch.setattr("models.pinsage.inference.CHUNK_SNPS", 77)
    vectors, weight = embed_all(*parts, SETTINGS)
    np.testing.assert_allclose(vectors, whole.snp, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(weight, whole.snp_weight, rtol=1e-6)
    assert (weight > 0).sum() > 100
    assert not whole.snp.requires_grad


def test_embed_nodes__of_both_convolutions_agree(parts):
    by_torch, by_dgl = (embed_nodes(*parts, replace(SETTINGS, convolution=name)) for name in ("auto", "dgl"))
    np.testing.assert_allclose(by_torch.snp, by_dgl.snp, rtol=0, atol=1e-5 * float(by_dgl.snp.abs().max()))

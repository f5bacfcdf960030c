import sys

import numpy as np
import pytest

from models.pinsage import lead_pairs
from models.pinsage.errors import MissingPackageError
from models.pinsage.rankers import lightgcn
from models.pinsage.rankers.lightgcn import LIGHTGCN, LightGcnSettings, fit_lightgcn, has_lightgcn
from tests.models.pinsage.planted import planted_graph

needs_package = pytest.mark.skipif(not has_lightgcn(), reason="torch_geometric is an extra")


def test_fit_lightgcn__says_how_to_get_the_package(monkeypatch):
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delitem(sys.modules, "torch_geometric", raising=False)
    monkeypatch.setattr(sys, "path_importer_cache", {})
    graph = planted_graph().graph
    with pytest.raises(MissingPackageError, match="make lightgcn"):
        fit_lightgcn(graph, lead_pairs(graph), LIGHTGCN.grid[0])


def test_normalised_adjacency__by_hand():
    graph = planted_graph().graph
    pairs = lead_pairs(graph)
    dense = lightgcn._normalised_adjacency(graph, pairs).to_dense().numpy()
    known = np.zeros((graph.n_molecules, graph.n_blocks))
    known[pairs.molecule, pairs.block] = 1.0
    of_molecule, of_block = np.maximum(known.sum(1), 1), np.maximum(known.sum(0), 1)
    expected = known / np.sqrt(of_molecule[:, None] * of_block)
    np.testing.assert_allclose(dense[: graph.n_molecules, graph.n_molecules :], expected, rtol=1e-6)
    np.testing.assert_allclose(dense, dense.T)


@needs_package
def test_fit_lightgcn__finds_the_planted_modules_and_repeats_itself():
    planted = planted_graph()
    graph, settings = planted.graph, LightGcnSettings(n_factors=16, n_steps=60)
    molecules = np.flatnonzero(planted.molecule_module == 0)
    scores, again = (fit_lightgcn(graph, lead_pairs(graph), settings)(molecules) for _ in range(2))
    np.testing.assert_array_equal(scores, again)
    inside = scores[:, planted.module_blocks[0]].mean()
    assert inside > scores.mean() + 2 * scores.std()

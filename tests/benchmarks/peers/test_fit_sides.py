"""The sides of the benchmark of fits: the planted edges are what they say, DGL's recipe learns its own pairs."""

from pathlib import Path

import numpy as np
import torch

from models.pinsage import lead_pairs
from tests.benchmarks._planted_edges import planted_graph_from, write_planted_edges
from tests.benchmarks.peers import dgl_recipe


def test_planted_edges__have_the_numbers_wanted_and_stay_in_their_blocks(tmp_path: Path) -> None:
    write_planted_edges(tmp_path, 3000, 500, 25_000, 60)
    graph = planted_graph_from(str(tmp_path), 3000, 500, 60)
    assert graph.edge_snp.size == 25_000
    assert graph.n_blocks == 60
    pairs = lead_pairs(graph)
    assert 4 < len(pairs) / 500 < 6  # one cis locus and about four trans ones
    assert 0.7 < pairs.is_trans.mean() < 0.85
    assert np.unique(graph.edge_molecule).size == 500


def test_margin_loss__is_that_of_the_other_tails_of_the_batch() -> None:
    heads, tails = torch.randn(5, 3), torch.randn(5, 3)
    expected = [
        max(0.0, float(heads[i] @ tails[j] - heads[i] @ tails[i] + 1)) for i in range(5) for j in range(5) if i != j
    ]
    torch.testing.assert_close(dgl_recipe._margin_loss(heads, tails), torch.tensor(np.mean(expected)).float())


def test_recipe__gives_every_snp_a_vector_and_its_loss_falls(monkeypatch) -> None:
    from tests.models.pinsage.planted import planted_graph

    monkeypatch.setattr(dgl_recipe, "training_graph", lambda _name: planted_graph().graph)
    dgl_recipe.dgl_graph.cache_clear()
    losses = [dgl_recipe._train("planted", n_steps)[2] for n_steps in (1, 60)]
    assert losses[1] < 0.8 * losses[0]
    monkeypatch.setattr(dgl_recipe, "N_STEPS", 2)
    vectors = dgl_recipe.dgl_fit("planted")["vectors"]
    assert vectors.shape == (planted_graph().graph.n_snps, dgl_recipe.N_DIMENSIONS)
    scores = dgl_recipe.recipe_scorer("planted", vectors)(np.arange(10))
    assert scores.shape == (10, 80)
    assert np.isfinite(scores).all()
    dgl_recipe.dgl_graph.cache_clear()

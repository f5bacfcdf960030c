"""The project's simulated graphs are as hard as the shared ones, by rankers that have nothing to tune."""

import numpy as np
import polars as pl
import pytest

from loaders.simulation.planted_graphs import plant_graph
from loaders.simulation.planted_settings import PlantedSettings
from models.pinsage import lead_pairs
from models.pinsage.rankers import ITEM_KNN, POPULARITY, NoSettings
from models.pinsage.ranking import rank_targets, rankable_pairs
from services.evaluation.graph_files import to_bipartite
from tests.paths import DATA

REFERENCE = DATA / "pinsage" / "reference_results.csv"


@pytest.mark.slow
@pytest.mark.skipif(not REFERENCE.is_file(), reason="the shared simulated graphs are not here")
@pytest.mark.parametrize(("density", "tolerance"), [("sparse", 0.035), ("medium", 0.03)])
def test_plant_graph__is_as_hard_as_the_shared_graphs(density, tolerance):
    """Tolerance: about two standard errors of the difference between a graph of ours and the mean of three."""
    shared = plant_graph(PlantedSettings(), density, 100).graph
    graph = to_bipartite(shared)
    training = lead_pairs(graph.without_edges(shared.is_test))
    targets = rankable_pairs(graph, training, lead_pairs(graph.without_edges(~shared.is_test)))
    reference = pl.read_csv(REFERENCE).filter(pl.col("graph").str.starts_with(f"{density}_"))
    for ranker, name in ((POPULARITY, "popularity"), (ITEM_KNN, "kNN cosine")):
        expected = reference.filter(pl.col("method") == name)
        ranks = rank_targets(ranker.fit(graph, training, NoSettings()), training, targets, name=name)
        assert np.mean(ranks <= 50) == pytest.approx(expected["hit_50"].mean(), abs=tolerance)
        assert len(targets) == pytest.approx(expected["n_pairs"].mean(), rel=0.1)

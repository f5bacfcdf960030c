"""Predicted edges: chosen from a fitted model, staged unseen, then shown in one switch."""

from services.write_back.prediction import PredictedEdge, TopLoci, top_loci
from services.write_back.staging import RunToWrite, stage_predictions, write_predictions
from services.write_back.targets import TraitQuery, predict_molecules, predict_traits, read_trait_queries

__all__ = [
    "PredictedEdge",
    "RunToWrite",
    "TopLoci",
    "TraitQuery",
    "predict_molecules",
    "predict_traits",
    "read_trait_queries",
    "stage_predictions",
    "top_loci",
    "write_predictions",
]

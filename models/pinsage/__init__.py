"""PinSage: LD-aware walks, cross-fitted walk features and importance pooling over the bipartite SNP-molecule graph."""

from models.pinsage.bipartite import BipartiteGraph, LocusPairs, lead_pairs
from models.pinsage.candidates import EvidencePaths
from models.pinsage.distributed import join_ranks, leave_ranks, serve_fits
from models.pinsage.embeddings import FitRecord, FittedPinSage
from models.pinsage.errors import (
    CheckpointError,
    GraphError,
    LeakError,
    NotFiniteError,
    PinSageError,
    QueryError,
    RanksError,
    SettingsError,
    TooFewPairsError,
)
from models.pinsage.evaluation import Difference, Evaluation, EvaluationRow, Measure, evaluate
from models.pinsage.hybrid import FittedHybrid, fit_hybrid
from models.pinsage.settings import PinSageSettings
from models.pinsage.split import assert_no_leak, held_out_edges
from models.pinsage.training import fit_pinsage

__all__ = [
    "BipartiteGraph",
    "CheckpointError",
    "Difference",
    "Evaluation",
    "EvaluationRow",
    "EvidencePaths",
    "FitRecord",
    "FittedHybrid",
    "FittedPinSage",
    "GraphError",
    "LeakError",
    "LocusPairs",
    "Measure",
    "NotFiniteError",
    "PinSageError",
    "PinSageSettings",
    "QueryError",
    "RanksError",
    "SettingsError",
    "TooFewPairsError",
    "assert_no_leak",
    "evaluate",
    "fit_hybrid",
    "fit_pinsage",
    "held_out_edges",
    "join_ranks",
    "lead_pairs",
    "leave_ranks",
    "serve_fits",
]

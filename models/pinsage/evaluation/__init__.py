"""Evaluation: all methods on hidden pairs in one run, pooled with intervals; and the short one that training makes."""

from models.pinsage.evaluation.cases import Case, make_chromosome_case, make_pair_case
from models.pinsage.evaluation.engine import METRICS, MethodResult, mean_metrics, run_method
from models.pinsage.evaluation.guards import assert_blind, assert_features_blind
from models.pinsage.evaluation.intervals import Measure, Sample, bootstrap_blocks
from models.pinsage.evaluation.methods import FittedMethod, Method, Plan, ranker_method, standard_methods
from models.pinsage.evaluation.pooled import CaseResults, Pooled, PooledDifference, PooledRow, pool
from models.pinsage.evaluation.training_report import (
    METHOD,
    UNTRAINED,
    Difference,
    Evaluation,
    EvaluationRow,
    Trial,
    evaluate,
    run_trial,
)

__all__ = [
    "METHOD",
    "METRICS",
    "UNTRAINED",
    "Case",
    "CaseResults",
    "Difference",
    "Evaluation",
    "EvaluationRow",
    "FittedMethod",
    "Measure",
    "Method",
    "MethodResult",
    "Plan",
    "Pooled",
    "PooledDifference",
    "PooledRow",
    "Sample",
    "Trial",
    "assert_blind",
    "assert_features_blind",
    "bootstrap_blocks",
    "evaluate",
    "make_chromosome_case",
    "make_pair_case",
    "mean_metrics",
    "pool",
    "ranker_method",
    "run_method",
    "run_trial",
    "standard_methods",
]

"""Evaluates every method on graph files or on the loaded release, keeps the results, and writes them out."""

from services.evaluation.errors import EvaluationError
from services.evaluation.evaluating import EvaluationRequest, evaluate_files, evaluate_release
from services.evaluation.report import EvaluationReport
from services.evaluation.tables import Table

__all__ = [
    "EvaluationError",
    "EvaluationReport",
    "EvaluationRequest",
    "Table",
    "evaluate_files",
    "evaluate_release",
]

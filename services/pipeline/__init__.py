"""The whole path in one call: files, graph, model, predicted edges, candidates; on the demo and on real data."""

from services.pipeline.demo import DemoReport, run_demo
from services.pipeline.demo_files import DemoFiles, DemoFolderError, write_demo_files
from services.pipeline.families import FamilyReport
from services.pipeline.planted import BesideTruth, CohortReport
from services.pipeline.real import RealReport, run_real
from services.pipeline.real_expression import RealExpression
from services.pipeline.real_statistics import RealStatistics
from services.pipeline.real_text import render_real

__all__ = [
    "BesideTruth",
    "CohortReport",
    "DemoFiles",
    "DemoFolderError",
    "DemoReport",
    "FamilyReport",
    "RealExpression",
    "RealReport",
    "RealStatistics",
    "render_real",
    "run_demo",
    "run_real",
    "write_demo_files",
]

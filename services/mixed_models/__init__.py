"""Mixed models on files of people: scans of a trait, and variance components; the graph is not touched."""

from services.mixed_models.errors import MatchError, MixedModelError, RequestError
from services.mixed_models.qtl import map_qtl
from services.mixed_models.qtl_reports import QtlGene, QtlReport
from services.mixed_models.qtl_requests import QtlRequest
from services.mixed_models.reports import (
    Component,
    Correlation,
    Hit,
    KinshipFacts,
    NullFacts,
    RemlReport,
    ScanReport,
)
from services.mixed_models.requests import PeopleRequest, RemlRequest, ScanRequest
from services.mixed_models.scanning import scan_genotypes
from services.mixed_models.variance import estimate_reml

__all__ = [
    "Component",
    "Correlation",
    "Hit",
    "KinshipFacts",
    "MatchError",
    "MixedModelError",
    "NullFacts",
    "PeopleRequest",
    "QtlGene",
    "QtlReport",
    "QtlRequest",
    "RemlReport",
    "RemlRequest",
    "RequestError",
    "ScanReport",
    "ScanRequest",
    "estimate_reml",
    "map_qtl",
    "scan_genotypes",
]

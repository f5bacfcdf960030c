"""Mixed models on files of people: scans of a trait, and variance components; the graph is not touched."""

from services.mixed_models.errors import MatchError, MixedModelError, RequestError
from services.mixed_models.reports import (
    Component,
    Correlation,
    Hit,
    KinshipFacts,
    NullFacts,
    RemlReport,
    ScanReport,
)
from services.mixed_models.requests import PeopleRequest, RemlRequest
from services.mixed_models.scan_facts import RidgeFacts, SexFacts
from services.mixed_models.scan_request import RidgeChoices, ScanRequest
from services.mixed_models.scanning import scan_genotypes, scan_traits
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
    "RemlReport",
    "RemlRequest",
    "RequestError",
    "RidgeChoices",
    "RidgeFacts",
    "ScanReport",
    "ScanRequest",
    "SexFacts",
    "estimate_reml",
    "scan_genotypes",
    "scan_traits",
]

"""Mixed models on files of people, scans of a trait and variance components; and their way into the graph."""

from services.mixed_models.attach_reports import AttachedReml, AttachedScan
from services.mixed_models.attaching import attach_scan, check_scan_attachment
from services.mixed_models.attaching_reml import attach_reml, find_reml_traits
from services.mixed_models.errors import AttachError, MatchError, MixedModelError, RequestError
from services.mixed_models.kinship_writing import KinshipReport, KinshipRequest, write_kinships
from services.mixed_models.qtl import map_qtl
from services.mixed_models.qtl_attaching import AttachedQtl, attach_qtl
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
from services.mixed_models.requests import PeopleRequest, RemlRequest
from services.mixed_models.scan_facts import RidgeFacts, SexFacts
from services.mixed_models.scan_request import RidgeChoices, ScanRequest
from services.mixed_models.scan_study import ScanAttachment
from services.mixed_models.scanning import scan_genotypes, scan_traits
from services.mixed_models.variance import estimate_reml

__all__ = [
    "AttachError",
    "AttachedQtl",
    "AttachedReml",
    "AttachedScan",
    "Component",
    "Correlation",
    "Hit",
    "KinshipFacts",
    "KinshipReport",
    "KinshipRequest",
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
    "RidgeChoices",
    "RidgeFacts",
    "ScanAttachment",
    "ScanReport",
    "ScanRequest",
    "SexFacts",
    "attach_qtl",
    "attach_reml",
    "attach_scan",
    "check_scan_attachment",
    "estimate_reml",
    "find_reml_traits",
    "map_qtl",
    "scan_genotypes",
    "scan_traits",
    "write_kinships",
]

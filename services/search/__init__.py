"""The search: which trait a text names, which loci are candidates for it, and why."""

from models.association import render_p_value
from services.search.candidates import find_candidates
from services.search.error_rates import (
    CovariateCheck,
    Discoveries,
    FalseDiscoveryResult,
    FalseDiscoveryTest,
    FamilyWiseResult,
    FamilyWiseTest,
    WeightBin,
)
from services.search.errors import OptionError, RegionError, SearchError, SnpNotResolved, TraitNotResolved
from services.search.explanation import Explanation, Measured, Predicted, Walk, explain_snp
from services.search.options import CandidateOptions
from services.search.report import (
    Candidate,
    CandidateReport,
    EvidencePath,
    Locus,
    MolecularEdge,
    NearGene,
    NullExpectation,
    StudyUsed,
    TraitEdge,
)
from services.search.text_search import SearchHit, parse_region, search_text
from services.search.traits import AmbiguousTrait, Trait, UnknownTrait, require_trait, resolve_trait
from services.search.why_not import WhyNot

__all__ = [
    "AmbiguousTrait",
    "Candidate",
    "CandidateOptions",
    "CandidateReport",
    "CovariateCheck",
    "Discoveries",
    "EvidencePath",
    "Explanation",
    "FalseDiscoveryResult",
    "FalseDiscoveryTest",
    "FamilyWiseResult",
    "FamilyWiseTest",
    "Locus",
    "Measured",
    "MolecularEdge",
    "NearGene",
    "NullExpectation",
    "OptionError",
    "Predicted",
    "RegionError",
    "SearchError",
    "SearchHit",
    "SnpNotResolved",
    "StudyUsed",
    "Trait",
    "TraitEdge",
    "TraitNotResolved",
    "UnknownTrait",
    "Walk",
    "WeightBin",
    "WhyNot",
    "explain_snp",
    "find_candidates",
    "parse_region",
    "render_p_value",
    "require_trait",
    "resolve_trait",
    "search_text",
]

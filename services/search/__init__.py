"""The search: which trait a text names, which loci are candidates for it, and why."""

from models.association import render_p_value
from services.search.candidates import find_candidates
from services.search.errors import OptionError, RegionError, SearchError, TraitNotResolved
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

__all__ = [
    "AmbiguousTrait",
    "Candidate",
    "CandidateOptions",
    "CandidateReport",
    "EvidencePath",
    "Locus",
    "MolecularEdge",
    "NearGene",
    "NullExpectation",
    "OptionError",
    "RegionError",
    "SearchError",
    "SearchHit",
    "StudyUsed",
    "Trait",
    "TraitEdge",
    "TraitNotResolved",
    "UnknownTrait",
    "find_candidates",
    "parse_region",
    "render_p_value",
    "require_trait",
    "resolve_trait",
    "search_text",
]

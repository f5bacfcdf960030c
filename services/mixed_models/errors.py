"""Named errors of the mixed models.

RuleError
└── MixedModelError     an analysis of people's genotypes that cannot be made; nothing was written
    ├── RequestError    choices that contradict each other, or that nobody offers
    ├── MatchError      genotypes, tables and kinship that share too little
    ├── AttachError     results in files that cannot be brought into the graph
    └── ScanMissing     a run has no table of a scan in the state folder
"""

from loaders.errors import RuleError


class MixedModelError(RuleError):
    """An analysis of people's genotypes that cannot be made; nothing was written."""


class RequestError(MixedModelError):
    """Choices that contradict each other, or that nobody offers."""


class MatchError(MixedModelError):
    """Genotypes, tables and kinship that share too little."""


class AttachError(MixedModelError):
    """Results in files that cannot be brought into the graph."""


class ScanMissing(MixedModelError):  # noqa: N818
    """A run has no table of a scan in the state folder."""

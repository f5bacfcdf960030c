"""Statistics on the graph: LD scores, heritability, enrichment, cell types, genetic correlation, each as a run."""

from services.statistics.cell_types import estimate_cell_type_enrichment
from services.statistics.errors import (
    NoLdScores,
    NoStatistics,
    RunDamaged,
    StatisticsBusy,
    StatisticsError,
    UnknownAnnotation,
    UnknownPanel,
)
from services.statistics.genetic_correlation import estimate_trait_correlation
from services.statistics.heritability import estimate_trait_heritability
from services.statistics.ld_scores import compute_ld_scores
from services.statistics.partition import partition_heritability
from services.statistics.refresh import refresh_statistics
from services.statistics.reports import (
    CategoryResult,
    CellTypeReport,
    CellTypeResult,
    CorrelationReport,
    HeritabilityReport,
    LdScoreReport,
    PartitionReport,
    QuantileResult,
    RefreshReport,
    Source,
    TraitSummary,
)
from services.statistics.requests import LdScoreRequest, RegressionRequest

__all__ = [
    "CategoryResult",
    "CellTypeReport",
    "CellTypeResult",
    "CorrelationReport",
    "HeritabilityReport",
    "LdScoreReport",
    "LdScoreRequest",
    "NoLdScores",
    "NoStatistics",
    "PartitionReport",
    "QuantileResult",
    "RefreshReport",
    "RegressionRequest",
    "RunDamaged",
    "Source",
    "StatisticsBusy",
    "StatisticsError",
    "TraitSummary",
    "UnknownAnnotation",
    "UnknownPanel",
    "compute_ld_scores",
    "estimate_cell_type_enrichment",
    "estimate_trait_correlation",
    "estimate_trait_heritability",
    "partition_heritability",
    "refresh_statistics",
]

"""LD score regression: heritability, its division over annotations, cell types, genetic correlation."""

from models.heritability.cell_types import AnnotationScores, CellTypeResult, estimate_cell_types
from models.heritability.diagnostics import FLAG_MEANINGS, intercept_ratio, lambda_gc
from models.heritability.enrichment import Enrichment, summarise_enrichment
from models.heritability.errors import (
    BadStatisticsError,
    GenotypeError,
    HeritabilityError,
    SingularDesignError,
    TooFewSnpsError,
    WindowError,
)
from models.heritability.genetic_correlation import (
    GeneticCorrelation,
    GeneticCovariance,
    TraitZ,
    estimate_genetic_correlation,
)
from models.heritability.jackknife import Jackknife, block_separators, jackknife, ratio_jackknife
from models.heritability.ld_pairs import LdPairs
from models.heritability.ld_scores import LdScoreOptions, LdScores, estimate_ld_scores
from models.heritability.ldsc import Heritability, estimate_heritability
from models.heritability.liability import covariance_to_liability, liability_factor, to_liability
from models.heritability.meta_analysis import MetaAnalysis, meta_analyse
from models.heritability.options import RegressionOptions
from models.heritability.quantiles import QuantileEnrichment, quantile_enrichment
from models.heritability.significance import neg_log10_two_sided, neg_log10_two_sided_t, neg_log10_upper
from models.heritability.standardise import BlockReader
from models.heritability.stratified import PartitionedHeritability, estimate_partitioned
from models.heritability.tau_star import TauStar, estimate_tau_star

__all__ = [
    "FLAG_MEANINGS",
    "AnnotationScores",
    "BadStatisticsError",
    "BlockReader",
    "CellTypeResult",
    "Enrichment",
    "GeneticCorrelation",
    "GeneticCovariance",
    "GenotypeError",
    "Heritability",
    "HeritabilityError",
    "Jackknife",
    "LdPairs",
    "LdScoreOptions",
    "LdScores",
    "MetaAnalysis",
    "PartitionedHeritability",
    "QuantileEnrichment",
    "RegressionOptions",
    "SingularDesignError",
    "TauStar",
    "TooFewSnpsError",
    "TraitZ",
    "WindowError",
    "block_separators",
    "covariance_to_liability",
    "estimate_cell_types",
    "estimate_genetic_correlation",
    "estimate_heritability",
    "estimate_ld_scores",
    "estimate_partitioned",
    "estimate_tau_star",
    "intercept_ratio",
    "jackknife",
    "lambda_gc",
    "liability_factor",
    "meta_analyse",
    "neg_log10_two_sided",
    "neg_log10_two_sided_t",
    "neg_log10_upper",
    "quantile_enrichment",
    "ratio_jackknife",
    "summarise_enrichment",
    "to_liability",
]

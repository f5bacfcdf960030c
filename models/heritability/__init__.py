"""Heritability, its division and genetic correlation: by LD score regression, and by REML from genotypes."""

from models.heritability.ai_reml import REASON_MEANINGS, RemlOptions
from models.heritability.bivariate_likelihood import log_likelihood_constant
from models.heritability.bivariate_reml import (
    BIVARIATE_FLAG_MEANINGS,
    BivariateReml,
    BivariateRequest,
    estimate_bivariate_reml,
)
from models.heritability.cell_types import AnnotationScores, CellTypeResult, estimate_cell_types
from models.heritability.diagnostics import FLAG_MEANINGS, intercept_ratio, lambda_gc
from models.heritability.enrichment import Enrichment, summarise_enrichment
from models.heritability.errors import (
    BadStatisticsError,
    GenotypeError,
    HeritabilityError,
    PhenotypeError,
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
from models.heritability.reml import RemlRequest, estimate_reml
from models.heritability.reml_results import REML_FLAG_MEANINGS, LikelihoodRatio, Reml, ShareScale, VarianceComponent
from models.heritability.standardise import BlockReader
from models.heritability.stratified import PartitionedHeritability, estimate_partitioned
from models.heritability.tau_star import TauStar, estimate_tau_star
from models.significance import neg_log10_two_sided, neg_log10_two_sided_t, neg_log10_upper

__all__ = [
    "BIVARIATE_FLAG_MEANINGS",
    "FLAG_MEANINGS",
    "REASON_MEANINGS",
    "REML_FLAG_MEANINGS",
    "AnnotationScores",
    "BadStatisticsError",
    "BivariateReml",
    "BivariateRequest",
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
    "LikelihoodRatio",
    "MetaAnalysis",
    "PartitionedHeritability",
    "PhenotypeError",
    "QuantileEnrichment",
    "RegressionOptions",
    "Reml",
    "RemlOptions",
    "RemlRequest",
    "ShareScale",
    "SingularDesignError",
    "TauStar",
    "TooFewSnpsError",
    "TraitZ",
    "VarianceComponent",
    "WindowError",
    "block_separators",
    "covariance_to_liability",
    "estimate_bivariate_reml",
    "estimate_cell_types",
    "estimate_genetic_correlation",
    "estimate_heritability",
    "estimate_ld_scores",
    "estimate_partitioned",
    "estimate_reml",
    "estimate_tau_star",
    "intercept_ratio",
    "jackknife",
    "lambda_gc",
    "liability_factor",
    "log_likelihood_constant",
    "meta_analyse",
    "neg_log10_two_sided",
    "neg_log10_two_sided_t",
    "neg_log10_upper",
    "quantile_enrichment",
    "ratio_jackknife",
    "summarise_enrichment",
    "to_liability",
]

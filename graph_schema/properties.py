"""What a property is: its name, type, unit and meaning, and the property groups that several kinds share."""

from dataclasses import dataclass
from enum import StrEnum


class PropertyType(StrEnum):
    """Types that Neo4j Community stores and that our loaders check (the store itself does not)."""

    STRING = "STRING"
    INTEGER = "INTEGER"
    FLOAT = "FLOAT"
    BOOLEAN = "BOOLEAN"
    STRING_LIST = "LIST<STRING>"
    INTEGER_LIST = "LIST<INTEGER>"
    FLOAT_LIST = "LIST<FLOAT>"
    DATETIME = "ZONED DATETIME"


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a node or an edge.

    Attributes
    ----------
    name
        The name in the store; a unit is part of it (``position_bp``, ``neg_log10_p``).
    type
        What the store holds.
    meaning
        One sentence for a reader who does not know the code.
    unit
        Unit of a number, empty where it has none.
    is_required
        True when a node or edge without it is an error.
    """

    name: str
    type: PropertyType
    meaning: str
    unit: str = ""
    is_required: bool = False


_S, _I, _F, _B, _L, _FL = (
    PropertyType.STRING,
    PropertyType.INTEGER,
    PropertyType.FLOAT,
    PropertyType.BOOLEAN,
    PropertyType.STRING_LIST,
    PropertyType.FLOAT_LIST,
)

PLACE: tuple[Property, ...] = (
    Property("chromosome", _S, "Canonical chromosome: 1-22, X, Y or MT."),
    Property("build", _S, "Genome build of the position."),
)

LOAD: tuple[Property, ...] = (
    Property("load_id", _S, "The load that wrote this edge; readers keep the loads of the current release.", "", True),
    Property("study_id", _S, "The study that the edge was measured in or comes from.", "", True),
)

EVIDENCE: tuple[Property, ...] = (
    Property("edge_key", _S, "Identity of the edge: load, target, reported variant and model.", "", True),
    *LOAD,
    Property(
        "reported_variant", _S, "The variant as the file's row names it, before it was joined to a node.", "", True
    ),
    Property("model", _S, "Statistical model of the row; one edge a model.", "", True),
    Property("effect_allele", _S, "Allele that effect_size and z_score refer to, as reported."),
    Property("other_allele", _S, "The other allele, as reported."),
    Property("effect_size", _F, "Effect of one more effect allele, as reported.", "the study's unit"),
    Property("standard_error", _F, "Standard error of effect_size.", "the study's unit"),
    Property("z_score", _F, "Signed z of the effect allele; absent where the sign is not known."),
    Property("neg_log10_p", _F, "Minus log10 of the p-value.", "-log10", True),
    Property("n_samples", _I, "Samples behind the row.", "people"),
    Property("effect_allele_frequency", _F, "Frequency of the effect allele in the study.", "share"),
    Property(
        "aligned_effect_size",
        _F,
        "Effect of the SNP's first allele; absent where strand or sign is unknown.",
        "the study's unit",
    ),
    Property("aligned_z_score", _F, "z of the SNP's first allele; absent where strand or sign is unknown."),
    Property("is_strand_ambiguous", _B, "True for A/T and C/G pairs."),
    Property(
        "is_superseded", _B, "True when another row of this study, joined to the same SNP, counts instead.", "", True
    ),
    Property("flags", _L, "What was noticed about the row (p_from_z, z_from_p, one_allele, ...)."),
    Property("knowledge_level", _S, "statistical_association for everything measured.", "", True),
    Property("other_models", _S, "JSON of further models in the same row (effect, error, -log10 p each)."),
)

CIS_TRANS: tuple[Property, ...] = (
    Property(
        "cis_trans", _S, "cis: same chromosome and within 1 Mb; trans: elsewhere; absent when a place is unknown."
    ),
    Property("cis_trans_source", _S, "reported by the file, or computed from the places."),
)

RUN: tuple[Property, ...] = (
    Property("edge_key", _S, "Identity of the edge: run and ends.", "", True),
    Property("run_id", _S, "The run that wrote it; readers keep the runs of the current release.", "", True),
)

HERITABILITY: tuple[Property, ...] = (
    Property("h2", _F, "SNP heritability on the observed scale, by LD score regression.", "share of variance"),
    Property("h2_se", _F, "Its block-jackknife standard error.", "share of variance"),
    Property("h2_liability", _F, "The same on the liability scale, where prevalences were given.", "share of variance"),
    Property("h2_liability_se", _F, "Its standard error.", "share of variance"),
    Property("sample_prevalence", _F, "Share of cases in the sample, for the liability scale.", "share"),
    Property("population_prevalence", _F, "Share of cases in the population, for the liability scale.", "share"),
    Property("intercept", _F, "LD score regression intercept; 1 without confounding."),
    Property("intercept_se", _F, "Its standard error; absent where the intercept was fixed."),
    Property("ratio", _F, "(intercept - 1) / (mean chi² - 1); absent where mean chi² is at most 1.", "share"),
    Property("ratio_se", _F, "Its standard error.", "share"),
    Property("lambda_gc", _F, "Median chi² over the median under the null."),
    Property("mean_chi2", _F, "Mean chi² of the regression's SNPs."),
    Property("n_snps", _I, "SNPs in the regression.", "SNPs"),
    Property("heritability_flags", _L, "What to know before use: negative_h2, ratio_unstable, low_mean_chi2, ..."),
    Property("heritability_study_id", _S, "The study whose statistics were regressed."),
    Property("heritability_run_id", _S, "The run that wrote h2 to heritability_study_id."),
)
"""What LD score regression says of a trait; written and replaced together."""

MIXED_MODEL: tuple[Property, ...] = (
    Property("lmm_h2", _F, "Share of variance that the kinship explains in a scan's model (PVE).", "share of variance"),
    Property("lmm_h2_se", _F, "Its standard error.", "share of variance"),
    Property("lmm_grm_kind", _S, "How that kinship is scaled: centred, standardised or gcta; h2 depends on it."),
    Property("lmm_minimum_maf", _F, "Least minor allele frequency of the kinship's SNPs.", "share"),
    Property("lmm_trace", _F, "Mean diagonal of the kinship among the people analysed."),
    Property("lmm_lambda_gc", _F, "Genomic control of the scan's main test."),
    Property("lmm_test", _S, "That test: wald, f or firth."),
    Property("lmm_method", _S, "exact, p3d, ols, firth, ridge or ridge-firth."),
    Property("lmm_is_loco", _B, "Whether each chromosome was tested with the kinship of the others."),
    Property("lmm_n", _I, "People in the scan.", "people"),
    Property("lmm_n_snps", _I, "SNPs tested.", "SNPs"),
    Property("lmm_flags", _L, "What to know before use."),
    Property("lmm_table", _S, "Where the API serves the whole scan, as columns."),
    Property("lmm_study_id", _S, "The study that the scan was loaded as; its ASSOCIATED_WITH edges carry it."),
    Property("lmm_run_id", _S, "The run that wrote lmm_h2 to lmm_study_id."),
)
"""What a scan of people says of a trait; written and replaced together."""

VARIANCE: tuple[Property, ...] = (
    Property("reml_h2", _F, "Share of variance of the whole genome, by REML.", "share of variance"),
    Property("reml_h2_se", _F, "Its standard error.", "share of variance"),
    Property("reml_h2_liability", _F, "The same on the liability scale, with a prevalence.", "share of variance"),
    Property("reml_h2_liability_se", _F, "Its standard error.", "share of variance"),
    Property("reml_sample_prevalence", _F, "Share of cases in the sample.", "share"),
    Property("reml_population_prevalence", _F, "Share of cases in the population.", "share"),
    Property("reml_share_scale", _S, "plain: V(G)/Vp as GCTA's; trace: times the mean diagonal, as GEMMA's PVE."),
    Property("reml_grm_kind", _S, "How the kinship is scaled: centred, standardised or gcta."),
    Property("reml_minimum_maf", _F, "Least minor allele frequency of its SNPs.", "share"),
    Property("reml_trace", _F, "Mean diagonal of the kinship among the people analysed."),
    Property("reml_is_constrained", _B, "Whether variances were kept at or above 0."),
    Property("reml_n", _I, "People analysed.", "people"),
    Property("reml_flags", _L, "What to know before use: at_bound, ..."),
    Property("reml_run_id", _S, "The run that wrote reml_h2 to reml_flags."),
)
"""What REML with one matrix says of a trait; written and replaced together."""

CHROMOSOME_SHARES: tuple[Property, ...] = (
    Property("reml_chromosomes", _L, "Chromosomes of a REML with a matrix for each."),
    Property("reml_chromosome_shares", _FL, "Share of variance of each.", "share of variance"),
    Property("reml_chromosome_share_ses", _FL, "Their standard errors; NaN where there is none.", "share of variance"),
    Property("reml_chromosome_run_id", _S, "The run that wrote them."),
)
"""The share of each chromosome; written and replaced together."""

ANNOTATION_SHARES: tuple[Property, ...] = (
    Property("reml_annotations", _L, "Annotations of a REML with a matrix for each, and the rest of the genome."),
    Property("reml_annotation_shares", _FL, "Share of variance of each.", "share of variance"),
    Property("reml_annotation_share_ses", _FL, "Their standard errors; NaN where there is none.", "share of variance"),
    Property("reml_annotation_run_id", _S, "The run that wrote them."),
)
"""The share of each annotation; written and replaced together."""

SNP_RESULTS: tuple[Property, ...] = (
    Property("lmm_run_ids", _L, "Scans of people with a result for this SNP, one run a trait; the newest traits only."),
    Property("lmm_effect_sizes", _FL, "Effect of allele_1 in each; NaN where strand or sign is unknown.", "trait unit"),
    Property("lmm_standard_errors", _FL, "Standard error of each effect.", "trait unit"),
    Property("lmm_neg_log10_ps", _FL, "Minus log10 of each p.", "-log10"),
)
"""What scans of people say of a SNP: parallel lists, valid for runs that the current release names."""

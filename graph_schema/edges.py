"""The kinds of edge: type, ends, identity and properties of each."""

from collections.abc import Mapping
from dataclasses import dataclass

from graph_schema.properties import CIS_TRANS, EVIDENCE, LOAD, RUN, Property, PropertyType

_S, _I, _F, _B, _L = (
    PropertyType.STRING,
    PropertyType.INTEGER,
    PropertyType.FLOAT,
    PropertyType.BOOLEAN,
    PropertyType.STRING_LIST,
)


@dataclass(frozen=True, slots=True)
class EdgeType:
    """A relationship type with the labels at its ends.

    Attributes
    ----------
    type
        The relationship type in the store.
    sources, targets
        Labels that it may start from and end at.
    meaning
        One sentence for a reader.
    properties
        Every property an edge of this kind may carry.
    identity
        Property with a uniqueness constraint; empty where the two ends and the load identify the edge.
    indexed
        Properties with a range index of their own.
    is_measured
        False for what a model predicted.
    """

    type: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    meaning: str
    properties: tuple[Property, ...]
    identity: str = ""
    indexed: tuple[str, ...] = ()
    is_measured: bool = True


MQTL = EdgeType(
    "MQTL",
    ("SNP",),
    ("CpG",),
    "The SNP is associated with methylation at the CpG.",
    (*EVIDENCE, *CIS_TRANS),
    identity="edge_key",
    indexed=("load_id",),
)
EQTL = EdgeType(
    "EQTL",
    ("SNP",),
    ("Gene",),
    "The SNP is associated with expression of the gene.",
    (*EVIDENCE, *CIS_TRANS),
    identity="edge_key",
    indexed=("load_id",),
)
ASSOCIATED_WITH = EdgeType(
    "ASSOCIATED_WITH",
    ("SNP",),
    ("Trait",),
    "The SNP is associated with the trait in a GWAS.",
    (
        *EVIDENCE,
        Property("reported_trait", _S, "The trait in the study's own words."),
        Property("n_cases", _I, "Cases.", "people"),
        Property("n_controls", _I, "Controls.", "people"),
        Property("unit", _S, "Unit of the effect."),
        Property("odds_ratio", _F, "Odds ratio as reported, where no signed effect is given.", "ratio"),
        Property("pubmed_id", _S, "PubMed id of the study of this row."),
        Property("publication_date", _S, "Its date of publication, as year-month-day."),
        Property("mapped_genes", _L, "Gene symbols that the source maps the variant to."),
    ),
    identity="edge_key",
    indexed=("load_id",),
)
EQTM = EdgeType(
    "EQTM",
    ("CpG",),
    ("Gene",),
    "Methylation at the CpG goes with expression of the gene.",
    (
        Property("edge_key", _S, "Identity of the edge: load, CpG, gene and model.", "", True),
        *LOAD,
        Property("model", _S, "Statistical model of the row.", "", True),
        Property("z_score", _F, "Signed z; absent where the sign is not known."),
        Property("abs_z_score", _F, "Absolute z."),
        Property("neg_log10_p", _F, "Minus log10 of the p-value.", "-log10", True),
        Property("n_samples", _I, "Samples behind the row.", "people"),
        Property("is_superseded", _B, "Always false here; kept so that one filter serves all evidence.", "", True),
        Property("flags", _L, "What was noticed about the row."),
        Property("knowledge_level", _S, "statistical_association for everything measured.", "", True),
    ),
    identity="edge_key",
    indexed=("load_id",),
)
NEAR = EdgeType(
    "NEAR",
    ("SNP", "CpG"),
    ("Gene",),
    "The gene is one of the three nearest within 500 kb.",
    (
        *LOAD,
        Property("distance_bp", _I, "Distance to the gene's body, 0 inside it.", "bp", True),
        Property("rank", _I, "1 for the nearest.", "", True),
    ),
    indexed=("load_id",),
)
IN_LD_BLOCK = EdgeType(
    "IN_LD_BLOCK",
    ("SNP", "CpG"),
    ("LDBlock",),
    "The place lies in the block.",
    LOAD,
    indexed=("load_id",),
)
IN_ANNOTATION = EdgeType(
    "IN_ANNOTATION",
    ("SNP",),
    ("Annotation",),
    "The SNP lies in an interval of the category, or has a value for it.",
    (*LOAD, Property("value", _F, "Value of a continuous annotation; absent for membership.")),
    indexed=("load_id",),
)
PREDICTED_ASSOCIATION = EdgeType(
    "PREDICTED_ASSOCIATION",
    ("SNP",),
    ("Trait", "CpG", "Gene"),
    "A model ranks the SNP's locus high for the target; a prediction, not a measurement.",
    (
        Property("edge_key", _S, "Identity of the edge: run, SNP and target.", "", True),
        Property("run_id", _S, "The model run that wrote it; readers keep the runs of the current release.", "", True),
        Property("model", _S, "Name of the model family.", "", True),
        Property("rank", _I, "Rank of the SNP's locus among all loci for this target; 1 is best.", "", True),
        Property("score", _F, "The model's raw score; comparable within one target of one run only.", "", True),
        Property("method", _S, "PinSage or hybrid: which predictor of the training wrote it."),
        Property(
            "probability", _F, "Calibrated on held-out pairs; none for traits, which have no such pairs.", "share"
        ),
        Property(
            "null_percentile", _F, "Where the score stands among those that a degree-preserving null gives.", "percent"
        ),
        Property("query_snps", _L, "Keys of the SNPs that led there.", "", True),
        Property("block_id", _S, "LD block of the SNP."),
        Property("knowledge_level", _S, "prediction.", "", True),
    ),
    identity="edge_key",
    indexed=("run_id",),
    is_measured=False,
)

IN_LD_WITH = EdgeType(
    "IN_LD_WITH",
    ("SNP",),
    ("SNP",),
    "The two SNPs are correlated in an LD panel; from the lower key to the higher, read without direction.",
    (*RUN, Property("r_squared", _F, "Squared correlation of allele counts, not adjusted.", "r²", True)),
    identity="edge_key",
    indexed=("run_id",),
)
ENRICHED_IN = EdgeType(
    "ENRICHED_IN",
    ("Trait",),
    ("Annotation",),
    "Stratified LD score regression estimated how much heritability of the trait lies in the category.",
    (
        *RUN,
        Property("model", _S, "s-ldsc (all categories at once) or cell-types (one at a time beside a base).", "", True),
        Property("study_id", _S, "The study whose statistics were regressed.", "", True),
        Property("proportion_of_snps", _F, "Share of the reference SNPs in the category.", "share"),
        Property("proportion_of_h2", _F, "Share of the heritability.", "share"),
        Property("proportion_of_h2_se", _F, "Its standard error.", "share"),
        Property("enrichment", _F, "Share of the heritability over share of the SNPs; not for continuous ones."),
        Property("enrichment_se", _F, "Its standard error."),
        Property("enrichment_neg_log10_p", _F, "Minus log10 of its two-sided p.", "-log10"),
        Property("tau", _F, "Heritability a SNP gains by one unit of the annotation, given all others.", "", True),
        Property("tau_se", _F, "Its block-jackknife standard error.", "", True),
        Property("tau_z", _F, "tau over its standard error.", "", True),
        Property("tau_neg_log10_p", _F, "Minus log10 of its p: one-sided for cell-types, else two-sided.", "-log10"),
        Property("tau_star", _F, "tau scaled to one sd of the annotation and the mean heritability of a SNP."),
        Property("tau_star_se", _F, "Its standard error."),
        Property("is_continuous", _B, "Whether the annotation has values other than 0 and 1.", "", True),
        Property("flags", _L, "What to know before use."),
        Property("knowledge_level", _S, "statistical_estimate.", "", True),
    ),
    identity="edge_key",
    indexed=("run_id",),
)
GENETIC_CORRELATION = EdgeType(
    "GENETIC_CORRELATION",
    ("Trait",),
    ("Trait",),
    "By cross-trait LD score regression or bivariate REML; from the lower trait id to the higher, without direction.",
    (
        *RUN,
        Property("model", _S, "genetic-correlation (LD scores; so are edges without it) or reml-correlation (people)."),
        Property(
            "study_ids", _L, "Studies of the source's and the target's statistics; absent for people's genotypes."
        ),
        Property("rg", _F, "Genetic correlation; absent where a heritability is not positive."),
        Property("rg_se", _F, "Its standard error."),
        Property("rg_z", _F, "rg over its standard error."),
        Property("rg_neg_log10_p", _F, "Minus log10 of its two-sided p.", "-log10"),
        Property("genetic_covariance", _F, "Genetic covariance.", "", True),
        Property("genetic_covariance_se", _F, "Its standard error.", "", True),
        Property("covariance_intercept", _F, "Intercept of the cross-trait regression; not 0 with shared samples."),
        Property("covariance_intercept_se", _F, "Its standard error; absent where it was fixed."),
        Property("n_snps", _I, "SNPs in the regression, or of the kinship.", "SNPs"),
        Property("n_people", _I, "People with either trait, for people's genotypes.", "people"),
        Property("flags", _L, "What to know before use: rg_out_of_bounds, negative_h2, ..."),
        Property("knowledge_level", _S, "statistical_estimate.", "", True),
    ),
    identity="edge_key",
    indexed=("run_id",),
)

EDGES: Mapping[str, EdgeType] = {
    edge.type: edge
    for edge in (
        MQTL,
        EQTL,
        ASSOCIATED_WITH,
        EQTM,
        NEAR,
        IN_LD_BLOCK,
        IN_ANNOTATION,
        IN_LD_WITH,
        ENRICHED_IN,
        GENETIC_CORRELATION,
        PREDICTED_ASSOCIATION,
    )
}

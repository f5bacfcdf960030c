"""The kinds of edge: type, ends, identity and properties of each."""

from collections.abc import Mapping
from dataclasses import dataclass

from graph_schema.properties import CIS_TRANS, EVIDENCE, LOAD, Property, PropertyType

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
    "The SNP lies in an interval of the category.",
    LOAD,
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
        Property("query_snps", _L, "Keys of the SNPs that led there.", "", True),
        Property("block_id", _S, "LD block of the SNP."),
        Property("knowledge_level", _S, "prediction.", "", True),
    ),
    identity="edge_key",
    indexed=("run_id",),
    is_measured=False,
)

EDGES: Mapping[str, EdgeType] = {
    edge.type: edge
    for edge in (MQTL, EQTL, ASSOCIATED_WITH, EQTM, NEAR, IN_LD_BLOCK, IN_ANNOTATION, PREDICTED_ASSOCIATION)
}

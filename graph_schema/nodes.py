"""The kinds of node: label, key and properties of each."""

from collections.abc import Mapping
from dataclasses import dataclass

from graph_schema.properties import (
    ANNOTATION_SHARES,
    CHROMOSOME_SHARES,
    HERITABILITY,
    MIXED_MODEL,
    PLACE,
    SNP_RESULTS,
    VARIANCE,
    Property,
    PropertyType,
)

_S, _I, _F, _B, _L, _FL = (
    PropertyType.STRING,
    PropertyType.INTEGER,
    PropertyType.FLOAT,
    PropertyType.BOOLEAN,
    PropertyType.STRING_LIST,
    PropertyType.FLOAT_LIST,
)


@dataclass(frozen=True, slots=True)
class NodeType:
    """A label with its key property (unique in the store) and all properties it may have.

    Attributes
    ----------
    label
        The label in the store.
    key
        Name of the property that identifies a node.
    meaning
        One sentence for a reader.
    properties
        Every property a node of this kind may carry, the key first.
    indexed
        Properties with a range index, each on its own unless a tuple groups several.
    full_text
        Properties covered by this kind's full-text index; empty for none.
    """

    label: str
    key: str
    meaning: str
    properties: tuple[Property, ...]
    indexed: tuple[tuple[str, ...], ...] = ()
    full_text: tuple[str, ...] = ()


SNP = NodeType(
    "SNP",
    "key",
    "A variant: one place and one pair of alleles, or an rsid that nothing can place.",
    (
        Property(
            "key",
            _S,
            "build:chromosome:position:allele:allele, the pair sorted and strand-normalised; else the rsid.",
            "",
            True,
        ),
        Property("rsids", _L, "rsids known for the variant, sorted."),
        *PLACE,
        Property("position_bp", _I, "1-based position in the build.", "bp"),
        Property("allele_1", _S, "First allele of the key; aligned effects refer to it."),
        Property("allele_2", _S, "Second allele of the key."),
        Property("flags", _L, "multi_variant_rsid, other_build, unplaced, indel, palindromic, pseudo_autosomal."),
        Property("reported_ld_score", _F, "LD score that a positions source reports.", "sum of r²"),
        Property("ld_score", _F, "LD score computed from an LD panel by the run ld_score_run_id.", "sum of r²"),
        Property("ld_score_run_id", _S, "The run of ld_score; valid while the current release names it."),
        Property("staged_ld_score", _F, "LD score of a run on its way to ld_score.", "sum of r²"),
        Property("staged_ld_score_run_id", _S, "The run of staged_ld_score."),
        Property(
            "expected_heritability",
            _FL,
            "Expected heritability of this SNP by stratified LD score regression, one value a run.",
            "share of variance",
        ),
        Property("expected_heritability_run_ids", _L, "The run of each value of expected_heritability."),
        *SNP_RESULTS,
        Property(
            "minor_allele_frequency", _F, "Minor allele frequency from a positions source or an LD panel.", "share"
        ),
        Property("reference_allele_frequency", _F, "Frequency of allele_1 in an LD panel, plus strand.", "share"),
        Property(
            "place_source", _S, "Study id of the positions source that placed the variant; absent when its rows did."
        ),
    ),
    indexed=(("chromosome", "position_bp"),),
    full_text=("rsids",),
)
CPG = NodeType(
    "CpG",
    "cpg_id",
    "A methylation site measured by an array.",
    (
        Property("cpg_id", _S, "Illumina probe id, such as cg05732876.", "", True),
        *PLACE,
        Property("position_bp", _I, "1-based position in the build.", "bp"),
        Property("strand", _S, "+ or -."),
        Property("island", _S, "CpG island, as chromosome:start-end."),
        Property("island_relation", _S, "Island, N_Shore, S_Shore, N_Shelf, S_Shelf or OpenSea."),
        Property("snp_in_probe", _S, "A common SNP under the probe, a known source of false mQTL."),
        Property("array", _S, "Array that the annotation describes."),
    ),
    indexed=(("chromosome", "position_bp"),),
    full_text=("cpg_id",),
)
GENE = NodeType(
    "Gene",
    "gene_id",
    "An Ensembl gene.",
    (
        Property("gene_id", _S, "Ensembl id without version (_PAR_Y kept).", "", True),
        Property("symbol", _S, "Gene symbol."),
        *PLACE,
        Property("start_bp", _I, "1-based first base.", "bp"),
        Property("end_bp", _I, "1-based last base.", "bp"),
        Property("tss_bp", _I, "Transcription start: start_bp on +, end_bp on -.", "bp"),
        Property("strand", _S, "+ or -."),
        Property("biotype", _S, "Ensembl biotype, such as protein_coding."),
        Property("description", _S, "Free text of the source."),
    ),
    indexed=(("symbol",), ("chromosome", "start_bp")),
    full_text=("gene_id", "symbol", "description"),
)
TRAIT = NodeType(
    "Trait",
    "trait_id",
    "A trait or disease: an ontology term, or a study's own name for one.",
    (
        Property("trait_id", _S, "CURIE such as EFO:0000685, else <study>/<id>.", "", True),
        Property("name", _S, "Name of the trait."),
        Property("names", _L, "Every name under which studies report it."),
        Property("definition", _S, "Definition by its ontology."),
        Property("synonyms", _L, "Synonyms by its ontology."),
        Property("parents", _L, "CURIEs of its parents in its ontology."),
        Property("study_id", _S, "The study, for a trait scoped to one."),
        *HERITABILITY,
        *MIXED_MODEL,
        *VARIANCE,
        *CHROMOSOME_SHARES,
        *ANNOTATION_SHARES,
    ),
    indexed=(("name",),),
    full_text=("trait_id", "name", "names", "synonyms"),
)
ANNOTATION = NodeType(
    "Annotation",
    "annotation_id",
    "A functional category: a set of intervals of the genome.",
    (
        Property("annotation_id", _S, "<study>/<name>.", "", True),
        Property("name", _S, "Name in the file.", "", True),
        Property("load_id", _S, "The load that wrote it.", "", True),
        Property("study_id", _S, "The study it comes from.", "", True),
        Property("tissue", _S, "Tissue or cell type."),
        Property("build", _S, "Genome build of its intervals."),
        Property("n_intervals", _I, "Number of intervals.", "intervals"),
        Property("covered_bp", _I, "Bases covered, overlaps counted once.", "bp"),
    ),
    full_text=("name",),
)
LD_BLOCK = NodeType(
    "LDBlock",
    "block_id",
    "An approximately independent block of linkage disequilibrium.",
    (
        Property("block_id", _S, "build:chromosome:start-end.", "", True),
        *PLACE,
        Property("start_bp", _I, "1-based first base.", "bp"),
        Property("end_bp", _I, "1-based last base.", "bp"),
        Property("is_pseudo", _B, "True for a 2-Mb window outside every published block."),
        Property("load_id", _S, "The load that wrote it; absent for pseudo-blocks."),
        Property("study_id", _S, "The study it comes from; absent for pseudo-blocks."),
    ),
)
STUDY = NodeType(
    "Study",
    "study_id",
    "One entry of a manifest: a file or a set of files with its provenance.",
    (
        Property("study_id", _S, "Id in the manifest.", "", True),
        Property(
            "kind",
            _S,
            "mqtl, eqtl, gwas, eqtm, genes, cpgs, traits, annotation, ld_blocks, ld_panel or positions.",
            "",
            True,
        ),
        Property("active_load_id", _S, "The load that readers see."),
        Property("build", _S, "Genome build of the file."),
        Property("tissue", _S, "Tissue or cell type."),
        Property("ancestry", _S, "Ancestry of the samples."),
        Property("n_samples", _I, "Samples, where one number holds for all rows.", "people"),
        Property("p_threshold", _F, "Rows with a larger p stay out of the graph.", "p"),
        Property("statistics", _S, "complete: every SNP it holds has a row whatever its p; truncated: hits only."),
        Property("citation", _S, "How to cite it."),
        Property("licence", _S, "Licence of the file."),
        Property("cohorts", _L, "Cohorts in it, to notice overlap."),
        Property("array", _S, "Array of a CpG table."),
        Property("priority", _I, "Rank among sources of the same fact; lower wins."),
        Property("table_path", _S, "Its full normalised table, relative to the state folder."),
        Property("table_sha256", _S, "sha256 of that table."),
        Property("settings", _S, "JSON of its manifest entry."),
    ),
    full_text=("study_id", "citation"),
)
RELEASE = NodeType(
    "Release",
    "number",
    "What readers see: a set of active loads and model runs; the only switch.",
    (
        Property("number", _I, "Counts up by one.", "", True),
        Property("is_current", _B, "True for exactly one.", "", True),
        Property("load_ids", _L, "Loads whose edges readers keep.", "", True),
        Property("run_ids", _L, "Model runs whose predicted edges readers keep.", "", True),
        Property("champion_run_id", _S, "The model run whose predicted edges readers see who name no run."),
        Property("created_at", PropertyType.DATETIME, "When it was switched on.", "", True),
        Property("reason", _S, "What made it."),
    ),
)
LOAD = NodeType(
    "Load",
    "load_id",
    "One prepared version of one study, with its report.",
    (
        Property("load_id", _S, "Hash of the study and its fingerprint.", "", True),
        Property("study_id", _S, "The study.", "", True),
        Property("status", _S, "staging, active or retired.", "", True),
        Property("fingerprint", _S, "sha256 over input files, settings and loader version.", "", True),
        Property("file_sha256s", _L, "name=sha256 of each input file."),
        Property("n_read", _I, "Rows read.", "rows"),
        Property("n_written", _I, "Rows that entered the graph or the reference table.", "rows"),
        Property("n_skipped", _I, "Rows left out by a rule that is no fault of theirs.", "rows"),
        Property("n_refused", _I, "Rows that could not be used.", "rows"),
        Property("report", _S, "JSON: every reason with its count."),
        Property("created_at", PropertyType.DATETIME, "When it was prepared."),
    ),
    indexed=(("study_id",),),
)
MODEL_RUN = NodeType(
    "ModelRun",
    "run_id",
    "One training of a model, or one statistical analysis, with what it was made from and its results.",
    (
        Property("run_id", _S, "Hash of its fingerprint.", "", True),
        Property(
            "model",
            _S,
            "pinsage, ld-scores, ldsc, s-ldsc, cell-types, genetic-correlation, lmm, reml or reml-<parts>.",
            "",
            True,
        ),
        Property(
            "scope", _S, "What it is about, such as a trait's id; a newer run of one model and scope replaces it."
        ),
        Property("inputs", _L, "name=sha256 of every input of an analysis."),
        Property("status", _S, "training, finished, failed or retired.", "", True),
        Property("fingerprint", _S, "sha256 over snapshot, settings, code version and seed; unique.", "", True),
        Property("snapshot_fingerprint", _S, "sha256 over the exported edges and places."),
        Property("release_number", _I, "Release that the snapshot was exported from."),
        Property("load_ids", _L, "Loads in that release."),
        Property("seed", _I, "Seed of every random choice."),
        Property("settings", _S, "JSON of the model's settings."),
        Property("method", _S, "PinSage or hybrid: which predictor of a training it is."),
        Property("training_id", _S, "The runs of one training, one a method, share it."),
        Property("champion_reason", _S, "Why the run is, or was not made, the champion."),
        Property("promoted_at", PropertyType.DATETIME, "When it last became champion."),
        Property("metrics", _S, "JSON of the evaluation: each method with its figures and intervals."),
        Property("hit_at_50", _F, "Share of held-out pairs whose locus ranks in the first 50.", "share"),
        Property("hit_at_50_best_baseline", _F, "The same for the best baseline of the same run.", "share"),
        Property("n_snps", _I, "SNPs in the snapshot.", "SNPs"),
        Property("n_molecules", _I, "CpGs and genes in the snapshot.", "molecules"),
        Property("n_edges", _I, "Edges in the snapshot.", "edges"),
        Property("n_predictions", _I, "Predicted edges written.", "edges"),
        Property("artefact_path", _S, "Folder of weights and metrics, relative to the state folder."),
        Property("code_version", _S, "Version of the code that trained it."),
        Property("created_at", PropertyType.DATETIME, "When it began."),
        Property("finished_at", PropertyType.DATETIME, "When it finished."),
    ),
)
SCHEDULED_RUN = NodeType(
    "ScheduledRun",
    "fingerprint",
    "One thing that the scheduler does once: load a file of the inbox, or train again.",
    (
        Property("fingerprint", _S, "sha256 over what is to be done and what it is done with; unique.", "", True),
        Property("trigger", _S, "What asked for it; no two unfinished ones share it.", "", True),
        Property("kind", _S, "load, retrain, cron, or start: from when on a cron expression counts.", "", True),
        Property("source", _S, "File of the inbox, or cron expression.", "", True),
        Property("source_sha256", _S, "sha256 of the file of the inbox."),
        Property("status", _S, "running, waiting, or how it ended.", "", True),
        Property("stage", _S, "How far it is: claimed, decided.", "", True),
        Property("due_at", PropertyType.DATETIME, "When the cron expression wanted it."),
        Property("inputs", _S, "sha256 over loaded studies, settings, code and seed when it was first claimed."),
        Property("release_before", _I, "Release when it was first claimed."),
        Property("release_after", _I, "Release when it was decided."),
        Property("load_ids_before", _L, "Loads of that release."),
        Property("champion_before", _S, "Champion when it was first claimed."),
        Property("champion_after", _S, "Champion when it was decided."),
        Property("model_run_id", _S, "The best model run of its training."),
        Property("verdict", _S, "How it will end, once that is decided."),
        Property("reason", _S, "Why it ended so, in one sentence."),
        Property("results", _S, "JSON of what its report says."),
        Property("is_answered", _B, "Whether a training has come after the load."),
        Property("n_attempts", _I, "Times it was begun, kills included.", "times"),
        Property("n_failures", _I, "Times it ended with an error.", "times"),
        Property("n_deaths", _I, "Times the process that did it died, or lost its lease.", "times"),
        Property("holder", _S, "Process that has it: host, process id, random word."),
        Property("expires_at", PropertyType.DATETIME, "When its lease ends, by the server's clock."),
        Property("not_before", PropertyType.DATETIME, "Nobody begins it again before this."),
        Property("created_at", PropertyType.DATETIME, "When it was first claimed."),
        Property("finished_at", PropertyType.DATETIME, "When it ended."),
    ),
)

NODES: Mapping[str, NodeType] = {
    node.label: node
    for node in (SNP, CPG, GENE, TRAIT, ANNOTATION, LD_BLOCK, STUDY, RELEASE, LOAD, MODEL_RUN, SCHEDULED_RUN)
}

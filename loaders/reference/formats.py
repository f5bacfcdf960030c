"""The formats of reference files: how each is laid out, and which of its columns is which of our fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from loaders.tables import TableLayout


@dataclass(frozen=True)
class ReferenceFormat:
    """One format of a reference file.

    Attributes
    ----------
    name
        As it is written in a manifest.
    suffixes
        Endings of file names (compression taken off) that mean this format.
    layout
        How the text is laid out.
    fields
        Our field to the file's possible column names, in lower case, the preferred first.
    required
        Fields without which the file is not of this format.
    is_half_open
        Whether intervals are 0-based and half-open, as in BED.
    """

    name: str
    suffixes: tuple[str, ...] = ()
    layout: TableLayout = field(default_factory=TableLayout)
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    is_half_open: bool = False


_CHROMOSOME: Final = ("chromosome", "chr", "chrom", "#chrom", "#chr", "chrm", "seqnames")
_POSITION: Final = ("position_bp", "position", "pos", "bp", "base_pair_location", "mapinfo")
_START: Final = ("start_bp", "start", "chromstart", "txstart")
_END: Final = ("end_bp", "end", "stop", "chromend", "txend")
_BED_COMMENTS: Final = ("#", "track", "browser")

PLINK_BIM: Final = ReferenceFormat(
    "plink-bim",
    (".bim",),
    TableLayout(
        names=("chromosome", "rsid", "centimorgan", "position_bp", "allele_1", "allele_2"), may_have_header=True
    ),
    {name: (name,) for name in ("rsid", "chromosome", "position_bp", "allele_1", "allele_2")},
    ("rsid", "chromosome", "position_bp"),
)
BED: Final = ReferenceFormat(
    "bed",
    (".bed",),
    TableLayout(names=("chromosome", "start_bp", "end_bp", "name"), may_have_header=True, comments=_BED_COMMENTS),
    {name: (name,) for name in ("chromosome", "start_bp", "end_bp", "name")},
    ("chromosome", "start_bp", "end_bp"),
    is_half_open=True,
)
POSITIONS: Final = (
    PLINK_BIM,
    ReferenceFormat(
        "vcf",
        (".vcf",),
        TableLayout(separator="\t"),
        {
            "rsid": ("id",),
            "chromosome": ("#chrom",),
            "position_bp": ("pos",),
            "allele_1": ("ref",),
            "allele_2": ("alt",),
        },
        ("rsid", "chromosome", "position_bp", "allele_1", "allele_2"),
    ),
    ReferenceFormat(
        "ldscore",
        (".l2.ldscore", ".ldscore"),
        TableLayout(),
        {
            "rsid": ("snp",),
            "chromosome": ("chr",),
            "position_bp": ("bp",),
            "ld_score": ("l2",),
            "minor_allele_frequency": ("maf",),
        },
        ("rsid", "chromosome", "position_bp", "ld_score"),
    ),
    ReferenceFormat(
        "table",
        (),
        TableLayout(),
        {
            "rsid": ("rsid", "rs_id", "snp", "snpid", "name", "id", "markername"),
            "chromosome": _CHROMOSOME,
            "position_bp": _POSITION,
            "allele_1": ("allele_1", "allele1", "a1", "ref", "effect_allele"),
            "allele_2": ("allele_2", "allele2", "a2", "alt", "other_allele"),
            "ld_score": ("ld_score", "l2", "ldscore"),
            "minor_allele_frequency": ("minor_allele_frequency", "maf"),
        },
        ("rsid", "chromosome", "position_bp"),
    ),
)
GENES: Final = (
    ReferenceFormat(
        "gencode-gtf",
        (".gtf",),
        TableLayout(
            separator="\t",
            names=(
                "chromosome",
                "source",
                "feature",
                "start_bp",
                "end_bp",
                "score",
                "strand",
                "frame",
                "attributes",
            ),
            comments=("#",),
        ),
        {name: (name,) for name in ("chromosome", "feature", "start_bp", "end_bp", "strand", "attributes")},
        ("chromosome", "feature", "start_bp", "end_bp", "strand", "attributes"),
    ),
    ReferenceFormat(
        "table",
        (),
        TableLayout(),
        {
            "gene": ("gene", "gene_id", "ensgene", "ensembl_gene_id", "gene stable id"),
            "symbol": ("symbol", "gene_name", "hgnc_symbol", "external_gene_name", "gene name"),
            "chromosome": (*_CHROMOSOME, "chromosome_name", "chromosome/scaffold name"),
            "start_bp": (*_START, "start_position", "gene start (bp)"),
            "end_bp": (*_END, "end_position", "gene end (bp)"),
            "strand": ("strand",),
            "biotype": ("biotype", "gene_biotype", "gene_type", "gene type"),
            "description": ("description",),
        },
        ("gene",),
    ),
)
CPGS: Final = (
    ReferenceFormat(
        "illumina-manifest",
        (),
        TableLayout(separator=",", skip_until="[Assay]", stop_at="[Controls]"),
        {
            "cpg": ("ilmnid",),
            "chromosome": ("chr",),
            "position_bp": ("mapinfo",),
            "build": ("genome_build",),
            "strand": ("strand",),
            "island": ("ucsc_cpg_islands_name",),
            "island_relation": ("relation_to_ucsc_cpg_island",),
            "snp_in_probe": ("probe_snps", "snp_id"),
            "is_enhancer": ("enhancer", "450k_enhancer", "methyl450_enhancer"),
        },
        ("cpg", "chromosome", "position_bp"),
    ),
    ReferenceFormat(
        "table",
        (),
        TableLayout(),
        {
            "cpg": ("cpg", "cpg_id", "probe", "probeid", "probe_id", "ilmnid", "name", "id"),
            "chromosome": _CHROMOSOME,
            "position_bp": _POSITION,
            "strand": ("strand",),
            "island": ("island", "islands_name", "ucsc_cpg_islands_name"),
            "island_relation": ("island_relation", "relation_to_island", "relation_to_ucsc_cpg_island"),
            "snp_in_probe": ("snp_in_probe", "probe_rs", "probe_snps"),
        },
        ("cpg", "chromosome", "position_bp"),
    ),
)
TRAITS: Final = (
    ReferenceFormat(
        "table",
        (),
        TableLayout(),
        {
            "trait": ("trait", "trait_id", "id", "curie"),
            "name": ("name", "label", "trait_name"),
            "definition": ("definition", "def"),
            "parents": ("parents", "is_a"),
            "synonyms": ("synonyms", "synonym"),
        },
        ("trait", "name"),
    ),
)
INTERVALS: Final = (
    BED,
    ReferenceFormat(
        "table",
        (),
        TableLayout(),
        {"chromosome": _CHROMOSOME, "start_bp": _START, "end_bp": _END, "name": ("name", "annotation", "category")},
        ("chromosome", "start_bp", "end_bp"),
    ),
)

"""The parts of a view: which table holds which nodes or derived edges, and the queries that write them."""

from dataclasses import dataclass
from typing import Final

import polars as pl

_S, _I, _F, _L = pl.String, pl.Int64, pl.Float64, pl.List(pl.String)


@dataclass(frozen=True)
class Facet:
    """One table of a view.

    Attributes
    ----------
    name
        Name of the table; its queries are ``ingest/write_<name>`` and ``ingest/delete_<name>``.
    keys
        Columns that identify a row; the first is the node itself, or the node a derived edge starts at.
    schema
        All columns, the keys first.
    nodes
        For derived edges the facet of the nodes that the first key names; empty for nodes.
    """

    name: str
    keys: tuple[str, ...]
    schema: dict[str, pl.DataType | type[pl.DataType]]
    nodes: str = ""


_LOAD: Final = {"load_id": _S, "study_id": _S}
_INTERVAL: Final = {"start_bp": _I, "end_bp": _I}

SNPS: Final = Facet(
    "snps",
    ("key",),
    {
        "key": _S,
        "rsids": _L,
        "chromosome": _S,
        "position_bp": _I,
        "build": _S,
        "allele_1": _S,
        "allele_2": _S,
        "flags": _L,
        "reported_ld_score": _F,
        "minor_allele_frequency": _F,
        "reference_allele_frequency": _F,
        "place_source": _S,
    },
)
CPGS: Final = Facet(
    "cpgs",
    ("cpg_id",),
    {
        "cpg_id": _S,
        "chromosome": _S,
        "position_bp": _I,
        "build": _S,
        "strand": _S,
        "island": _S,
        "island_relation": _S,
        "snp_in_probe": _S,
        "array": _S,
    },
)
GENES: Final = Facet(
    "genes",
    ("gene_id",),
    {
        "gene_id": _S,
        "symbol": _S,
        "chromosome": _S,
        "build": _S,
        **_INTERVAL,
        "tss_bp": _I,
        "strand": _S,
        "biotype": _S,
        "description": _S,
    },
)
TRAITS: Final = Facet(
    "traits",
    ("trait_id",),
    {
        "trait_id": _S,
        "name": _S,
        "names": _L,
        "definition": _S,
        "synonyms": _L,
        "parents": _L,
        "study_id": _S,
    },
)
BLOCKS: Final = Facet(
    "blocks",
    ("block_id",),
    {"block_id": _S, "chromosome": _S, "build": _S, **_INTERVAL, "is_pseudo": pl.Boolean, **_LOAD},
)
ANNOTATIONS: Final = Facet(
    "annotations",
    ("annotation_id",),
    {"annotation_id": _S, "name": _S, **_LOAD, "tissue": _S, "build": _S, "n_intervals": _I, "covered_bp": _I},
)
NODE_FACETS: Final = (SNPS, CPGS, GENES, TRAITS, BLOCKS, ANNOTATIONS)

_NEAR: Final = {"gene_id": _S, "distance_bp": _I, "rank": _I, **_LOAD}
SNP_GENES: Final = Facet("snp_genes", ("key", "gene_id"), {"key": _S, **_NEAR}, "snps")
CPG_GENES: Final = Facet("cpg_genes", ("cpg_id", "gene_id"), {"cpg_id": _S, **_NEAR}, "cpgs")
SNP_BLOCKS: Final = Facet("snp_blocks", ("key", "block_id"), {"key": _S, "block_id": _S, **_LOAD}, "snps")
CPG_BLOCKS: Final = Facet("cpg_blocks", ("cpg_id", "block_id"), {"cpg_id": _S, "block_id": _S, **_LOAD}, "cpgs")
SNP_ANNOTATIONS: Final = Facet(
    "snp_annotations", ("key", "annotation_id"), {"key": _S, "annotation_id": _S, **_LOAD, "value": _F}, "snps"
)
DERIVED_FACETS: Final = (SNP_GENES, CPG_GENES, SNP_BLOCKS, CPG_BLOCKS, SNP_ANNOTATIONS)
FACETS: Final = (*NODE_FACETS, *DERIVED_FACETS)

"""Ids of what a variant acts on: CpGs, Ensembl genes without version, traits as CURIEs or scoped to their study."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

# Prefixes of ontologies that GWAS traits are mapped to; any other `prefix:id` is an id of the study.
ONTOLOGY_PREFIXES: Final = (
    "EFO", "MONDO", "HP", "Orphanet", "DOID", "OBA", "NCIT", "GO", "CHEBI", "MP", "UBERON", "CL", "BFO", "PATO",
    "OBI", "OGMS", "SNOMEDCT", "MESH", "OMIM", "OMIT", "ICD10", "UMLS", "MEDDRA", "GSSO", "OAE", "VT", "CMO", "PR",
    "NCBITaxon", "SYMP", "VO", "EUPATH", "HANCESTRO", "CVDO", "OTAR",
)  # fmt: skip
_CURIE: Final = rf"^(?:https?://.*/|obo:)?({'|'.join(ONTOLOGY_PREFIXES)})[_:]([A-Za-z0-9]+)$"
_GENE_VERSION: Final = r"^(ENS[A-Z]*G\d+)\.\d+(_PAR_Y)?$"


def canonical_trait(text: str, study: str) -> str:
    """Return the key of a trait: its CURIE, else `<study>/<id>` (formats.md, decision 9).

    Parameters
    ----------
    text
        A CURIE, an ontology URI, or an id that has a meaning only inside its study.
    study
        Id of the study.
    """
    found = re.match(_CURIE, text.strip())
    return f"{found.group(1)}:{found.group(2)}" if found else f"{study}/{text.strip()}"


def canonical_gene(text: str) -> str:
    """Return an Ensembl gene id without its version; `_PAR_Y` is kept."""
    found = re.match(_GENE_VERSION, text)
    return found.group(1) + (found.group(2) or "") if found else text


def curie_expression(column: pl.Expr) -> pl.Expr:
    """CURIE of a text column (URIs and CURIEs); null where it is none."""
    return column.str.replace(r"^\s+|\s+$", "").str.extract(_CURIE, 1) + ":" + column.str.extract(_CURIE, 2)


def trait_expression(column: pl.Expr, study: str) -> pl.Expr:
    """Key of a trait column (twin of `canonical_trait`); null stays null."""
    return pl.coalesce(curie_expression(column), pl.lit(f"{study}/") + column)


def gene_expression(column: pl.Expr) -> pl.Expr:
    """Gene ids without version (twin of `canonical_gene`); null stays null."""
    return column.str.replace(_GENE_VERSION, "${1}${2}")


def cpg_expression(column: pl.Expr) -> pl.Expr:
    """CpG probe ids as they are; the version suffix of EPIC v2 (`cg00000029_TC21`) is part of the id."""
    return column

"""Ids of CpGs, genes and traits."""

import polars as pl
import pytest

from loaders import targets


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("http://www.ebi.ac.uk/efo/EFO_0000685", "EFO:0000685"),
        ("http://purl.obolibrary.org/obo/HP_0000123", "HP:0000123"),
        ("http://www.orpha.net/ORDO/Orphanet_93", "Orphanet:93"),
        ("MONDO:0005148", "MONDO:0005148"),
        ("EFO_0000685", "EFO:0000685"),
        ("UKB-a:248", "s/UKB-a:248"),
        ("2", "s/2"),
        ("Obesity-related traits", "s/Obesity-related traits"),
    ],
)
def test_canonical_trait__curie_or_study_scoped(text: str, key: str) -> None:
    assert targets.canonical_trait(text, "s") == key
    frame = pl.DataFrame({"t": [text]})
    assert frame.select(targets.trait_expression(pl.col("t"), "s")).item() == key


@pytest.mark.parametrize(
    ("text", "gene"),
    [("ENSG00000000460.11", "ENSG00000000460"), ("ENSG00000182378.9_PAR_Y", "ENSG00000182378_PAR_Y"),
     ("ENSG00000000460", "ENSG00000000460"),
     ("ABC1.2", "ABC1.2")],
)  # fmt: skip
def test_canonical_gene__version_is_stripped(text: str, gene: str) -> None:
    assert targets.canonical_gene(text) == gene
    assert pl.DataFrame({"g": [text]}).select(targets.gene_expression(pl.col("g"))).item() == gene


def test_cpg_expression__suffix_of_epic_v2_is_kept() -> None:
    assert pl.DataFrame({"c": ["cg1_TC21"]}).select(targets.cpg_expression(pl.col("c"))).item() == "cg1_TC21"

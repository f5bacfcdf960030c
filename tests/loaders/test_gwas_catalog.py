"""The GWAS Catalog: one association a row, one term or the reported trait, no sign."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from loaders.gwas_catalog import iso_date_expression
from tests.loaders.samples import FORMAT_SAMPLES, load, make_study, write_text

HEADER = FORMAT_SAMPLES["gwas-catalog-associations"].header.split("|")
BASE = dict(zip(HEADER, FORMAT_SAMPLES["gwas-catalog-associations"].row.split("|"), strict=True))
EFO = "http://www.ebi.ac.uk/efo/EFO_"


def _load(tmp_path: Path, *changes: dict[str, str]):
    lines = ["\t".join(HEADER), *("\t".join((BASE | change)[name] for name in HEADER) for change in changes)]
    path = write_text(tmp_path / "c.tsv", "\n".join(lines) + "\n")
    return load(make_study(path, build="GRCh38", trait=None), tmp_path, max_refused_share=1.0)


def _row(tmp_path: Path, **change: str) -> dict[str, Any]:
    return _load(tmp_path, {name.replace("_", " "): value for name, value in change.items()})[1].row(0, named=True)


def test_catalog__rows_per_gene_and_trait_collapse(tmp_path: Path) -> None:
    prepared, table = _load(tmp_path, {}, {"MAPPED_GENE": "GHI; JKL"}, {"MAPPED_GENE": "ABC - DEF"})
    assert table.height == 1
    assert table["mapped_genes"].to_list() == [["ABC", "DEF", "GHI", "JKL"]]
    assert prepared.report.skipped == {"repeated_row": 2}


def test_catalog__several_terms_give_the_reported_trait_never_the_product(tmp_path: Path) -> None:
    terms = [{"MAPPED_TRAIT_URI": f"{EFO}{index:07d}", "DISEASE/TRAIT": "Obesity-related traits"} for index in range(5)]
    table = _load(tmp_path, *terms)[1]
    row = table.row(0, named=True)
    assert table.height == 1
    assert (row["target"], row["trait_name"]) == ("study-1/Obesity-related traits", "Obesity-related traits")


def test_catalog__several_terms_in_one_cell_as_newer_files_have_them(tmp_path: Path) -> None:
    table = _load(tmp_path, {"MAPPED_TRAIT_URI": f"{EFO}0000001, {EFO}0000002"})[1]
    assert table["target"].to_list() == ["study-1/Height"]


def test_catalog__one_term_elsewhere_does_not_help(tmp_path: Path) -> None:
    other = {"PUBMEDID": "2", "MAPPED_TRAIT_URI": f"{EFO}0000001"}
    table = _load(tmp_path, {}, other, other | {"MAPPED_TRAIT_URI": f"{EFO}0000002"})[1]
    assert sorted(table["target"].to_list()) == ["EFO:0004339", "study-1/Height"]


def test_catalog__publications_and_subgroups_are_edges_of_their_own(tmp_path: Path) -> None:
    table = _load(tmp_path, {}, {"PUBMEDID": "2"}, {"P-VALUE (TEXT)": "(women)"})[1]
    assert sorted(table["model"].to_list()) == ["PMID:1/Height", "PMID:1/Height/women", "PMID:2/Height"]


@pytest.mark.parametrize("cell", ["rs1 x rs2", "rs1; rs2", "rs1, rs2"])
def test_catalog__multi_snp_cells(cell: str, tmp_path: Path) -> None:
    assert _load(tmp_path, {"SNPS": cell, "CHR_ID": "1;2", "CHR_POS": "5;6"})[0].report.refused == {"multi_snp_cell": 1}


@pytest.mark.parametrize(
    ("cell", "allele"),
    [
        ("rs1-A", "A"),
        ("rs1-?", None),
        ("rs1 -T", "T"),
        ("rs1- t", "T"),
        ("rs1", None),
        ("APOE-E4", None),
        ("chr7:112984787-AT", "AT"),
    ],
)
def test_catalog__risk_allele(cell: str, allele: str | None, tmp_path: Path) -> None:
    row = _load(tmp_path, {"STRONGEST SNP-RISK ALLELE": cell})[1].row(0, named=True)
    assert (row["effect_allele"], row["z_score"], row["allele_1"]) == (allele, None, None)


@pytest.mark.parametrize(
    ("ci", "value", "odds_ratio"),
    [
        ("[1.1-1.5]", "1.3", 1.3),
        ("[0.1-0.2] (unit increase)", "0.15", None),
        ("", "1.3", None),
        ("[NR] (cm decrease)", "1.3", None),
    ],
)
def test_catalog__odds_ratio_or_beta(ci: str, value: str, odds_ratio: float | None, tmp_path: Path) -> None:
    row = _load(tmp_path, {"95% CI (TEXT)": ci, "OR or BETA": value})[1].row(0, named=True)
    assert (row["odds_ratio"], row["effect_size"]) == (odds_ratio, None)


@pytest.mark.parametrize(
    ("text", "n", "cases", "controls"),
    [
        ("Up to 182,413 European ancestry women", 182413, None, None),
        ("2,839 European ancestry cases, 3,507 European ancestry controls", 6346, 2839, 3507),
        ("40 European ancestry cases, 37 African American cases, 85 controls", 162, 77, 85),
        ("1,234,567 individuals", 1234567, None, None),
        ("NR", None, None, None),
    ],
)
def test_catalog__sample_size_from_text(
    text: str, n: int | None, cases: int | None, controls: int | None, tmp_path: Path
) -> None:
    row = _load(tmp_path, {"INITIAL SAMPLE DESCRIPTION": text})[1].row(0, named=True)
    assert (row["n_samples"], row["n_cases"], row["n_controls"]) == (n, cases, controls)
    assert ("n_from_text" in row["flags"]) == (n is not None)


def test_catalog__p_zero_is_a_lower_bound(tmp_path: Path) -> None:
    row = _load(tmp_path, {"P-VALUE": "0.0", "PVALUE_MLOG": "inf"})[1].row(0, named=True)
    assert row["neg_log10_p"] == 323.0
    assert "p_lower_bound" in row["flags"]


@pytest.mark.parametrize(
    ("text", "date"),
    [("23-Jul-2014", "2014-07-23"), ("1-DEC-2012", "2012-12-01"), ("2014-07-23", "2014-07-23"), ("x", None)],
)
def test_iso_date_expression__two_spellings(text: str, date: str | None) -> None:
    assert pl.DataFrame({"d": [text]}).select(iso_date_expression(pl.col("d"))).item() == date

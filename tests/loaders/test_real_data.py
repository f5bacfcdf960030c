"""The real files: the counts of the guide to formats, found again."""

import functools
import json
import tempfile
from pathlib import Path

import polars as pl
import pytest

from loaders.manifest import read_manifest
from loaders.prepare import prepare_study
from loaders.report import LoadReport
from tests.paths import DATA

pytestmark = [
    pytest.mark.skipif(not (DATA / "studies.toml").exists(), reason="the shared data are not here"),
    pytest.mark.slow,
]


@functools.cache
def _load(study: str) -> tuple[LoadReport, pl.DataFrame, pl.DataFrame]:
    spec = next(entry for entry in read_manifest(DATA / "studies.toml").studies if entry.id == study)
    with tempfile.TemporaryDirectory() as folder:
        prepared = prepare_study(spec, reference_build="GRCh37", folder=Path(folder) / "load")
        return prepared.report, pl.read_parquet(prepared.table), pl.read_parquet(prepared.edges)


def _carries(flag: str) -> pl.Expr:
    return pl.col("flags").list.contains(flag)


def test_godmc__p_zero_rows_take_p_from_z() -> None:
    report, table, edges = _load("godmc")
    zero = table.filter(_carries("p_from_z"))
    assert (report.read, zero.height) == (27_100, 8_157)
    assert zero.filter(pl.col("z_score").abs() < 37).height == 6_773
    # The guide's 396 is |z| < 5.73; p > 1e-8 is |z| < 5.7307, which two more rows are.
    assert zero.filter(pl.col("neg_log10_p") <= 8).height == 398
    assert report.skipped == {"below_threshold": 398}
    assert edges.height == report.written == 26_702
    assert report.refused == {}


def test_godmc__every_edge_is_signed_and_carries_its_other_models() -> None:
    table = _load("godmc")[1]
    assert table["z_score"].null_count() == 0
    assert table.filter(pl.col("aligned_z_score").is_null()).height == table["is_strand_ambiguous"].sum() == 3_144
    models = json.loads(table["other_models"][0])
    assert set(models) == {"additive_random_effects", "multiplicative_random_effects"}
    assert table["cis_trans"].value_counts().sort("cis_trans").rows() == [("cis", 3_983), ("trans", 23_117)]


def test_blueprint__ids_that_are_positions() -> None:
    report, table, _ = _load("blueprint-monocyte")
    positional = table.filter(pl.col("rsid").is_null())
    source = pl.read_parquet(DATA / "open/eqtl/blueprint_monocyte_eqtl_p5e-8.parquet", columns=["snp"])
    assert source.filter(~pl.col("snp").cast(pl.String).str.starts_with("rs")).height == 5_337
    assert positional.height == report.flagged["position_from_id"]
    assert 5_337 - positional.height <= report.skipped["duplicate"] == 80
    assert report.read == 452_537
    assert report.refused == {}
    assert positional["chromosome"].null_count() == 0


def test_catalog__one_row_per_association() -> None:
    report, table, _ = _load("gwas-catalog-2015")
    key = ["PUBMEDID", "SNPS", "DISEASE/TRAIT", "P-VALUE (TEXT)"]
    source = pl.read_csv(
        DATA / "open/gwas/gwas_catalog_v1.0.1_2015-06-08.tsv.gz", separator="\t", quote_char=None, infer_schema=False,
        encoding="utf8-lossy",
    ).with_row_index("row_number", offset=1)  # fmt: skip
    kept = source.filter(~pl.col("row_number").is_in(_refused_rows(source)))
    assert report.read == source.height == 97_003
    assert report.n_refused == 97_003 - kept.height == 513
    assert table.height == kept.select(key).unique().height == 20_112
    assert report.skipped == {"below_threshold": 1, "repeated_row": 97_003 - 513 - 20_112}


def _refused_rows(source: pl.DataFrame) -> pl.Series:
    """The obvious twin: no p in [0, 1], or no single readable variant."""
    p = pl.col("P-VALUE").cast(pl.Float64, strict=False)
    snp = pl.col("SNPS").fill_null("NR")
    is_named = snp.str.contains(
        r"^(rs\d+[a-zA-Z]?|(hg18_)?chr?[\dX]+[:_]\d+|\d+-\d+|[A-Za-z0-9_-]*[A-Za-z][A-Za-z0-9_-]*)$"
    )
    has_digit = snp.str.contains(r"\d")
    return source.filter(~(is_named & has_digit) | p.is_null() | (p > 1))["row_number"]


def test_catalog__obesity_related_traits_are_one_trait() -> None:
    report, table, _ = _load("gwas-catalog-2015")
    obesity = table.filter(pl.col("reported_trait") == "Obesity-related traits")
    assert obesity["target"].unique().to_list() == ["gwas-catalog-2015/Obesity-related traits"]
    assert obesity.height < 1_100
    assert table.filter(pl.col("target").str.starts_with("EFO:")).height > 10_000
    assert table["z_score"].null_count() == table.height
    assert report.refused["multi_snp_cell"] == 53


def test_mrbase__unusable_errors_take_z_from_p() -> None:
    report, table, _ = _load("mrbase-2018-04")
    flagged = table.filter(_carries("z_from_p"))
    source = pl.read_parquet(DATA / "open/gwas/mrbase_instruments_2018-04.parquet")
    assert source.filter(pl.col("se.exposure") <= 0).height == 49
    assert flagged.height == 47
    assert report.refused == {"missing_allele": 96}
    assert flagged.filter(pl.col("z_score").sign() != pl.col("effect_size").sign()).height == 0
    assert table.filter(_carries("p_from_z")).height == source.filter(pl.col("pval.exposure") < 2.3e-308).height == 35


def test_701_traits__complete_and_study_scoped() -> None:
    report, table, edges = _load("godmc-701-traits")
    source = pl.read_parquet(DATA / "local_only/gwas/godmc_snp_x_701trait_full.parquet")
    assert table["target"].n_unique() == 701
    assert report.read == source.height
    assert table.height + report.n_refused + report.skipped.get("duplicate", 0) == source.height
    assert (
        edges.height
        == source.filter(pl.col("p") < 5e-8).height
        - source.filter(
            (pl.col("p") < 5e-8) & (pl.col("ea").str.to_uppercase() == pl.col("oa").str.to_uppercase())
        ).height
    )


def test_bolt__p_and_z_agree_with_the_file() -> None:
    report, table, _ = _load("ukb-bolt-windows")
    source = pl.read_parquet(DATA / "open/gwas/polyfun_bolt_22windows.parquet").with_row_index("row_number", offset=1)
    joined = table.join(source.with_columns(pl.col("row_number").cast(pl.Int64)), on="row_number")
    assert joined.height == report.read == 82_448
    assert joined.filter((10 ** -pl.col("neg_log10_p") / pl.col("P_BOLT_LMM") - 1).abs() > 1e-9).height == 0
    assert joined.filter((pl.col("z_score") - pl.col("BETA") / pl.col("SE")).abs() > 1e-9).height == 0
    assert joined.filter(pl.col("effect_allele") != pl.col("ALLELE1")).height == 0


def test_bios_eqtm__sign_of_the_correlations() -> None:
    report, table, _ = _load("bios-eqtm")
    source = pl.read_parquet(DATA / "local_only/annot/bios_eqtm_cpg_gene.parquet").with_row_index(
        "row_number", offset=1
    )
    joined = table.join(source.with_columns(pl.col("row_number").cast(pl.Int64)), on="row_number")
    opposed = joined.filter(pl.col("z_score").sign() != pl.col("OverallZScore").sign()).height
    assert report.read == report.written == 18_881
    assert opposed / joined.height == pytest.approx(0.41, abs=0.01)


@pytest.mark.parametrize(
    "study", ["godmc", "gwas-catalog-2015", "mrbase-2018-04", "godmc-701-traits", "ukb-bolt-windows"]
)
def test_tables__sorted_and_edges_are_a_part(study: str) -> None:
    report, table, edges = _load(study)
    assert table["target"].is_sorted()
    assert table.unique(["target", "reported_variant", "model"]).height == table.height
    assert edges.join(table, on="row_number", how="anti").height == 0
    assert report.written == edges.height

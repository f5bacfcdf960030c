import numpy as np
import polars as pl
import pytest

from loaders.simulation.qtl_files import MQTL_STUDIES
from loaders.simulation.statistics import REPORTED_P, two_sided_p


@pytest.fixture(scope="module")
def mqtl(demo):
    return pl.read_csv(demo.folder / "assoc_meta_all.csv.gz", null_values="NULL")


@pytest.fixture(scope="module")
def eqtl(demo):
    return pl.read_csv(demo.folder / "eqtlgen_demo.txt.gz", separator="\t", null_values="NA")


def test_godmc_table__p_is_that_of_beta_and_se(mqtl):
    z = (mqtl["beta_a1"] / mqtl["se"]).to_numpy()
    assert mqtl["pval"].to_numpy() == pytest.approx(two_sided_p(z), rel=1e-3)
    assert mqtl["pval"].max() <= REPORTED_P * 1.001


def test_godmc_table__cis_means_within_a_megabase(mqtl, demo):
    manifest = pl.read_csv(demo.folder / "HumanMethylation450_demo.csv", skip_rows=7, infer_schema=False)
    places = manifest.select(cpg="IlmnID", chromosome="CHR", cpg_bp=pl.col("MAPINFO").cast(pl.Int64, strict=False))
    parts = pl.col("snp").str.split(":")
    rows = mqtl.join(places, on="cpg").with_columns(
        is_near=(parts.list.get(0) == pl.format("chr{}", "chromosome"))
        & ((parts.list.get(1).cast(pl.Int64) - pl.col("cpg_bp")).abs() <= 1_000_000)
    )
    assert rows.height == mqtl.height
    assert (rows["is_near"] == (rows["cistrans"].cast(pl.String).str.to_uppercase() == "TRUE")).all()
    assert 0.1 < rows["is_near"].mean() < 0.8


def test_godmc_table__indels_are_d_and_i(mqtl):
    is_indel = mqtl["snp"].str.ends_with(":INDEL")
    assert 0 < is_indel.sum() < mqtl.height / 5
    assert set(mqtl.filter(is_indel)["allele1"]) == {"D", "I"}
    assert set(mqtl.filter(~is_indel)["allele1"]) == {"A", "C", "G", "T"}
    assert mqtl["direction"].str.contains(rf"^[-+?]{{{MQTL_STUDIES}}}$").all()


def test_godmc_table__some_p_underflow(mqtl):
    zero = mqtl.filter(pl.col("pval") == 0)
    assert zero.height > 0
    assert (zero["beta_a1"] / zero["se"]).abs().min() > 37


def test_eqtlgen_table__z_goes_on_where_p_stops(eqtl):
    floor = eqtl.filter(pl.col("Pvalue") < 1e-300)
    assert set(floor["Pvalue"]) <= {3.2717e-310}
    sure = eqtl.filter(pl.col("Pvalue") > 1e-300)
    assert sure["Pvalue"].to_numpy() == pytest.approx(two_sided_p(sure["Zscore"].to_numpy()), rel=1e-3)
    assert np.all(np.diff(eqtl["Zscore"].abs().to_numpy()) <= 0)


def test_eqtlgen_table__only_single_bases(eqtl):
    assert (eqtl["AssessedAllele"].str.len_chars() + eqtl["OtherAllele"].str.len_chars() == 2).all()


def test_eqtlgen_table__a_tenth_is_on_the_other_strand(eqtl, demo):
    names = ["chromosome", "rsid", "cm", "position_bp", "allele_1", "allele_2"]
    bim = pl.read_csv(demo.folder / "demo.bim", separator="\t", has_header=False, new_columns=names)
    rows = eqtl.unique("SNP").join(bim, left_on="SNP", right_on="rsid")
    is_other = (rows["AssessedAllele"] != rows["allele_1"]) & (rows["AssessedAllele"] != rows["allele_2"])
    assert is_other.mean() == pytest.approx(0.085, abs=0.04)


def test_eqtm_table__sign_is_in_the_correlations(demo):
    eqtm = pl.read_csv(demo.folder / "cis_eqtm.txt.gz", separator="\t")
    mean = (
        eqtm["IncludedDatasetsCorrelationCoefficient"]
        .str.split(";")
        .list.eval(pl.element().cast(pl.Float64))
        .list.mean()
    )
    is_opposed = mean.sign() != eqtm["OverallZScore"].sign()
    assert is_opposed.mean() == pytest.approx(0.41, abs=0.1)
    assert (eqtm["SNPChr"] == eqtm["ProbeChr"]).all()

"""Every format: recognised from its header alone, and its effects refer to the right allele."""

from pathlib import Path

import pytest

from loaders.format_choice import fits_format
from loaders.formats import FORMATS
from tests.loaders.samples import FORMAT_SAMPLES, FormatSample, load, make_study, write_text

SIGNED = sorted(set(FORMAT_SAMPLES) - {"gwas-catalog-associations"})


def _prepare(sample: FormatSample, tmp_path: Path):
    path = write_text(tmp_path / "file.txt.gz", sample.text())
    spec = make_study(path, sample.kind, **{"build": sample.build, **dict(sample.settings)})
    return load(spec, tmp_path)


def test_formats__all_have_a_sample() -> None:
    assert set(FORMATS) == {*FORMAT_SAMPLES, "bios-eqtm"}


@pytest.mark.parametrize("name", sorted(FORMAT_SAMPLES))
def test_formats__header_fits_exactly_one(name: str) -> None:
    columns = tuple(FORMAT_SAMPLES[name].header.split("|"))
    fitting = {entry.name for entry in FORMATS.values() if fits_format(entry, columns) and entry.is_recognised}
    assert fitting == ({name} if FORMATS[name].is_recognised else set())


@pytest.mark.parametrize("name", SIGNED)
def test_formats__effect_allele_is_the_one_that_the_format_means(name: str, tmp_path: Path) -> None:
    sample = FORMAT_SAMPLES[name]
    prepared, table = _prepare(sample, tmp_path)
    row = table.row(0, named=True)
    assert (prepared.report.read, prepared.report.written) == (1, 1)
    assert (row["effect_allele"], row["other_allele"]) == (sample.effect_allele, sample.other_allele)
    assert row["z_score"] == pytest.approx(5.0, abs=0.01)
    assert row["neg_log10_p"] == pytest.approx(6.24, abs=0.01)
    # The canonical pair of all samples is A:G; T/C is the other strand of A/G.
    assert (row["allele_1"], row["allele_2"], row["aligned_z_score"]) == ("A", "G", pytest.approx(5.0, abs=0.01))


# The guide's trap table: the same two letters in the same two columns mean different things.
@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("regenie", "ALLELE1"),
        ("bolt-lmm", "ALLELE1"),
        ("metal", "Allele1"),
        ("metal-sample-size", "Allele1"),
        ("godmc", "allele1"),
        ("ldsc-sumstats", "A1"),
        ("plink2-glm", "A1"),
        ("saige", "Allele2"),
        ("mungesumstats", "A2"),
        ("opengwas-vcf", "ALT"),
        ("eqtl-catalogue", "alt"),
        ("pan-ukb", "alt"),
        ("eqtlgen", "AssessedAllele"),
        ("gcta-fastgwa", "A1"),
        ("gwas-catalog-harmonised", "hm_effect_allele"),
    ],
)
def test_formats__effect_allele_column(name: str, column: str) -> None:
    assert FORMATS[name].columns["effect_allele"] == column


@pytest.mark.parametrize("name", ["gtex", "neale-ukb", "eqtl-catalogue-credible-sets"])
def test_formats__effect_allele_is_the_second_of_the_id(name: str) -> None:
    assert FORMATS[name].id_effect_is_second
    assert "effect_allele" not in FORMATS[name].columns


def test_formats__genpos_is_base_pairs_in_regenie_and_centimorgan_in_bolt() -> None:
    assert FORMATS["regenie"].columns["position_bp"] == "GENPOS"
    assert FORMATS["bolt-lmm"].columns["position_bp"] == "BP"


def test_godmc__other_models_and_cis(tmp_path: Path) -> None:
    row = _prepare(FORMAT_SAMPLES["godmc"], tmp_path)[1].row(0, named=True)
    assert row["other_models"] == (
        '{"additive_random_effects":{"effect_size":0.4,"standard_error":0.2,"neg_log10_p":1.3979400086720375},'
        '"multiplicative_random_effects":{"standard_error":0.3,"neg_log10_p":1.0}}'
    )
    assert (row["model"], row["cis_trans"], row["build"]) == ("fixed_effects", "cis", "GRCh37")
    assert (row["chromosome"], row["position_bp"], row["n_samples"]) == ("10", 100153915, 27251)


def test_neale__frequency_is_of_alt_and_low_confidence_is_flagged(tmp_path: Path) -> None:
    row = _prepare(FORMAT_SAMPLES["neale-ukb"], tmp_path)[1].row(0, named=True)
    assert row["effect_allele_frequency"] == pytest.approx(0.7)
    assert "low_confidence" in row["flags"]


def test_eqtl_catalogue__frequency_from_allele_counts(tmp_path: Path) -> None:
    row = _prepare(FORMAT_SAMPLES["eqtl-catalogue"], tmp_path)[1].row(0, named=True)
    assert row["effect_allele_frequency"] == pytest.approx(0.9)


def test_eqtl_catalogue__rows_repeated_per_rsid_are_one_variant(tmp_path: Path) -> None:
    sample = FORMAT_SAMPLES["eqtl-catalogue"]
    again = sample.row.replace("rs1", "rs2").replace("|", "\t")
    path = write_text(tmp_path / "file.tsv", sample.text() + again + "\n")
    prepared, table = load(make_study(path, "eqtl", build="GRCh38"), tmp_path)
    assert table["rsid"].to_list() == ["rs1"]
    assert prepared.report.skipped == {"duplicate": 1}


@pytest.mark.parametrize("value", ["-14.368", "6.24"])
def test_pan_ukb__p_scale_by_its_sign(value: str, tmp_path: Path) -> None:
    sample = FORMAT_SAMPLES["pan-ukb"]
    path = write_text(tmp_path / "file.tsv", sample.text().replace("-14.37", value))
    table = load(make_study(path), tmp_path)[1]
    assert table["neg_log10_p"][0] == pytest.approx(6.24, abs=0.001)


@pytest.mark.parametrize(("test", "outcome"), [("ADD-INT_SNP", "other_test"), ("ADD-CONDTL", "other_test")])
def test_regenie__only_additive_rows(test: str, outcome: str, tmp_path: Path) -> None:
    text = FORMAT_SAMPLES["regenie"].text()
    path = write_text(tmp_path / "file.regenie", text + text.splitlines()[1].replace(" ADD ", f" {test} ") + "\n")
    assert load(make_study(path), tmp_path)[0].report.skipped == {outcome: 1}


def test_regenie__failed_test_is_refused(tmp_path: Path) -> None:
    text = FORMAT_SAMPLES["regenie"].text()
    path = write_text(tmp_path / "file.regenie", text + text.splitlines()[1].replace(" NA", " TEST_FAIL") + "\n")
    assert load(make_study(path), tmp_path)[0].report.refused == {"test_failed": 1}


def test_plink2__other_allele_is_the_one_that_is_not_a1(tmp_path: Path) -> None:
    text = FORMAT_SAMPLES["plink2-glm"].text().replace("\tA\tG\tA\t", "\tG\tA\tA\t")
    row = load(make_study(write_text(tmp_path / "file.glm", text)), tmp_path)[1].row(0, named=True)
    assert (row["effect_allele"], row["other_allele"]) == ("A", "G")


def test_plink2__error_code_is_refused(tmp_path: Path) -> None:
    text = FORMAT_SAMPLES["plink2-glm"].text()
    path = write_text(tmp_path / "f.glm", text + text.splitlines()[1][:-1] + "CONST_OMITTED_ALLELE\n")
    assert load(make_study(path), tmp_path)[0].report.refused == {"test_failed": 1}


def test_plink2__logistic_odds_ratio_is_taken_to_the_log_scale(tmp_path: Path) -> None:
    header = "#CHROM POS ID REF ALT A1 OMITTED FIRTH? TEST OBS_CT OR LOG(OR)_SE Z_STAT P ERRCODE"
    row = "1 1000 rs1 G A A G N ADD 1000 2.718281828 0.1 10 1.5e-23 ."
    path = write_text(tmp_path / "file.glm", "\n".join("\t".join(line.split()) for line in (header, row)) + "\n")
    out = load(make_study(path), tmp_path)[1].row(0, named=True)
    assert out["effect_size"] == pytest.approx(1.0)
    assert out["z_score"] == pytest.approx(10.0)
    assert out["odds_ratio"] == pytest.approx(2.718281828)


def test_bolt__uninfinitesimal_p_wins_where_it_exists(tmp_path: Path) -> None:
    table = _prepare(FORMAT_SAMPLES["bolt-lmm"], tmp_path)[1]
    assert 10 ** -table["neg_log10_p"][0] == pytest.approx(5.7e-7)


def test_eqtlgen__floored_p_is_taken_from_z(tmp_path: Path) -> None:
    text = FORMAT_SAMPLES["eqtlgen"].text().replace("5.7E-7", "3.2717E-310").replace("\t5\t", "\t200\t")
    row = load(make_study(write_text(tmp_path / "f.txt", text), "eqtl"), tmp_path)[1].row(0, named=True)
    assert row["neg_log10_p"] == pytest.approx(8688.2887, abs=0.001)
    assert "p_from_z" in row["flags"]


def test_gtex__gene_version_is_stripped(tmp_path: Path) -> None:
    row = _prepare(FORMAT_SAMPLES["gtex"], tmp_path)[1].row(0, named=True)
    assert (row["target"], row["build"], row["position_bp"]) == ("ENSG00000227232", "GRCh38", 64764)


def test_gwas_catalog__unsigned_with_risk_allele(tmp_path: Path) -> None:
    row = _prepare(FORMAT_SAMPLES["gwas-catalog-associations"], tmp_path)[1].row(0, named=True)
    assert (row["target"], row["trait_name"], row["reported_trait"]) == ("EFO:0004339", "body height", "Height")
    assert (row["effect_allele"], row["effect_size"], row["z_score"]) == ("A", None, None)
    assert (row["odds_ratio"], row["publication_date"], row["mapped_genes"]) == (1.3, "2014-07-23", ["ABC", "DEF"])
    assert (row["n_samples"], row["n_cases"], row["n_controls"]) == (3500, 1000, 2500)
    assert row["reported_variant"] == "GRCh38:1:1000|rs1"

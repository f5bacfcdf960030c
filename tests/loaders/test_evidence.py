"""Rows in, normalised rows or named reasons out."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from loaders.errors import BuildError
from loaders.fingerprint import fingerprint_study
from tests.loaders.samples import FORMAT_SAMPLES, load, load_gwas, make_study, write_gwas, write_text


def _row(tmp_path: Path, line: str) -> dict[str, Any]:
    return load_gwas(tmp_path, [line])[1].row(0, named=True)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("rs1;rs2 1 1000 A G .5 .1 1e-3 10", "multi_snp_cell"),
        (". . . A G .5 .1 1e-3 10", "missing_variant"),
        ("APOE . . A G .5 .1 1e-3 10", "unreadable_variant"),
        ("rs1 GL000192.1 1000 A G .5 .1 1e-3 10", "unknown_chromosome"),
        ("rs1 1 -5 A G .5 .1 1e-3 10", "bad_position"),
        ("rs1 1 10.5 A G .5 .1 1e-3 10", "bad_position"),
        ("rs1 1 abc A G .5 .1 1e-3 10", "bad_position"),
        ("rs1 21 48129896 A G .5 .1 1e-3 10", "bad_position"),
        ("rs1 1 1000 . G .5 .1 1e-3 10", "missing_allele"),
        ("rs1 1 1000 A,C G .5 .1 1e-3 10", "multi_allelic"),
        ("rs1 1 1000 A <DEL> .5 .1 1e-3 10", "bad_allele"),
        ("rs1 1 1000 A a .5 .1 1e-3 10", "identical_alleles"),
        ("rs1 1 1000 A G .5 .1 1.5 10", "bad_p"),
        ("rs1 1 1000 A G .5 .1 x 10", "bad_p"),
        ("rs1 1 1000 A G inf .1 1e-3 10", "non_finite_z"),
        ("rs1 1 1000 A G x .1 1e-3 10", "non_finite_z"),
        ("rs1 1 1000 A G . .1 . 10", "missing_p"),
        ("rs1 1 1000 A G .5 .1 1e-3 10 11", "ragged_row"),
    ],
)
def test_normalise_evidence__refusals(line: str, reason: str, tmp_path: Path) -> None:
    report = load_gwas(tmp_path, [line, "rs9 1 1000 A C .5 .1 1e-3 10"])[0].report
    assert (report.refused, report.examples, report.written) == ({reason: 1}, {reason: (1,)}, 1)


def test_normalise_evidence__strands_and_orders_meet_in_one_variant(tmp_path: Path) -> None:
    lines = [f"rs1 1 1000 {alleles} .5 .1 1e-3 10" for alleles in ("A G", "G A", "T C", "C T")]
    rows = [
        _row(tmp_path / str(index), line) for index, line in enumerate(lines) if (tmp_path / str(index)).mkdir() is None
    ]
    assert {row["reported_variant"] for row in rows} == {"GRCh37:1:1000:A:G|rs1"}
    assert [row["aligned_z_score"] for row in rows] == [5.0, -5.0, 5.0, -5.0]
    assert [row["z_score"] for row in rows] == [5.0] * 4
    assert [row["effect_allele"] for row in rows] == ["A", "G", "T", "C"]


@pytest.mark.parametrize("alleles", ["A T", "C G"])
def test_normalise_evidence__palindromes_keep_the_reported_sign_only(alleles: str, tmp_path: Path) -> None:
    row = _row(tmp_path, f"rs1 1 1000 {alleles} .5 .1 1e-3 10")
    assert (row["z_score"], row["aligned_z_score"], row["is_strand_ambiguous"]) == (5.0, None, True)
    assert row["flags"] == ["palindromic"]


@pytest.mark.parametrize(
    ("alleles", "pair"), [("T TA", ("T", "TA")), ("I D", ("D", "I")), ("R I", ("D", "I")), ("d r", ("D", "I"))]
)
def test_normalise_evidence__indels(alleles: str, pair: tuple[str, str], tmp_path: Path) -> None:
    row = _row(tmp_path, f"rs1 1 1000 {alleles} .5 .1 1e-3 10")
    assert (row["allele_1"], row["allele_2"]) == pair
    assert "indel" in row["flags"]
    assert row["aligned_z_score"] is not None


def test_normalise_evidence__no_other_allele_drops_the_sign(tmp_path: Path) -> None:
    row = _row(tmp_path, "rs1 1 1000 A . .5 .1 1e-3 10")
    assert (row["z_score"], row["effect_size"], row["allele_1"], row["effect_allele"]) == (None, None, None, "A")
    assert row["flags"] == ["one_allele", "sign_dropped"]
    assert row["reported_variant"] == "GRCh37:1:1000|rs1"


def test_normalise_evidence__unknown_build_drops_place_and_sign(tmp_path: Path) -> None:
    lines = ["rs1 1 1000 A G .5 .1 1e-3 10", ". 1 2000 A G .5 .1 1e-3 10"]
    spec = dataclasses.replace(write_gwas(tmp_path / "g.tsv", lines), build=None)
    prepared, table = load(spec, tmp_path)
    row = table.row(0, named=True)
    assert (row["chromosome"], row["build"], row["z_score"], row["reported_variant"]) == (None, None, None, "rs1|A:G")
    assert row["flags"] == ["sign_dropped", "unknown_build"]
    assert prepared.report.refused == {"unknown_build": 1}


def test_normalise_evidence__id_that_is_a_position(tmp_path: Path) -> None:
    spec = dataclasses.replace(
        write_gwas(tmp_path / "g.tsv", ["17:44061023 . . A G .5 .1 1e-3 10"]), build_of_ids="GRCh38"
    )
    row = load(spec, tmp_path)[1].row(0, named=True)
    assert (row["reported_variant"], row["rsid"], row["build"]) == ("GRCh38:17:44061023:A:G", None, "GRCh38")
    assert row["flags"] == ["position_from_id"]


def test_normalise_evidence__columns_win_over_the_id(tmp_path: Path) -> None:
    row = _row(tmp_path, "17:5 2 1000 A G .5 .1 1e-3 10")
    assert (row["chromosome"], row["position_bp"], row["flags"]) == ("2", 1000, [])


def test_normalise_evidence__unplaced_chromosome_zero_keeps_the_rsid(tmp_path: Path) -> None:
    assert _row(tmp_path, "rs1 0 0 A G .5 .1 1e-3 10")["reported_variant"] == "rs1|A:G"


@pytest.mark.parametrize(
    ("chromosome", "name", "flags"),
    [("23", "X", []), ("chrX.0", "X", []), ("25", "X", ["pseudo_autosomal"]), ("26", "MT", [])],
)
def test_normalise_evidence__chromosomes(chromosome: str, name: str, flags: list[str], tmp_path: Path) -> None:
    row = _row(tmp_path, f"rs1 {chromosome} 1000 A G .5 .1 1e-3 10")
    assert (row["chromosome"], row["flags"]) == (name, flags)


def test_normalise_evidence__p_zero_lower_bound_is_unsigned(tmp_path: Path) -> None:
    row = _row(tmp_path, "rs1 1 1000 A G .5 0 0 10")
    assert (row["neg_log10_p"], row["z_score"], row["effect_size"]) == (323.0, None, None)
    assert row["flags"] == ["p_lower_bound", "sign_dropped"]


def test_normalise_evidence__sample_size_falls_back_to_the_study(tmp_path: Path) -> None:
    for line, expected in (
        ("rs1 1 1000 A G .5 .1 .1 .", 194),
        ("rs1 1 1000 A G .5 .1 .1 77.0", 77),
        ("rs1 1 1000 A G .5 .1 .1 -9", 194),
    ):
        spec = dataclasses.replace(write_gwas(tmp_path / "g.tsv", [line]), n=194)
        assert load(spec, tmp_path)[1]["n_samples"][0] == expected


def test_normalise_evidence__trait_of_the_row_and_of_the_study(tmp_path: Path) -> None:
    path = write_text(tmp_path / "g.tsv", "SNP\tP\tT\nrs1\t.1\tEFO_0000685\nrs1\t.1\t2\n")
    spec = make_study(path, columns={"rsid": "SNP", "p_value": "P", "trait": "T"}, trait=None)
    table = load(spec, tmp_path)[1]
    assert table["target"].to_list() == ["EFO:0000685", "study-1/2"]
    one = make_study(path, columns={"rsid": "SNP", "p_value": "P"}, trait="height", trait_name="Standing height")
    row = load(one, tmp_path)[1].row(0, named=True)
    assert (row["target"], row["trait_name"], row["reported_trait"]) == (
        "study-1/height",
        "Standing height",
        "Standing height",
    )


def test_normalise_evidence__trait_of_another_study_is_taken_as_it_is(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.tsv", "SNP\tP\nrs1\t0.1\n")
    columns = {"rsid": "SNP", "p_value": "P"}
    spec = make_study(path, columns=columns, trait=None, trait_id="other/height", trait_name="Height")
    row = load(spec, tmp_path)[1].row(0, named=True)
    assert (row["target"], row["trait_name"], row["reported_trait"]) == ("other/height", "Height", "Height")
    own = make_study(path, columns=columns, trait="other/height")
    assert fingerprint_study(own) != fingerprint_study(spec)


def test_normalise_evidence__trait_of_the_description(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.tsv", FORMAT_SAMPLES["gwas-ssf"].text())
    write_text(
        tmp_path / "a.tsv-meta.yaml",
        "genome_assembly: GRCh37\ntrait_description: body height\nontology_mapping: EFO_0004339\n",
    )
    row = load(make_study(path, trait=None), tmp_path)[1].row(0, named=True)
    assert (row["target"], row["trait_name"], row["chromosome"]) == ("EFO:0004339", "body height", "X")


def test_normalise_evidence__ids_of_another_build(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.txt", FORMAT_SAMPLES["gtex"].text())
    with pytest.raises(BuildError, match="the study says GRCh37, the variant id of data row 1 says GRCh38"):
        load(make_study(path, "eqtl"), tmp_path)


def test_normalise_evidence__transcript_of_a_gene_is_another_model(tmp_path: Path) -> None:
    sample = FORMAT_SAMPLES["eqtl-catalogue"]
    text = sample.text().replace("NA\t5.7e-7\tENSG00000000001\tENSG00000000001", "NA\t5.7e-7\tENSG00000000001\tENST01")
    row = load(make_study(write_text(tmp_path / "a.tsv", text), "eqtl", build="GRCh38"), tmp_path)[1].row(0, named=True)
    assert (row["target"], row["model"]) == ("ENSG00000000001", "ENST01")


def test_normalise_evidence__missing_target(tmp_path: Path) -> None:
    path = write_text(tmp_path / "g.tsv", "SNP\tP\tG\nrs1\t.1\tNA\nrs1\t.1\tENSG1.2\n")
    report = load(make_study(path, "eqtl", columns={"rsid": "SNP", "p_value": "P", "gene": "G"}), tmp_path)[0].report
    assert report.refused == {"missing_target": 1}

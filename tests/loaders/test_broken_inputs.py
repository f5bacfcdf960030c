"""Broken inputs, as users meet them: the message names the file, what is wrong and what to do; nothing is written."""

import gzip
import re
from pathlib import Path

import pytest

from loaders.errors import BuildError, FormatError, LoadError, ManifestError, RefusedRowsError, TruncatedFileError
from loaders.manifest import read_manifest
from loaders.prepare import prepare_study
from tests.loaders.samples import FORMAT_SAMPLES, write_gwas, write_text

SSF = FORMAT_SAMPLES["gwas-ssf"]
STUDY = """[[study]]
id = "height"
kind = "gwas"
path = "{name}"
build = "{build}"
trait = "height"
"""


def _fail(tmp_path: Path, name: str, error: type[LoadError], *, build: str = "GRCh37", more: str = "") -> str:
    manifest = tmp_path / "studies.toml"
    manifest.write_text(STUDY.format(name=name, build=build) + more)
    folder = tmp_path / "state" / "load"
    with pytest.raises(error) as caught:
        spec = read_manifest(manifest).studies[0]
        prepare_study(spec, reference_build="GRCh37", folder=folder)
    assert not folder.exists()
    assert re.search(r"toml|tsv|vcf", str(caught.value))
    return str(caught.value)


def test_truncated_gzip(tmp_path: Path) -> None:
    row = SSF.text().splitlines()[1]
    text = SSF.text() + "".join(f"{row.replace('rs1', f'rs{index * 7919}')}\n" for index in range(20_000))
    data = gzip.compress(text.encode())
    (tmp_path / "cut.tsv.gz").write_bytes(data[: len(data) * 3 // 4])
    message = _fail(tmp_path, "cut.tsv.gz", TruncatedFileError)
    line = int(re.search(r"about line ([\d,]+)", message)[1].replace(",", ""))
    assert "a gzip file must be complete" in message
    assert "cut.tsv.gz" in message
    assert 8_000 < line < 19_000


def test_renamed_column(tmp_path: Path) -> None:
    write_text(tmp_path / "a.tsv", SSF.text().replace("p_value", "pvalue"))
    message = _fail(tmp_path, "a.tsv", FormatError, more='format = "gwas-ssf"')
    assert "must have the columns p_value or neg_log_10_p_value" in message
    assert "a.tsv:1" in message
    assert "pvalue" in message


def test_renamed_column_of_an_unnamed_format(tmp_path: Path) -> None:
    write_text(tmp_path / "a.tsv", SSF.text().replace("p_value", "pvalue"))
    assert "closest: gwas-ssf lacks p_value or neg_log_10_p_value" in _fail(tmp_path, "a.tsv", FormatError)


def test_wrong_build_by_the_description(tmp_path: Path) -> None:
    write_text(tmp_path / "a.tsv", SSF.text())
    write_text(tmp_path / "a.tsv-meta.yaml", "genome_assembly: GRCh38\n")
    message = _fail(tmp_path, "a.tsv", BuildError)
    assert "studies.toml:1 (study height)) says GRCh37" in message
    assert "a.tsv-meta.yaml (genome_assembly: GRCh38)) says GRCh38" in message


def test_wrong_build_by_the_vcf_header(tmp_path: Path) -> None:
    write_text(tmp_path / "a.vcf", FORMAT_SAMPLES["opengwas-vcf"].text())
    assert "##contig=<ID=1,length=249250621>) says GRCh37" in _fail(tmp_path, "a.vcf", BuildError, build="GRCh38")


def test_wrong_build_by_positions_beyond_the_chromosome(tmp_path: Path) -> None:
    ends = {"GRCh37": (48_129_895, "21"), "GRCh38": (46_709_983, "21")}
    rows = [f"rs{index} {ends['GRCh37'][1]} {ends['GRCh37'][0] - index} A G .5 .1 .1 10" for index in range(10)]
    write_gwas(tmp_path / "a.tsv", rows)
    columns = 'columns = { rsid = "SNP", chromosome = "CHR", position_bp = "BP", p_value = "P" }'
    message = _fail(tmp_path, "a.tsv", RefusedRowsError, build="GRCh38", more=columns)
    assert "10 bad_position (the position is no whole number from 1 to the chromosome's length in this build" in message


def test_alleles_missing_as_columns(tmp_path: Path) -> None:
    write_gwas(tmp_path / "a.tsv", ["rs1 1 1000 A G .5 .1 .1 10"])
    columns = 'columns = { rsid = "SNP", effect_size = "B", standard_error = "SE", p_value = "P" }'
    message = _fail(tmp_path, "a.tsv", ManifestError, more=columns)
    assert "a signed effect needs its effect allele; seen: effect_size without effect_allele" in message
    assert "studies.toml:7, key columns.effect_size" in message


def test_alleles_missing_in_a_format(tmp_path: Path) -> None:
    write_text(tmp_path / "a.tsv", SSF.text().replace("effect_allele\tother_allele", "x\ty"))
    message = _fail(tmp_path, "a.tsv", FormatError, more='format = "gwas-ssf"')
    assert "must have the columns effect_allele, other_allele" in message


def test_alleles_missing_in_the_rows(tmp_path: Path) -> None:
    write_text(tmp_path / "a.tsv", SSF.text().replace("\tA\tG\t", "\tNA\tNA\t"))
    message = _fail(tmp_path, "a.tsv", RefusedRowsError)
    assert "1 missing_allele (the row has a signed effect and no effect allele; data rows 1" in message


def test_manifest_with_a_typo(tmp_path: Path) -> None:
    write_text(tmp_path / "a.tsv", SSF.text())
    message = _fail(tmp_path, "a.tsv", ManifestError, more="p_treshold = 1e-8")
    assert "p_treshold is not known among the keys of a study" in message
    assert "studies.toml:7, key p_treshold; did you mean p_threshold?" in message

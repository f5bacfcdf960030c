"""What `python -m tests.fuzz` found and what was mended: each of these once crashed or was loaded silently."""

from pathlib import Path

import polars as pl
import pytest

from loaders.dosages import open_dosages
from loaders.errors import FormatError, LoadError, ManifestError, RowError
from loaders.ldsc import read_annot, read_frq, read_ld_scores, read_sumstats
from loaders.ldsc.cell_type_lists import read_cell_type_list
from loaders.ldsc.munge_filters import read_listed_alleles
from loaders.loco_files import read_prediction_list
from loaders.manifest import StudySpec, read_manifest
from loaders.person_tables import read_person_table
from loaders.prepare import prepare_study
from loaders.reference.positions import prepare
from loaders.tables import TableLayout, read_batches, read_header
from tests.loaders.dosages.files import write_bed, write_bimbam, write_pgen
from tests.loaders.samples import FORMAT_SAMPLES, load, make_study


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_read_header__of_lines_that_end_with_carriage_returns_alone(tmp_path: Path) -> None:
    with pytest.raises(RowError, match="carriage returns alone"):
        read_header(_write(tmp_path / "a.tsv", b"a\tb\r1\t2\r"))


def test_read_batches__refuses_zero_bytes_behind_the_header(tmp_path: Path) -> None:
    header = read_header(_write(tmp_path / "a.tsv", b"a\tb\n1\t2\nrs\x001\t2\n"))
    with pytest.raises(RowError, match="zero bytes in the line that starts with 'rs'"):
        list(read_batches(header))


def test_read_batches__takes_quotes_that_are_no_csv_and_counts_every_row(tmp_path: Path) -> None:
    text = b'a,b\n1,"x" [y]\n2,"u,v"\n3,"w" z,4\n'
    header = read_header(_write(tmp_path / "a.csv", text), TableLayout())
    (batch,) = read_batches(header)
    assert batch.frame.select("a", "b").rows() == [("1", "x [y]"), ("2", "u,v")]
    assert (batch.n_rows, batch.ragged_rows) == (3, (3,))


def test_prepare_study__a_negative_standard_error_is_none(tmp_path: Path) -> None:
    text = FORMAT_SAMPLES["gwas-ssf"].text().replace("\t0.1\t", "\t-0.1\t")
    _, table = load(make_study(_write(tmp_path / "a.tsv", text.encode())), tmp_path)
    assert table["standard_error"].to_list() == [None]
    assert table["z_score"][0] > 0


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ('"' + "x" * 4000 + '"', "a path must be one that the system can have.*too long"),
        ('"~nobody-has-this-name/x"', "a path must be one that the system can have"),
    ],
)
def test_read_manifest__of_a_path_that_cannot_be(tmp_path: Path, path: str, message: str) -> None:
    manifest = tmp_path / "studies.toml"
    manifest.write_text(f'[[study]]\nid = "a"\nkind = "gwas"\npath = {path}\n')
    with pytest.raises(ManifestError, match=message):
        read_manifest(manifest)


def test_read_prediction_list__of_nothing_and_of_endless_names(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="must name a trait and its file"):
        read_prediction_list(_write(tmp_path / "a.list", b"\n"))
    with pytest.raises(FormatError, match="the predictions of height must exist"):
        read_prediction_list(_write(tmp_path / "a.list", b"height " + b"A" * 4000 + b"\n"))


def test_read_sumstats__short_rows_infinite_numbers_and_nameless_snps(tmp_path: Path) -> None:
    head, row = b"SNP\tA1\tA2\tZ\tN\n", b"rs1\tA\tG\t1\t10\n"
    with pytest.raises(RowError, match=r"as many fields as the header, 5.*:3"):
        read_sumstats(_write(tmp_path / "a", head + row + b"rs2\tA\n"))
    with pytest.raises(RowError, match=r"N must be finite.*seen: inf; in .*:3"):
        read_sumstats(_write(tmp_path / "a", head + row + b"rs2\tA\tG\t1\tinf\n"))
    with pytest.raises(RowError, match=r"every row must have a SNP.*:3"):
        read_sumstats(_write(tmp_path / "a", head + row + b"\tA\tG\t1\t10\n"))


def test_tables_of_a_header_alone__are_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="a header alone"):
        read_frq(_write(tmp_path / "a.frq", b"SNP\tMAF\n"))
    with pytest.raises(FormatError, match="a header alone"):
        read_annot(_write(tmp_path / "a.annot", b"CHR\tBP\tSNP\tCM\tbase\n"))
    with pytest.raises(FormatError, match="a header alone"):
        read_ld_scores(_write(tmp_path / "a.l2.ldscore", b"CHR\tSNP\tBP\tL2\n"))
    with pytest.raises(FormatError, match="a header alone"):
        read_listed_alleles(_write(tmp_path / "a.snplist", b"SNP\tA1\tA2\n"))


def test_read_annot__needs_its_places(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="the table must have the column BP"):
        read_annot(_write(tmp_path / "a.annot", b"CHR\tSNP\tCM\tbase\n1\trs1\t0\t1\n"))


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (b"", FormatError, "a gene set must have genes"),
        (b"<html>\n", RowError, r"a line of a \.gmt must hold a name, a description and genes.*mine\.gmt:1"),
        (b"immune\tx\tENSG00000000009\n", FormatError, r"at least one gene with a place.*mine\.gmt"),
    ],
)
def test_gene_sets__name_file_and_line(tmp_path: Path, text: bytes, error: type[LoadError], message: str) -> None:
    genes = _write(tmp_path / "genes.tsv", b"gene\tchr\tstart\tend\nENSG00000000001\t1\t1000\t2000\n")
    sets = _write(tmp_path / "mine.gmt", text)
    spec = StudySpec("mine", "annotation", (sets, genes), build="GRCh37")
    with pytest.raises(error, match=message):
        prepare_study(spec, reference_build="GRCh37", folder=tmp_path / "out")


def test_ld_panel__of_a_bim_with_a_line_that_is_no_variant(tmp_path: Path) -> None:
    bed = write_bed(tmp_path)
    bim = bed.with_suffix(".bim")
    bim.write_bytes(bim.read_bytes() + b"\x0c\n")
    spec = StudySpec("panel", "ld_panel", (bed,), build="GRCh37", panel="x")
    with pytest.raises(FormatError, match="a line a variant and no others"):
        prepare_study(spec, reference_build="GRCh37", folder=tmp_path / "out")


def test_open_dosages__of_lines_that_are_broken(tmp_path: Path) -> None:
    geno = write_bimbam(tmp_path)
    geno.write_text(geno.read_text().replace("rs3", ""))
    with pytest.raises(RowError, match=r"each line must have a SNP's id.*:3"):
        open_dosages(geno)
    pgen = write_pgen(tmp_path)
    pvar = pgen.with_suffix(".pvar")
    pvar.write_text(pvar.read_text().replace("rs2\t", "rs2\tx\ty\t"))
    with pytest.raises(RowError, match=r"each line of a \.pvar must have the fields of its header"):
        open_dosages(pgen)


def test_read_person_table__in_another_encoding(tmp_path: Path) -> None:
    with pytest.raises(RowError, match=r"text in UTF-8.*0xe9.*a\.txt:2"):
        read_person_table(_write(tmp_path / "a.txt", "FID IID x\nf Zoé 1\n".encode("latin-1")))


def test_ld_panel__of_a_bim_without_alleles(tmp_path: Path) -> None:
    bed = write_bed(tmp_path)
    bim = bed.with_suffix(".bim")
    bim.write_text("".join("\t".join(line.split()[:4]) + "\n" for line in bim.read_text().splitlines()))
    spec = StudySpec("panel", "ld_panel", (bed,), build="GRCh37", panel="x")
    with pytest.raises(FormatError, match="six columns"):
        prepare_study(spec, reference_build="GRCh37", folder=tmp_path / "out")


@pytest.mark.parametrize("prefixes", ["a.,", ",a.", "a.,,b.", ","])
def test_read_cell_type_list__with_a_prefix_that_is_not_named(tmp_path: Path, prefixes: str) -> None:
    path = _write(tmp_path / "cells.ldcts", f"Liver\tl.\nBlood\t{prefixes}\n".encode())
    with pytest.raises(FormatError, match=r"every prefix of a cell type must be named.*cells\.ldcts:2"):
        read_cell_type_list(path)


def test_positions__take_no_frequency_that_is_no_share(tmp_path: Path) -> None:
    rows = ("rs1\t1\t100\t0.2", "rs2\t1\t200\t1e6", "rs3\t1\t300\t-0.1")
    text = "\n".join(("rsid\tchromosome\tposition_bp\tminor_allele_frequency", *rows, "")).encode()
    spec = StudySpec("places", "positions", (_write(tmp_path / "places.tsv", text),), build="GRCh37")
    table, report = prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")
    assert pl.read_parquet(table)["minor_allele_frequency"].to_list() == [0.2, None, None]
    assert (report.written, report.flagged) == (3, {"frequency_not_used": 2})

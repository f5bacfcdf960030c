"""Annotations from single files: BED intervals and gene sets, without a manifest."""

import gzip
from pathlib import Path

import pytest

from loaders.errors import BuildError, FormatError, RefusedRowsError
from loaders.reference.annotation_paths import is_bed_name, read_bed_path, read_gene_set_path
from tests.loaders.ldsc.inputs import write

BED = "track name=x\nchr1\t99\t200\tactive\nchr2\t0\t10\tquiet\nchrUn_gl1\t0\t5\tno\n"
GENES = "GENE CHR START END\nENSG00000000001 chr1 500 600\nENSG00000000002 chr2 1000 1100\n"


@pytest.mark.parametrize("ending", [".bed", ".bed.gz", ".BED"])
def test_read_bed_path__is_one_annotation_named_as_the_file(tmp_path, ending):
    path = tmp_path / f"open.chromatin{ending}"
    path.write_bytes(gzip.compress(BED.encode()) if ending.endswith("gz") else BED.encode())
    found = read_bed_path(path, build="GRCh37")
    assert found.intervals.rows() == [("open.chromatin", "1", 100, 200), ("open.chromatin", "2", 1, 10)]
    assert (found.n_read, found.n_placed) == (3, 2)
    assert read_bed_path(path, build=None).intervals.equals(found.intervals)


def test_read_bed_path__refuses_genotypes(tmp_path):
    path = tmp_path / "panel.bed"
    path.write_bytes(bytes([0x6C, 0x1B, 0x01, 0xFF]))
    with pytest.raises(FormatError, match=r"BED file of intervals.*seen: PLINK genotypes.*in .*panel.bed; give the"):
        read_bed_path(path, build=None)


def test_read_bed_path__refuses_lines_that_are_no_intervals(tmp_path):
    path = write(tmp_path / "a.bed", "chr1\t9\t20\nchr1\t30\t20\nchr1\t0\t249250622\n")
    with pytest.raises(RefusedRowsError, match=r"seen: 2 of 3 rows, such as 2, 3: the interval is empty.*another"):
        read_bed_path(path, build="GRCh37")
    with pytest.raises(RefusedRowsError, match=r"seen: 1 of 3 rows, such as 2"):
        read_bed_path(path, build=None)


def test_read_bed_path__refuses_a_file_of_scaffolds(tmp_path):
    with pytest.raises(FormatError, match=r"must have an interval on chromosome 1 to 22.*seen: 1 lines"):
        read_bed_path(write(tmp_path / "a.bed", "scaffold_12\t9\t20\n"), build=None)


def test_read_bed_path__refuses_another_build(tmp_path):
    path = write(tmp_path / "a.bed", "#genome build hg38\nchr1\t9\t20\n")
    with pytest.raises(BuildError, match=r"seen: GRCh38 in the header lines; the panel is in GRCh37; in .*a.bed"):
        read_bed_path(path, build="GRCh37")
    assert read_bed_path(path, build=None).intervals.height == 1


@pytest.mark.parametrize(("window_bp", "expected"), [(10, (490, 610)), (0, (500, 600))])
def test_read_gene_set_path__has_windows(tmp_path, window_bp, expected):
    path = write(tmp_path / "brain.GeneSet", "ENSG00000000001.5\nENSG00000000009\n")
    genes = write(tmp_path / "genes.tsv", GENES)
    found = read_gene_set_path(path, genes=genes, build=None, window_bp=window_bp)
    assert found.intervals.rows() == [("brain", "1", *expected)]
    assert (found.n_read, found.n_placed) == (2, 1)


def test_read_gene_set_path__of_a_gmt_has_one_annotation_a_line(tmp_path):
    path = write(tmp_path / "a.gmt", "one\tx\tENSG00000000001\ntwo\tx\tENSG00000000002\n")
    found = read_gene_set_path(path, genes=write(tmp_path / "genes.tsv", GENES), build="GRCh37")
    assert found.intervals["name"].to_list() == ["one", "two"]


def test_read_gene_set_path__asks_for_the_genes_places(tmp_path):
    path = write(tmp_path / "brain.GeneSet", "ENSG00000000001\n")
    with pytest.raises(FormatError, match=r"places of its genes; seen: no gene coordinates; in .*--genes FILE"):
        read_gene_set_path(path, genes=None, build=None)


def test_is_bed_name__by_the_ending():
    assert [is_bed_name(Path(name)) for name in ("a.bed", "a.bed.gz", "a.annot", ".bed")] == [
        True, True, False, False
    ]  # fmt: skip

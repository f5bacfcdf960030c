import pytest

from loaders.errors import FormatError
from loaders.manifest import StudySpec
from loaders.reference.annotation import prepare
from tests.loaders.ldsc.inputs import write
from tests.loaders.reference.studies import read_rows

COORDINATES = "GENE CHR START END\nENSG00000000001 chr1 500 600\nENSG00000000002 chr2 1000 1100\n"
COLUMNS = ("annotation_id", "chromosome", "start_bp", "end_bp")


def prepare_set(tmp_path, *paths, **settings):
    spec = StudySpec(**{"id": "test", "kind": "annotation", "paths": paths, "build": "GRCh37", **settings})
    return prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")


@pytest.mark.parametrize(("window_bp", "expected"), [(10, (490, 610)), (0, (500, 600)), (None, (1, 100_600))])
def test_prepare__gene_set_with_windows(tmp_path, window_bp, expected):
    genes = write(tmp_path / "mine.GeneSet", "ENSG00000000001.5\nENSG00000000009\n")
    table, report = prepare_set(tmp_path, genes, write(tmp_path / "genes.tsv", COORDINATES), window_bp=window_bp)
    assert read_rows(table, *COLUMNS) == [("test/mine", "1", *expected)]
    assert (report.read, report.written, report.skipped) == (2, 1, {"not_placed": 1})


def test_prepare__gmt_has_one_annotation_a_line(tmp_path):
    sets = write(tmp_path / "a.gmt", "one x ENSG00000000001\ntwo x ENSG00000000001 ENSG00000000002\n")
    table, _ = prepare_set(tmp_path, sets, write(tmp_path / "genes.tsv", COORDINATES), window_bp=0)
    assert [row[0] for row in read_rows(table, *COLUMNS)] == ["test/one", "test/two", "test/two"]


def test_prepare__gene_set_without_coordinates(tmp_path):
    with pytest.raises(FormatError, match=r"one file of gene coordinates.*1 gene sets .*, 0 other files"):
        prepare_set(tmp_path, write(tmp_path / "mine.GeneSet", "ENSG00000000001\n"))

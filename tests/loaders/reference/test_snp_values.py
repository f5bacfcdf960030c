import pytest

from loaders.errors import BuildError, FormatError
from loaders.manifest import StudySpec
from loaders.reference.annotation import prepare
from tests.loaders.ldsc.inputs import write
from tests.loaders.reference.studies import read_rows

ANNOT = """
CHR BP SNP CM base in score
1 10 rs1 0 1 1 0.5
1 10 rs2 0 1 0 -2
1 20 rs3 0 1 0 0
Q 5 rs4 0 1 1 1
1 0 rs5 0 1 1 1
"""
COLUMNS = ("annotation_id", "chromosome", "start_bp", "end_bp", "value", "rsid")


def study(tmp_path, *paths, **settings):
    return StudySpec(**{"id": "test", "kind": "annotation", "paths": paths, "build": "GRCh37", **settings})


def test_prepare__annot_values_of_snps(tmp_path):
    spec = study(tmp_path, write(tmp_path / "a.annot.gz", ANNOT))
    table, report = prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")
    assert read_rows(table, *COLUMNS) == [
        ("test/in", "1", 10, 10, None, "rs1"),
        ("test/score", "1", 10, 10, 0.5, "rs1"),
        ("test/score", "1", 10, 10, -2.0, "rs2"),
    ]
    assert (report.read, report.written, report.skipped) == (5, 2, {"no_category": 1})
    assert report.refused == {"bad_position": 1, "unknown_chromosome": 1}


def test_prepare__thin_annot_needs_its_bim(tmp_path):
    thin = write(tmp_path / "a.annot", "in\n1\n0\n")
    with pytest.raises(FormatError, match=r"thin .annot file must come with the .bim.*add a.bim"):
        prepare(study(tmp_path, thin), reference_build="GRCh37", folder=tmp_path / "out")
    bim = write(tmp_path / "a.bim", "1 rs1 0 10 A G\n1 rs2 0 20 A G\n")
    table, _ = prepare(study(tmp_path, thin, bim), reference_build="GRCh37", folder=tmp_path / "out")
    assert read_rows(table, *COLUMNS) == [("test/in", "1", 10, 10, None, "rs1")]


def test_prepare__annot_of_other_columns_kinds_and_builds(tmp_path):
    first, second = write(tmp_path / "a.annot", ANNOT), write(tmp_path / "b.annot", ANNOT.replace("score", "other"))
    folder = tmp_path / "out"
    with pytest.raises(FormatError, match="of one study must have the same columns"):
        prepare(study(tmp_path, first, second), reference_build="GRCh37", folder=folder)
    with pytest.raises(FormatError, match="must be of one kind"):
        prepare(study(tmp_path, first, write(tmp_path / "a.bed", "1 0 5\n")), reference_build="GRCh37", folder=folder)
    with pytest.raises(BuildError, match="reference build"):
        prepare(study(tmp_path, first), reference_build="GRCh38", folder=folder)

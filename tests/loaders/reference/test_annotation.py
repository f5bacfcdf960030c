import polars as pl
import pytest

from loaders.manifest import read_manifest
from loaders.reference.annotation import prepare
from tests.loaders.reference.studies import read_rows, write_study
from tests.paths import DATA

COLUMNS = ("annotation_id", "name", "chromosome", "start_bp", "end_bp")
BED = "track name=x\n#comment\nchr2\t0\t10\tenhancer\t0\t.\nchr10\t5\t6\tpromoter\t0\t.\nchr2\t20\t30\tenhancer\t0\t.\n"


def test_prepare__one_annotation_a_name(tmp_path):
    spec = write_study(tmp_path, "annotation", "states.bed.gz", BED, name_from="name")
    table, _ = prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")
    assert read_rows(table, *COLUMNS) == [
        ("test/enhancer", "enhancer", "2", 1, 10),
        ("test/enhancer", "enhancer", "2", 21, 30),
        ("test/promoter", "promoter", "10", 6, 6),
    ]


@pytest.mark.parametrize(("title", "name"), [(None, "test"), ("Conserved", "Conserved")])
def test_prepare__one_annotation_in_all(tmp_path, title, name):
    spec = write_study(tmp_path, "annotation", "a.bed", BED, title=title)
    table, _ = prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")
    assert {row[0] for row in read_rows(table, "annotation_id")} == {f"test/{name}"}


def test_prepare__rows_without_name_are_refused(tmp_path):
    spec = write_study(tmp_path, "annotation", "a.bed", "chr1\t0\t5\tA\nchr1\t5\t9\t.\n", name_from="name")
    assert prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")[1].refused == {"missing_name": 1}


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared real inputs are not here")
def test_prepare__real_chromatin_states(tmp_path):
    spec = next(s for s in read_manifest(DATA / "studies.toml").studies if s.kind == "annotation")
    table, report = prepare(spec, reference_build="GRCh37", folder=tmp_path)
    assert (report.read, report.written) == (7891, 7891)
    intervals = pl.read_parquet(table)
    assert intervals["name"].n_unique() == 13
    assert intervals.filter(pl.col("start_bp") == 1)["name"].to_list() == ["18_Quiescent/low_signal"]

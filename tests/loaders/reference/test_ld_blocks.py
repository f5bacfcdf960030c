import pytest

from loaders.errors import BuildError
from loaders.manifest import StudySpec, read_manifest
from loaders.reference.ld_blocks import prepare
from tests.loaders.reference.studies import read_rows, write_study
from tests.paths import DATA

COLUMNS = ("block_id", "chromosome", "start_bp", "end_bp")


def test_prepare__padded_header(tmp_path):
    text = "chr \t start \t stop\nchr2 \t 10 \t 20\nchr1 \t 10583 \t 1892607\nchr1 \t 1892607 \t 3582736\n"
    spec = write_study(tmp_path, "ld_blocks", "blocks.bed", text)
    table, report = prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")
    assert read_rows(table, *COLUMNS) == [
        ("GRCh37:1:10583-1892607", "1", 10584, 1892607),
        ("GRCh37:1:1892607-3582736", "1", 1892608, 3582736),
        ("GRCh37:2:10-20", "2", 11, 20),
    ]
    assert (report.read, report.written) == (3, 3)


def test_prepare__no_header(tmp_path):
    spec = write_study(tmp_path, "ld_blocks", "blocks.bed.gz", "# made by me\nchr1\t0\t20\n")
    table, _ = prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")
    assert read_rows(table, *COLUMNS) == [("GRCh37:1:0-20", "1", 1, 20)]


def test_prepare__overlaps_and_bad_rows_have_a_reason(tmp_path):
    text = "chr1\t0\t20\nchr1\t0\t20\nchr1\t19\t30\nchr1\t30\t30\nchr1\t-1\t30\nchrUn\t1\t2\nchr22\t5\t99999999\n"
    spec = write_study(tmp_path, "ld_blocks", "blocks.bed", text)
    table, report = prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")
    assert read_rows(table, "block_id") == [("GRCh37:1:0-20",)]
    assert report.refused == {"conflicting_row": 1, "bad_interval": 3}
    assert report.skipped == {"repeated_name": 1, "outside_scope": 1}


def test_prepare__other_build_than_the_store(tmp_path):
    spec = write_study(tmp_path, "ld_blocks", "blocks.bed", "chr1\t0\t20\n", build="GRCh38")
    with pytest.raises(BuildError, match=r"must be in the store's reference build.*GRCh38, the store has GRCh37"):
        prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared real inputs are not here")
def test_prepare__real_blocks(tmp_path):
    spec = next(s for s in read_manifest(DATA / "studies.toml").studies if s.kind == "ld_blocks")
    table, report = prepare(spec, reference_build="GRCh37", folder=tmp_path)
    assert (report.read, report.written) == (1703, 1703)
    assert read_rows(table, *COLUMNS)[0] == ("GRCh37:1:10583-1892607", "1", 10584, 1892607)


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared real inputs are not here")
@pytest.mark.parametrize("name", ["pyrho_EUR", "pyrho_EAS", "pyrho_AFR", "deCODE_EUR"])
def test_prepare__real_blocks_of_grch38(tmp_path, name):
    path = DATA / "open" / "annot" / f"ld_blocks_{name}_hg38.bed"
    spec = StudySpec(id=name, kind="ld_blocks", paths=(path,), build="GRCh38")
    _, report = prepare(spec, reference_build="GRCh38", folder=tmp_path)
    assert report.written == report.read > 1000

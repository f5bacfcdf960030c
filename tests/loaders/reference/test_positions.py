import polars as pl
import pytest

from loaders.errors import FormatError
from loaders.manifest import StudySpec, read_manifest
from loaders.reference.positions import SCHEMA, prepare
from tests.loaders.reference.studies import read_rows, write_study
from tests.paths import DATA

PLACE = ("rsid", "chromosome", "position_bp")
ALLELES = ("allele_1", "allele_2", "raw_allele_1", "raw_allele_2")


def test_prepare__plink_bim(tmp_path):
    text = "1\trs2\t0.5\t200\tT\tC\nchr23\trs1\t0\t100\tat\tA\n25\trs3\t0\t300\t0\tA\n1\t1:400\t0\t400\tA\tG\n"
    spec = write_study(tmp_path, "positions", "panel.bim", text)
    table, report = prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")
    assert read_rows(table, *PLACE, *ALLELES) == [
        ("rs1", "X", 100, "A", "AT", "AT", "A"),
        ("rs2", "1", 200, "A", "G", "T", "C"),
        ("rs3", "X", 300, None, None, None, "A"),
    ]
    assert (report.read, report.written, dict(report.skipped)) == (4, 3, {"filtered": 1})
    assert report.flagged == {"pseudo_autosomal": 1}
    assert pl.read_parquet(table).schema == SCHEMA


def test_prepare__bim_with_blanks(tmp_path):
    spec = write_study(tmp_path, "positions", "panel.bim", "1 rs2 0   200 T C\n1 rs1 0 100 A G\n")
    table, _ = prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")
    assert read_rows(table, *PLACE) == [("rs1", "1", 100), ("rs2", "1", 200)]


def test_prepare__vcf_sites_with_several_alternatives_and_ids(tmp_path):
    text = (
        "##fileformat=VCFv4.2\n##reference=GRCh37\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        "1\t100\trs1\tA\tC,G\t.\t.\t.\n1\t200\trs2;rs3\tA\t<DEL>\t.\t.\t.\n1\t300\t.\tA\tC\t.\t.\t.\n"
        "GL000192.1\t1\trs4\tA\tC\t.\t.\t.\n"
    )
    spec = write_study(tmp_path, "positions", "sites.vcf.gz", text, build=None)
    table, report = prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")
    assert read_rows(table, *PLACE, "allele_1", "allele_2") == [
        ("rs1", "1", 100, "A", "C"),
        ("rs1", "1", 100, "A", "G"),
        ("rs2", "1", 200, None, None),
        ("rs3", "1", 200, None, None),
    ]
    assert report.written == 2
    assert report.skipped == {"filtered": 1, "outside_scope": 1}
    assert report.flagged == {"alleles_not_used": 2}


def test_prepare__ldscore_file(tmp_path):
    text = "CHR\tSNP\tBP\tCM\tMAF\tL2\n22\trs1\t17000000\t1.5\t0.25\t12.5\n22\trs2\t17000001\t1.5\tNA\tnan\n"
    spec = write_study(tmp_path, "positions", "22.l2.ldscore.gz", text)
    table, _ = prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")
    assert read_rows(table, "rsid", "ld_score", "minor_allele_frequency") == [("rs1", 12.5, 0.25), ("rs2", None, None)]


def test_prepare__any_table_and_column_map_agree(tmp_path):
    text = "Chr,Pos,SNP\n1,100.0,rs1\n2,1e3,RS2\n"
    by_header = write_study(tmp_path, "positions", "a.csv", text)
    mapped = write_study(
        tmp_path, "positions", "b.csv", text, columns={"rsid": "SNP", "chromosome": "Chr", "position_bp": "Pos"}
    )
    tables = [
        prepare(spec, reference_build="GRCh37", folder=tmp_path / spec.paths[0].stem)[0] for spec in (by_header, mapped)
    ]
    assert [read_rows(table, *PLACE) for table in tables] == [[("rs1", "1", 100), ("rs2", "2", 1000)]] * 2


def test_prepare__conflicts_and_repeats_are_counted(tmp_path):
    text = "rsid,chromosome,position,a1,a2\n" + "".join(
        line + "\n" for line in ("rs1,1,100,A,G", "rs1,1,100,T,C", "rs1,1,101,A,G", "rs1,2,100,A,G", "rs1,1,100,A,C")
    )
    spec = write_study(tmp_path, "positions", "a.csv", text)
    table, report = prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")
    assert read_rows(table, *PLACE, "allele_1", "allele_2") == [
        ("rs1", "1", 100, "A", "G"),
        ("rs1", "1", 100, "A", "C"),
    ] or read_rows(table, "allele_2") == [("G",), ("C",)]
    assert report.skipped == {"repeated_name": 1}
    assert report.refused == {"conflicting_row": 2}
    assert report.examples["conflicting_row"] == (3, 4)


def test_prepare__every_bad_row_has_a_reason(tmp_path):
    text = "rsid,chr,pos\nrs1,1,0\nrs2,1,249250622\nrs3,1,1.5\nrs4,1,\nrs5,HSCHR6_MHC,5\n,1,5\nrs7,1,5\nrs8,1\n"
    spec = write_study(tmp_path, "positions", "a.csv", text)
    _, report = prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")
    assert report.written == 1
    assert report.refused == {"bad_position": 3, "ragged_row": 1}
    assert report.skipped == {"not_placed": 1, "outside_scope": 1, "filtered": 1}


def test_prepare__rows_of_other_builds_are_skipped(tmp_path):
    columns = {"rsid": "SNP", "chromosome": "CHR", "position_bp": "BP", "build": "BUILD"}
    text = "SNP,CHR,BP,BUILD\nrs1,1,5,hg19\nrs2,1,6,hg38\nrs3,1,7,\n"
    spec = write_study(tmp_path, "positions", "a.csv", text, columns=columns)
    table, report = prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")
    assert read_rows(table, "rsid") == [("rs1",), ("rs3",)]
    assert report.skipped == {"filtered": 1}


def test_prepare__several_files_are_counted_one_after_another(tmp_path):
    first = write_study(tmp_path, "positions", "1.bim", "1\trs1\t0\t100\tA\tG\n")
    second = write_study(tmp_path, "positions", "2.bim", "2\trs1\t0\t100\tA\tG\n2\trs2\t0\t5\tA\tG\n")
    spec = StudySpec(id="both", kind="positions", paths=first.paths + second.paths, build="GRCh37")
    table, report = prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")
    assert read_rows(table, *PLACE) == [("rs1", "1", 100), ("rs2", "2", 5)]
    assert report.examples == {"conflicting_row": (2,)}


def test_prepare__a_file_without_any_rsid_is_refused(tmp_path):
    spec = write_study(tmp_path, "positions", "a.bim", "1\t1:100\t0\t100\tA\tG\n")
    with pytest.raises(FormatError, match="must give at least one record; seen: 1 rows filtered"):
        prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared real inputs are not here")
def test_prepare__real_bim(tmp_path):
    spec = next(s for s in read_manifest(DATA / "studies.toml").studies if s.id == "g1000-eur-windows")
    table, report = prepare(spec, reference_build="GRCh37", folder=tmp_path)
    assert (report.read, report.written) == (82_448, 82_448)
    assert read_rows(table, *PLACE, *ALLELES)[0] == ("rs10000297", "4", 20391907, "A", "T", "A", "T")


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the shared real inputs are not here")
@pytest.mark.parametrize(
    ("study", "n_read", "n_written"),
    [("hapmap3-positions", 1_290_028, 1_290_028), ("omniexpress-positions", 719_024, 718_904)],
)
def test_prepare__real_tables(tmp_path, study, n_read, n_written):
    spec = next(s for s in read_manifest(DATA / "studies.toml").studies if s.id == study)
    _, report = prepare(spec, reference_build="GRCh37", folder=tmp_path)
    assert (report.read, report.written) == (n_read, n_written)

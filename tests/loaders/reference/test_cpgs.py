import polars as pl
import pytest

from loaders.errors import BuildError
from loaders.manifest import read_manifest
from loaders.reference.cpgs import SCHEMA, prepare
from tests.loaders.reference.studies import read_rows, write_study
from tests.paths import DATA

PREAMBLE = "".join(
    line + ",,,,\n"
    for line in (
        "Illumina, Inc.",
        "[Heading]",
        "Descriptor File Name,HumanMethylation450_15017482_v1-2.bpm",
        "Assay Format,Infinium 2",
        "Date Manufactured,5/10/2012",
        "Loci Count ,485577",
        "[Assay]",
    )
)
HEADER = (
    "IlmnID,Name,Genome_Build,CHR,MAPINFO,Chromosome_36,Coordinate_36,Strand,Probe_SNPs,UCSC_CpG_Islands_Name,"
    "Relation_to_UCSC_CpG_Island,{enhancer}\n"
)
ROWS = (
    "cg2,cg2,37,16,53468112,16,52025613,F,,chr16:53468284-53469209,N_Shore,\n"
    "cg1,cg1,37,3,37459206,3,37434210,R,rs9857774,,,TRUE\n"
    "rs10033147,rs10033147,37,,,,,,,,,\n"
    "ch.1.1F,ch.1.1F,37,1,,,,F,,,,\n"
)
CONTROLS = "[Controls],,,,\n21630339,STAINING,-99,DNP(20),\n"


@pytest.mark.parametrize("enhancer", ["Enhancer", "450k_Enhancer", "Methyl450_Enhancer"])
def test_prepare__illumina_manifest(tmp_path, enhancer):
    text = PREAMBLE + HEADER.format(enhancer=enhancer) + ROWS + CONTROLS
    spec = write_study(tmp_path, "cpgs", "manifest.csv", text, array="HumanMethylation450")
    table, report = prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")
    assert read_rows(table, *SCHEMA) == [
        ("cg1", "3", 37459206, "-", None, "OpenSea", "rs9857774", True, "HumanMethylation450"),
        ("cg2", "16", 53468112, "+", "chr16:53468284-53469209", "N_Shore", None, False, "HumanMethylation450"),
    ]
    assert (report.read, dict(report.skipped)) == (4, {"outside_scope": 1, "not_placed": 1})


def test_prepare__epic_snp_column(tmp_path):
    text = PREAMBLE + HEADER.format(enhancer="450k_Enhancer").replace("Probe_SNPs", "SNP_ID") + ROWS + CONTROLS
    spec = write_study(tmp_path, "cpgs", "manifest.csv", text, format="illumina-manifest")
    table, _ = prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")
    assert read_rows(table, "snp_in_probe") == [("rs9857774",), (None,)]


def test_prepare__rows_of_another_build_are_refused(tmp_path):
    text = PREAMBLE + HEADER.format(enhancer="Enhancer") + ROWS + ROWS.replace("37,16", "36,16").replace("cg", "cg9")
    spec = write_study(tmp_path, "cpgs", "manifest.csv", text)
    _, report = prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")
    assert report.refused == {"unknown_build": 1}


def test_prepare__manifest_of_another_build(tmp_path):
    text = PREAMBLE + HEADER.format(enhancer="Enhancer") + ROWS.replace(",37,", ",38,")
    spec = write_study(tmp_path, "cpgs", "manifest.csv", text)
    with pytest.raises(BuildError, match="2 of 2 rows name another build in the file, build = 'GRCh37'"):
        prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")


def test_prepare__every_bad_row_has_a_reason(tmp_path):
    text = "cpg,chr,pos\ncg1,chr1,10\ncg1,chr1,10\n,chr1,5\ncg3,chrUn,5\ncg4,chr21,48129896\ncg5,1,x\n"
    spec = write_study(tmp_path, "cpgs", "cpgs.csv", text)
    table, report = prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")
    assert read_rows(table, "cpg", "island_relation", "is_enhancer") == [("cg1", "OpenSea", None)]
    assert report.skipped == {"repeated_name": 1}
    assert report.refused == {"missing_name": 1, "unknown_chromosome": 1, "bad_position": 2}


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the shared real inputs are not here")
def test_prepare__real_table(tmp_path):
    spec = next(s for s in read_manifest(DATA / "studies.toml").studies if s.kind == "cpgs")
    table, report = prepare(spec, reference_build="GRCh37", folder=tmp_path)
    assert (report.read, report.written) == (485_512, 485_512)
    row = pl.read_parquet(table).row(by_predicate=pl.col("cpg") == "cg00050873", named=True)
    assert (row["chromosome"], row["position_bp"], row["strand"], row["island_relation"]) == (
        "Y",
        9_363_356,
        "-",
        "N_Shore",
    )

import polars as pl
import pytest

from loaders.errors import BuildError
from loaders.manifest import read_manifest
from loaders.reference.genes import SCHEMA, gene_id_expression, prepare
from tests.loaders.reference.studies import read_rows, write_study
from tests.paths import DATA

GTF = """##description: evidence-based annotation of the human genome (GRCh37), version 19 (Ensembl 74)
##provider: GENCODE
chr1\tHAVANA\tgene\t11869\t14412\t.\t+\t.\tgene_id "ENSG00000223972.4"; gene_type "pseudogene"; gene_name "DDX11L1";
chr1\tHAVANA\ttranscript\t11869\t14409\t.\t+\t.\tgene_id "ENSG00000223972.4"; transcript_id "ENST00000456328.2";
chrX\tHAVANA\tgene\t170410\t172712\t.\t-\t.\tgene_id "ENSG00000228572.2"; gene_type "lincRNA"; gene_name "LL0YNC03";
chrY\tHAVANA\tgene\t120410\t122712\t.\t-\t.\tgene_id "ENSG00000228572.2_PAR_Y"; gene_type "lincRNA";
chrY\tHAVANA\tgene\t200\t300\t.\t-\t.\tgene_id "ENSGR0000182378.8"; gene_type "protein_coding"; gene_name "PLCXD1";
"""


def test_prepare__gencode_gtf(tmp_path):
    spec = write_study(tmp_path, "genes", "gencode.gtf.gz", GTF)
    table, report = prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")
    assert read_rows(table, "gene", "symbol", "chromosome", "start_bp", "end_bp", "tss_bp", "strand", "biotype") == [
        ("ENSG00000223972", "DDX11L1", "1", 11869, 14412, 11869, "+", "pseudogene"),
        ("ENSG00000228572", "LL0YNC03", "X", 170410, 172712, 172712, "-", "lincRNA"),
        ("ENSG00000182378_PAR_Y", "PLCXD1", "Y", 200, 300, 300, "-", "protein_coding"),
        ("ENSG00000228572_PAR_Y", None, "Y", 120410, 122712, 122712, "-", "lincRNA"),
    ]
    assert (report.read, report.written, dict(report.skipped)) == (5, 4, {"outside_scope": 1})
    assert pl.read_parquet(table).schema == SCHEMA


def test_prepare__gtf_without_manifest_build_takes_its_own(tmp_path):
    spec = write_study(tmp_path, "genes", "gencode.gtf", GTF, build=None)
    assert prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")[1].written == 4


def test_prepare__gtf_of_another_build(tmp_path):
    spec = write_study(tmp_path, "genes", "gencode.gtf.gz", GTF.replace("GRCh37", "GRCh38"))
    with pytest.raises(BuildError, match=r"GRCh38 in the file's header lines, build = 'GRCh37' in the manifest"):
        prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")


def test_prepare__one_row_an_id_primary_chromosomes_first(tmp_path):
    text = (
        "gene,symbol,chromosome,start,end,strand\nENSG1.2,A,HG1_PATCH,5,9,1\nENSG1.1,A,2,50,90,-1\nENSG1,B,2,1,2,1\n"
        "ENSG2,C,HSCHR6_MHC_COX,7,8,1\n,D,1,1,2,1\nENSG3,E,1,9,2,1\nENSG4,F,,,,\n"
    )
    spec = write_study(tmp_path, "genes", "genes.csv", text.replace("ENSG", "ENSG0000000000"))
    table, report = prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")
    rows = {row[0][-1]: row[1:] for row in read_rows(table, "gene", "symbol", "chromosome", "start_bp", "tss_bp")}
    assert rows == {"1": ("A", "2", 50, 90), "2": ("C", None, None, None), "4": ("F", None, None, None)}
    assert report.skipped == {"repeated_name": 2}
    assert report.refused == {"missing_name": 1, "bad_interval": 1}
    assert report.flagged == {"unplaced": 2}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ENSG00000000003.14", "ENSG00000000003"),
        ("ENSG00000228572.2_PAR_Y", "ENSG00000228572_PAR_Y"),
        ("ENSGR0000182378.8", "ENSG00000182378_PAR_Y"),
        ("ENSMUSG00000051951.5", "ENSMUSG00000051951"),
        ("AC004.1", "AC004.1"),
    ],
)
def test_gene_id_expression(text, expected):
    assert pl.DataFrame({"gene": [text]}).select(gene_id_expression(pl.col("gene"))).item() == expected


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared real inputs are not here")
def test_prepare__real_table(tmp_path):
    spec = next(s for s in read_manifest(DATA / "studies.toml").studies if s.kind == "genes")
    table, report = prepare(spec, reference_build="GRCh37", folder=tmp_path)
    assert (report.read, report.written) == (66_978, 63_677)
    genes = pl.read_parquet(table)
    assert genes["gene"].is_unique().all()
    tspan6 = genes.row(by_predicate=pl.col("gene") == "ENSG00000000003", named=True)
    assert (tspan6["symbol"], tspan6["chromosome"], tspan6["tss_bp"]) == ("TSPAN6", "X", 99_894_988)

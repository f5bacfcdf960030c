import polars as pl
import pytest

from loaders.errors import BuildError, FormatError
from loaders.reference.formats import CPGS, GENES, POSITIONS
from loaders.reference.source import check_build, open_sources, stream_batches
from loaders.report import RowLedger
from tests.loaders.reference.studies import write_study


def test_open_sources__unknown_format(tmp_path):
    spec = write_study(tmp_path, "positions", "a.bim", "1\trs1\t0\t5\tA\tG\n", format="plink-bin")
    with pytest.raises(FormatError, match=r"seen: 'plink-bin'.*did you mean plink-bim\? Known: plink-bim, vcf"):
        open_sources(spec, POSITIONS)


def test_open_sources__renamed_column(tmp_path):
    columns = {"rsid": "SNP", "chromosome": "CHR", "position_bp": "POS"}
    spec = write_study(tmp_path, "positions", "a.csv", "SNP,CHR,POSN\nrs1,1,5\n", columns=columns)
    with pytest.raises(FormatError, match=r"no position_bp among SNP, CHR, POSN.*did you mean POSN\?"):
        open_sources(spec, POSITIONS)


@pytest.mark.parametrize(
    ("name", "text", "formats", "expected"),
    [
        ("a.BIM", "1\trs1\t0\t5\tA\tG\n", POSITIONS, "plink-bim"),
        ("a.vcf", "#CHROM\tPOS\tID\tREF\tALT\n", POSITIONS, "vcf"),
        ("a.tsv", "snp\tchr\tbp\n", POSITIONS, "table"),
        ("a.csv", "Illumina\n[Assay],,\nIlmnID,CHR,MAPINFO\n", CPGS, "illumina-manifest"),
        ("a.csv", "cpg,chr,pos\n", CPGS, "table"),
        ("a.tsv", "gene\n", GENES, "table"),
    ],
)
def test_open_sources__recognised(tmp_path, name, text, formats, expected):
    (source,) = open_sources(write_study(tmp_path, "any", name, text), formats)
    assert source.format.name == expected


def test_stream_batches__trims_and_blanks_missing_texts(tmp_path):
    spec = write_study(tmp_path, "positions", "a.csv", "snp,chr,pos\n rs1 ,NA,.\nrs2,-,5\n", missing=("-",))
    ledger = RowLedger("test", "positions")
    (batch,) = stream_batches(open_sources(spec, POSITIONS), spec, ledger)
    assert batch.select("rsid", "chromosome", "position_bp").rows() == [("rs1", None, None), ("rs2", None, "5")]
    assert ledger.n_read == 2


def test_stream_batches__keep_filters_rows(tmp_path):
    spec = write_study(
        tmp_path, "positions", "a.csv", "snp,chr,pos,ok\nrs1,1,5,yes\nrs2,1,6,no\n", keep={"ok": ("yes",)}
    )
    ledger = RowLedger("test", "positions")
    (batch,) = stream_batches(open_sources(spec, POSITIONS), spec, ledger)
    assert batch["rsid"].to_list() == ["rs1"]
    ledger.write(1)
    assert ledger.report().skipped == {"filtered": 1}


def test_stream_batches__reports_bytes(tmp_path):
    spec = write_study(tmp_path, "positions", "a.csv", "snp,chr,pos\nrs1,1,5\n")
    seen = []
    list(stream_batches(open_sources(spec, POSITIONS), spec, RowLedger("a", "b"), lambda *told: seen.append(told)))
    assert seen[-1] == (20, 20, "test")


def test_stream_batches__parquet_types_become_text(tmp_path):
    path = tmp_path / "a.parquet"
    pl.DataFrame({"SNP": ["rs1"], "CHR": [1.0], "BP": [5]}).write_parquet(path)
    spec = write_study(tmp_path, "positions", "unused", "", paths=(path,))
    (batch,) = stream_batches(open_sources(spec, POSITIONS), spec, RowLedger("a", "b"))
    assert batch.select("chromosome", "position_bp").row(0) == ("1.0", "5")


def test_check_build__none_stated(tmp_path):
    spec = write_study(tmp_path, "positions", "a.csv", "snp,chr,pos\n", build=None)
    with pytest.raises(BuildError, match="must state the genome build of its places"):
        check_build(spec, open_sources(spec, POSITIONS), "GRCh37", must_match=False)


def test_check_build__header_against_manifest(tmp_path):
    spec = write_study(tmp_path, "positions", "a.vcf", "##reference=hg38\n#CHROM\tPOS\tID\tREF\tALT\n")
    with pytest.raises(BuildError, match="GRCh38 in the file's header lines, build = 'GRCh37' in the manifest"):
        check_build(spec, open_sources(spec, POSITIONS), "GRCh37", must_match=False)


def test_check_build__other_than_the_store(tmp_path):
    spec = write_study(tmp_path, "genes", "a.csv", "gene\n", build="GRCh38")
    sources = open_sources(spec, GENES)
    assert check_build(spec, sources, "GRCh37", must_match=False) == "GRCh38"
    with pytest.raises(BuildError, match="GRCh38, the store has GRCh37"):
        check_build(spec, sources, "GRCh37", must_match=True)

"""Lists of ids by place: .bim files, LD scores, tables."""

import gzip

import polars as pl
import pytest

from loaders.errors import BuildError, FormatError
from loaders.ldsc.munge import MungeOptions, munge
from loaders.ldsc.munge_ids import NOT_IN_ID_LIST, munge_by_place
from loaders.reference.rsid_lists import read_rsid_list
from tests.loaders.ldsc.inputs import BOLT, needs_shared, write

BIM = "chr1 rs1 0 100 A G\n1 rs2 0 100 A C\n1 rs3 0 200 T C\n1 rs3b 0 200 G A\n1 . 0 300 A G\n"


def test_read_rsid_list__of_a_bim_has_places_and_pairs(tmp_path):
    ids = read_rsid_list(write(tmp_path / "a.bim", BIM), build="hg19")
    assert ids.table.select("rsid", "chromosome", "position_bp", "pair").rows() == [
        ("rs1", "1", 100, "A:G"),
        ("rs2", "1", 100, "A:C"),
        ("rs3", "1", 200, "A:G"),  # rs3b is the same variant on the other strand: the first stands
    ]
    assert (ids.has_alleles, ids.source) == (True, str(tmp_path / "a.bim"))


def test_read_rsid_list__of_a_table_and_of_parquet(tmp_path):
    rows = {"SNP": ["rs1"], "CHR": ["1"], "BP": [100], "A1": ["t"], "A2": ["c"]}
    pl.DataFrame(rows).write_parquet(tmp_path / "a.parquet")
    table = write(tmp_path / "a.snplist", "SNP CHR BP A1 A2\nrs1 1 100 t c\n")
    for path in (tmp_path / "a.parquet", table):
        assert read_rsid_list(path, build="GRCh37").table.rows() == [("rs1", "1", 100, "A:G")]


def test_read_rsid_list__of_ld_scores_without_alleles_takes_places_of_one_snp(tmp_path):
    for chromosome, rows in (("1", "1 rs1 100 1\n1 rs2 100 2\n1 rs3 200 3"), ("2", "2 rs4 100 1")):
        write(tmp_path / f"ld.{chromosome}.l2.ldscore.gz", f"CHR SNP BP L2\n{rows}\n")
    for prefix in ("ld.", "ld.@"):
        ids = read_rsid_list(tmp_path / prefix, build="GRCh37")
        assert ids.table["rsid"].to_list() == ["rs3", "rs4"]
        assert not ids.has_alleles


def test_read_rsid_list__refuses_what_is_no_list(tmp_path):
    with pytest.raises(FormatError, match=r"a list of ids must have SNPs with a place; seen: 1 rows, none with id"):
        read_rsid_list(write(tmp_path / "a.bim", "1 . 0 300 A G\n"), build="GRCh37")
    with pytest.raises(FormatError, match=r"a prefix must name files that exist"):
        read_rsid_list(tmp_path / "nothing", build="GRCh37")
    with pytest.raises(BuildError, match=r"on their chromosome in GRCh37; seen: 1 beyond its end, such as rs9 at 22:6"):
        read_rsid_list(write(tmp_path / "b.bim", "22 rs9 0 60000000 A G\n"), build="GRCh37")
    with pytest.raises(BuildError, match=r"a genome build must be one of"):
        read_rsid_list(tmp_path / "b.bim", build="mine")


@needs_shared
def test_read_rsid_list__names_a_real_gwas_as_its_own_ids_do(tmp_path):
    """Of a real GWAS whose ids are taken away, rows get back the ids of the panel, and the same z."""
    lines = gzip.decompress((BOLT / "bolt.sumstats.txt.gz").read_bytes()).decode().splitlines()
    bare = tmp_path / "bare.txt"
    bare.write_text("\n".join(line.partition("\t")[2] for line in lines) + "\n", encoding="utf-8")
    options = MungeOptions(n=327_209, build="GRCh37")
    prefix = BOLT / "plink" / "1000G.subset."
    found = munge_by_place(bare, options, lambda build: read_rsid_list(prefix, build=build))
    whole = munge(BOLT / "bolt.sumstats.txt.gz", options)
    bims = "".join((BOLT / "plink" / f"1000G.subset.{number}.bim").read_text() for number in range(1, 23))
    in_panel = whole.table.filter(pl.col("SNP").is_in([line.split()[1] for line in bims.splitlines()]))
    joined = found.table.join(whole.table, on="SNP", how="inner", suffix="_own", maintain_order="left")
    assert found.table.height - joined.height < 0.005 * found.table.height  # ids that dbSNP merged
    assert joined.height >= 0.999 * in_panel.height > 50_000
    assert joined.select((pl.col("Z") == pl.col("Z_own")).all(), (pl.col("A1") == pl.col("A1_own")).all()).row(0) == (
        True,
        True,
    )
    assert NOT_IN_ID_LIST not in found.ledger

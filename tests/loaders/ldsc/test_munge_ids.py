"""Munging of GWAS without rsids: rows are named by place and alleles, and each that is not is counted once."""

import polars as pl
import pytest

from loaders.errors import BuildError, FormatError
from loaders.ldsc.munge import MungeOptions, munge
from loaders.ldsc.munge_ids import NOT_IN_ID_LIST, PlacedIds, lacks_ids, munge_by_place, plan_by_place
from loaders.tables import read_header
from tests.loaders.ldsc.inputs import write

HEADER = "CHR BP A1 A2 BETA P N"
IDS = PlacedIds(
    pl.DataFrame(
        [
            ("rs1", "1", 100, "A:G"),
            ("rs2", "1", 200, "A:C"),
            ("rs3", "1", 300, "A:G"),
            ("rs3c", "1", 300, "A:C"),
            ("rs4", "X", 400, "A:G"),
        ],
        schema=["rsid", "chromosome", "position_bp", "pair"],
        orient="row",
    ),
    has_alleles=True,
    source="list.bim",
)
BUILD = {"build": "GRCh37", "minimum_n": 0.0, "checks_median": False}


def name_lines(tmp_path, lines, *, header=HEADER, ids=IDS, **options):
    path = write(tmp_path / "gwas.txt.gz", "\n".join([header, *lines]))
    return munge_by_place(path, MungeOptions(**{**BUILD, **options}), lambda _: ids)


def test_munge_by_place__swaps_and_strands_are_one_snp_and_keep_their_effect(tmp_path):
    lines = [
        "1 100 A G 0.1 0.5 9",
        "chr1 200 G T 0.1 0.5 9",  # the other strand of C/A, alleles swapped against the list
        "1 300.0 T C -0.1 0.5 9",
        "23 400 G A 0.1 0.5 9",
    ]
    found = name_lines(tmp_path, lines)
    assert found.table.select("SNP", "A1", "A2").rows() == [
        ("rs1", "A", "G"), ("rs2", "G", "T"), ("rs3", "T", "C"), ("rs4", "G", "A")
    ]  # fmt: skip
    assert (found.table["Z"] > 0).to_list() == [True, True, False, True]
    assert (found.n_read, found.n_written, found.ledger) == (4, 4, {})
    assert found.facts.notes[-1] == "4 of 4 rows were named from list.bim by place and alleles (GRCh37)"
    assert found.table.columns == ["SNP", "A1", "A2", "Z", "N"]


def test_munge_by_place__every_row_that_is_not_named_has_one_reason(tmp_path):
    lines = [
        "1 100 A G 0.1 0.5 9",
        "1 100 A C 0.1 0.5 9",  # other alleles at a known place
        "1 101 A G 0.1 0.5 9",
        "1 NA A G 0.1 0.5 9",
        "Un 100 A G 0.1 0.5 9",
        "1 100.5 A G 0.1 0.5 9",
        "1 300 A G 0.1 0.5 9",  # both of a multi-allelic place
        "1 300 C A 0.1 0.5 9",
        "1 100 C T 0.1 0.5 9",  # the first row's SNP once more
        "1 200 A C 0.1 7 9",
        "1 200 A C small 0.1 9",
        "1 200 A C 0.1",
    ]
    found = name_lines(tmp_path, lines)
    assert found.table["SNP"].to_list() == ["rs1", "rs3", "rs3c"]
    assert found.ledger == {
        "ragged_row": 1, NOT_IN_ID_LIST: 5, "unreadable_number": 1, "bad_p": 1, "repeated_rsid": 1
    }  # fmt: skip
    assert found.n_read == found.n_written + sum(found.ledger.values()) == 12


@pytest.mark.parametrize("wanted", ["1:100:A:G", "chr1_100_G_A", "1:100", "hg19_chr1:100"])
def test_munge_by_place__reads_places_from_ids(tmp_path, wanted):
    lines = [f"{wanted} A G 0.1 0.5 9", "rs77 A G 0.1 0.5 9", "RS78:5:A:G A C 0.1 0.5 9", "hg38_chr1:200 A C 1 0.5 9"]
    found = name_lines(tmp_path, lines, header="SNP A1 A2 BETA P N")
    assert found.table["SNP"].to_list() == ["rs1", "rs77", "rs78"]
    assert found.ledger == {NOT_IN_ID_LIST: 1}
    assert found.facts.notes[-1].startswith("1 of 4 rows were named")


def test_munge_by_place__leaves_rsids_as_they_are(tmp_path):
    lines = ["rs99 1 100 A G 0.1 0.5 9", "affx-1 1 200 A C 0.1 0.5 9"]
    found = name_lines(tmp_path, lines, header=f"SNP {HEADER}")
    assert found.table["SNP"].to_list() == ["rs99", "rs2"]


def test_munge_by_place__without_alleles_in_the_list_the_place_decides(tmp_path):
    ids = PlacedIds(IDS.table.head(2).with_columns(pair=pl.lit(None, pl.String)), has_alleles=False, source="ld.")
    found = name_lines(tmp_path, ["1 100 A C 0.1 0.5 9", "1 300 A G 0.1 0.5 9"], ids=ids)
    assert found.table["SNP"].to_list() == ["rs1"]
    assert "by place alone, since the list has no alleles" in found.facts.notes[-1]


def test_munge_by_place__keeps_places_where_asked(tmp_path):
    found = name_lines(tmp_path, ["chr1 100 A G 0.1 0.5 9"], keeps_places=True)
    assert found.table.select("SNP", "CHR", "BP").rows() == [("rs1", "1", 100)]


def test_munge_by_place__of_a_known_format(tmp_path):
    header = (
        "chromosome base_pair_location effect_allele other_allele beta standard_error effect_allele_frequency p_value n"
    )
    lines = ["1 100 A G 0.1 0.1 0.3 0.5 9", "1 200 A G 0.1 0.1 0.3 0.5 9"]
    path = write(tmp_path / "gwas.tsv", "\n".join([header, *lines]))
    with pytest.raises(FormatError, match=r"at least one SNP; seen: 2 rows read: 2 missing_value"):
        munge(path)
    assert lacks_ids(path, MungeOptions())
    found = munge_by_place(path, MungeOptions(**BUILD), lambda _: IDS)
    assert (found.table["SNP"].to_list(), found.ledger) == (["rs1"], {NOT_IN_ID_LIST: 1})


def test_munge_by_place__of_a_known_format_that_lost_its_ids(tmp_path):
    """BOLT's header is known without SNP: ALLELE1 is the effect allele, and p is that of its columns."""
    header = "CHR BP GENPOS ALLELE1 ALLELE0 A1FREQ BETA SE P_BOLT_LMM_INF"
    path = write(tmp_path / "gwas.txt", f"{header}\n1 100 0 G A 0.3 0.1 0.1 0.5\n1 200 0 C A 0.3 0.1 0.1 0.5\n")
    found = munge_by_place(path, MungeOptions(**BUILD, n=9), lambda _: IDS)
    assert found.table.select("SNP", "A1", "A2").rows() == [("rs1", "G", "A"), ("rs2", "C", "A")]
    assert found.facts.format == "bolt-lmm"
    assert lacks_ids(path, MungeOptions())


def test_munge_by_place__asks_for_the_build(tmp_path):
    with pytest.raises(BuildError, match=r"one genome build only; seen: no build; in .*gwas.txt.gz; .*--build GRCh37"):
        name_lines(tmp_path, ["1 100 A G 0.1 0.5 9"], build=None)


def test_munge_by_place__of_another_build_shows_both_sides(tmp_path):
    message = r"seen: none of 2 rows, such as 1:7 A/G; the list list.bim has rs1 at 1:100 A:G; in .*; check that both"
    with pytest.raises(FormatError, match=message):
        name_lines(tmp_path, ["1 7 A G 0.1 0.5 9", "1 8 A G 0.1 0.5 9"])
    with pytest.raises(FormatError, match=r"at least one SNP; seen: 1 rows read: 1 bad_p"):
        name_lines(tmp_path, ["1 100 A G 0.1 7 9"])


def test_plan_by_place__needs_places_and_all_else(tmp_path):
    with pytest.raises(FormatError, match=r"must have chromosome and position; seen: columns A1, A2, BETA, P, N"):
        plan_by_place(read_header(write(tmp_path / "a.txt", "A1 A2 BETA P N\nA G 1 1 1")), MungeOptions())
    with pytest.raises(FormatError, match=r"must have SNP \(rsid\); A2 \(other allele\)"):
        plan_by_place(read_header(write(tmp_path / "b.txt", "CHR BP A1 BETA P N\n1 1 A 1 1 1")), MungeOptions())


def test_lacks_ids__only_where_nothing_else_is_missing(tmp_path):
    def ask(header):
        return lacks_ids(write(tmp_path / "a.txt", f"{header}\n1 1 A G 1 1 1"), MungeOptions())

    assert ask(HEADER)
    assert not ask("CHR BP A1 X BETA P N")
    assert not ask("SNP BP A1 A2 BETA P N")

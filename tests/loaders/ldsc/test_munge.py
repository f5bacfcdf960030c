import numpy as np
import polars as pl
import pytest

from loaders.errors import FormatError, LedgerError
from loaders.ldsc import read_sumstats
from loaders.ldsc.munge import MungeOptions, munge
from loaders.ldsc.munge_columns import plan_munge
from loaders.ldsc.munge_ledger import Loss, MungeLedger
from loaders.ldsc.munge_tables import munge_table
from loaders.tables import read_header
from tests.goldens import check_golden
from tests.loaders.ldsc.inputs import BOLT, needs_shared, write
from tests.loaders.samples import FORMAT_SAMPLES, write_text

HEADER = "SNP A1 A2 BETA SE P N FRQ INFO"
GOOD = ["rs1 A G 0.01 0.1 0.5 100 0.3 1", "rs2 c t -0.02 0.1 0.5 100 0.3 NA", "rs3 G T -0.01 0.01 0.3173105 100 0.3 1"]


def munge_lines(tmp_path, lines, header=HEADER, **options):
    return munge(write(tmp_path / "gwas.txt.gz", "\n".join([header, *lines])), MungeOptions(**options))


@needs_shared
@pytest.mark.parametrize("name", ["nomerge", "merge"])
def test_munge__golden_real_gwas(name):
    """Same SNPs, alleles and N as the reference, Z equal after rounding to 3 decimals, counts of its log."""
    listed = BOLT / "hm3_overlap.snplist" if name == "merge" else None
    options = MungeOptions(n=327209, merge_alleles=listed, keeps_all_listed=True)
    found = munge(BOLT / "bolt.sumstats.txt.gz", options)
    expected = read_sumstats(BOLT / "golden" / f"munged_{name}.sumstats.gz")
    rounded = found.table.with_columns(pl.col("Z").round(3))
    check_golden("munged Z after 3 decimals (B)", rounded["Z"].to_numpy(), expected["Z"].to_numpy())
    check_golden("munged N (B)", rounded["N"].to_numpy(), expected["N"].to_numpy())
    assert rounded.equals(expected)
    assert found.n_read == 82_448
    if name == "merge":
        assert found.ledger == {"not_listed": 72_001, "low_info": 116, "low_frequency": 41, "bad_alleles": 894}
        assert found.n_written == 9_396
        check_golden("munge, log: mean chi2 (B)", found.facts.mean_chi2, 6.86, atol=5e-3)
        check_golden("munge, log: lambda GC (B)", found.facts.lambda_gc, 2.361, atol=5e-4)
        check_golden("munge, log: median effect (B)", found.facts.median, -0.00017779299999999998, rtol=1e-12)
        assert int((found.table["Z"] ** 2 > 29).sum()) == 354  # the log counts from chi² 29


def test_munge__filters_are_counted_and_reconcile(tmp_path):
    lines = [
        *GOOD[:1],
        "rs10 A G 0.01 0.1 0.5 100 0.3 0.89",
        "rs11 A G 0.01 0.1 0.5 100 0.99001 1",
        "rs12 A G 0.01 0.1 0 100 0.3 1",
        "rs13 A G 0.01 0 0 100 0.3 1",
        "rs14 A G 0.01 0.1 1.5 100 0.3 1",
        "rs15 A T 0.01 0.1 0.5 100 0.3 1",
        "rs16 A AC 0.01 0.1 0.5 100 0.3 1",
        "rs1 A G 0.01 0.1 0.5 100 0.3 1",
        "rs17 A G 0.01 0.1 0.5 60 0.3 1",
        "rs18 A G NA 0.1 0.5 100 0.3 1",
        "rs19 A G 0.01 0.1 small 100 0.3 1",
        "rs20 A G 0.01 0.1 0.5 100 0.3",
    ]
    found = munge_lines(tmp_path, lines)
    assert found.table["SNP"].to_list() == ["rs1", "rs12"]
    assert found.ledger == {
        "ragged_row": 1, "missing_value": 1, "unreadable_number": 1, "low_info": 1, "low_frequency": 1, "bad_p": 2,
        "bad_alleles": 2, "repeated_rsid": 1, "low_n": 1,
    }  # fmt: skip
    assert found.n_read == found.n_written + sum(found.ledger.values())


def test_munge__p_that_underflows_comes_from_effect_and_error(tmp_path):
    """Quirk 4: the reference refuses p below 1e-300."""
    lines = [*GOOD[:1], "rs5 A G -4 0.1 0 100 0.3 1", "rs6 A G 5 0.1 1e-310 100 0.3 1", "rs7 G A -0.1 0.1 1 100 0.3 1"]
    found = munge_lines(tmp_path, lines)
    assert dict(found.table.select("SNP", "Z").iter_rows())["rs5"] == pytest.approx(-40)
    assert dict(found.table.select("SNP", "Z").iter_rows())["rs6"] == pytest.approx(50)
    assert found.facts.n_from_effect == 2


def test_munge__odds_ratios_and_their_error(tmp_path):
    lines = ["rs1 A G 0.9 0.1 0.3173105", "rs2 A G 1.1 0.1 0.3173105", f"rs3 A G {np.exp(4)} 0.1 0"]
    found = munge_lines(tmp_path, lines, "SNP A1 A2 OR SE P", n=10, checks_median=False)
    assert found.table["Z"].to_list() == pytest.approx([-1, 1, 40], rel=1e-6)
    assert found.facts.n_source == "given: 10"


def test_munge__daner_takes_controls_frequency_and_n_of_the_header(tmp_path):
    """Quirk 8: the reference drops the wrong column of daner files."""
    header = "CHR SNP BP A1 A2 FRQ_A_300 FRQ_U_700 INFO OR SE P"
    lines = ["1 rs1 5 A G 0.001 0.3 1 1.01 0.1 0.5", "1 rs2 6 A G 0.3 0.001 1 0.99 0.1 0.5"]
    found = munge_lines(tmp_path, lines, header)
    assert found.table.rows() == [("rs1", "A", "G", pytest.approx(0.6745, abs=1e-4), 1000.0)]
    assert found.ledger == {"low_frequency": 1}
    assert any("controls" in note for note in found.facts.notes)


def test_munge__cases_and_controls_of_each_row(tmp_path):
    lines = ["rs1 A G 0.01 0.5 50 50", "rs2 A G -0.01 0.5 40 40", "rs3 A G 0 0.5 30 70"]
    found = munge_lines(tmp_path, lines, "SNP A1 A2 BETA P Ncas Ncon", minimum_n=0)
    assert found.table["N"].to_list() == pytest.approx([100 * 0.5 / 0.4, 80 * 0.5 / 0.4, 100 * 0.3 / 0.4])


def test_munge__studies_where_there_is_no_n(tmp_path):
    lines = ["rs1 A G 0.01 0.5 3", "rs2 A G -0.01 0.5 2"]
    found = munge_lines(tmp_path, lines, "SNP A1 A2 BETA P NSTUDY", n_cases=5, n_controls=6)
    assert (found.table["SNP"].to_list(), found.table["N"].to_list()) == (["rs1"], [11.0])
    assert found.ledger == {"few_studies": 1}


def test_munge__several_info_columns_count_by_their_sum(tmp_path):
    lines = ["rs1 A G 0.01 0.5 9 0.8 1.0", "rs2 A G -0.01 0.5 9 0.7 1.0"]
    found = munge_lines(tmp_path, lines, "SNP A1 A2 BETA P N INFO IMPINFO")
    assert (found.table["SNP"].to_list(), found.ledger) == (["rs1"], {"low_info": 1})


def test_munge__list_of_alleles(tmp_path):
    listed = write(tmp_path / "list.txt", "SNP A1 A2\nrs3 C A\nrs9 A G\nrs1 A C\n")
    found = munge_lines(tmp_path, GOOD, merge_alleles=listed)
    assert found.ledger == {"not_listed": 1, "mismatched_alleles": 1}
    assert found.table.select("SNP", "A1", "A2").rows() == [("rs3", "G", "T")]
    padded = munge_lines(tmp_path, GOOD, merge_alleles=listed, keeps_all_listed=True)
    assert padded.table["SNP"].to_list() == ["rs3", "rs9", "rs1"]
    assert (padded.n_written, padded.table["Z"].null_count()) == (1, 2)


def test_munge__median_far_from_null(tmp_path):
    lines = [f"rs{row} A G 1.0{row} 0.5 9" for row in range(3)]
    with pytest.raises(FormatError, match=r"median of BETA must be within 0.1 of its null, 0; seen: 1.01; in .*gwas"):
        munge_lines(tmp_path, lines, "SNP A1 A2 BETA P N")
    assert munge_lines(tmp_path, lines, "SNP A1 A2 BETA P N", checks_median=False).n_written == 3
    assert munge_lines(tmp_path, lines, "SNP A1 A2 OR P N").n_written == 3


def test_munge__no_sample_size_and_nothing_left(tmp_path):
    with pytest.raises(FormatError, match=r"must have a sample size.*gwas.txt.gz.*--n"):
        munge_lines(tmp_path, ["rs1 A G 0.01 0.5"], "SNP A1 A2 BETA P")
    with pytest.raises(FormatError, match=r"leave at least one SNP; seen: 1 rows read: 1 bad_alleles"):
        munge_lines(tmp_path, ["rs1 A T 0.01 0.5"], "SNP A1 A2 BETA P", n=9)


def test_munge__places_on_request(tmp_path):
    found = munge_lines(tmp_path, ["rs1 A G 0.01 0.5 9 1 77"], "SNP A1 A2 BETA P N CHR POS", keeps_places=True)
    assert found.table.select("CHR", "BP").row(0) == ("1", 77)


@pytest.mark.parametrize("name", [name for name, sample in FORMAT_SAMPLES.items() if sample.kind == "gwas"])
def test_munge__every_format(tmp_path, name):
    sample = FORMAT_SAMPLES[name]
    path = write_text(tmp_path / "gwas.txt", sample.text())
    settings = dict(sample.settings)
    options = MungeOptions(format=settings.get("format"), n=1000, build=sample.build, checks_median=False)
    if name == "gwas-catalog-associations":
        with pytest.raises(FormatError, match="must have signed effects"):
            munge(path, options)
        return
    if name in ("neale-ukb", "pan-ukb"):  # no rsids
        with pytest.raises(FormatError, match="1 missing_value"):
            munge(path, options)
        return
    row = munge(path, options).table.row(0)
    assert row == ("rs1", sample.effect_allele, sample.other_allele, pytest.approx(5, abs=0.01), 1000.0)


def test_munge__format_filters_are_counted(tmp_path):
    sample = FORMAT_SAMPLES["regenie"]
    path = write_text(tmp_path / "gwas.txt", sample.text() + sample.row.replace("ADD", "DOM").replace("|", " ") + "\n")
    assert munge(path, MungeOptions(checks_median=False)).ledger == {"other_test": 1}


def test_plan_munge__refuses_what_it_cannot_read(tmp_path):
    header = read_header(write(tmp_path / "a.txt", "SNP A1 BETA P\nrs1 A 0 1\n"))
    with pytest.raises(FormatError, match=r"must have A2 \(other allele\); seen: columns SNP, A1, BETA, P"):
        plan_munge(header)
    with pytest.raises(FormatError, match=r"known field; seen: a3"):
        plan_munge(header, columns={"a3": "A1"})
    with pytest.raises(FormatError, match=r"did you mean"):
        plan_munge(header, columns={"a2": "A11"})


def test_plan_munge__notes_what_it_guessed(tmp_path):
    header = read_header(
        write(tmp_path / "a.txt", "MarkerName Allele1 Allele2 Beta OR P-value Weight\nrs1 A G 0 1 1 5\n")
    )
    plan = plan_munge(header)
    assert plan.columns == {
        "snp": "MarkerName",
        "a1": "Allele1",
        "a2": "Allele2",
        "beta": "Beta",
        "p": "P-value",
        "n": "Weight",
    }
    assert any("METAL" in note for note in plan.notes)
    assert any("OR not read" in note for note in plan.notes)


def test_munge_ledger__must_reconcile():
    ledger = MungeLedger()
    ledger.read(3)
    ledger.lose(Loss.BAD_P, 1)
    assert ledger.close(2) == {"bad_p": 1}
    with pytest.raises(LedgerError, match="3 read, 1 written, 1 left out"):
        ledger.close(1)


def test_munge_table__signs_and_places():
    rows = pl.LazyFrame({
        "rsid": ["rs1", "rs2", None], "effect_allele": ["A", "C", "A"], "other_allele": ["G", "G", "G"],
        "z_score": [-2.0, 1.0, 1.0], "neg_log10_p": [-np.log10(0.3173105), 1.0, 1.0], "n_samples": [10, 10, 10],
        "effect_allele_frequency": [None, None, None], "chromosome": ["1"] * 3, "position_bp": [5, 6, 7],
        "build": ["GRCh37"] * 3,
    }, schema_overrides={"effect_allele_frequency": pl.Float64})  # fmt: skip
    found = munge_table(
        rows, build="GRCh37", where="study x", options=MungeOptions(checks_median=False, keeps_places=True)
    )
    assert found.table.rows() == [("rs1", "A", "G", pytest.approx(-1, rel=1e-6), 10.0, "1", 5)]
    assert found.ledger == {"missing_value": 1, "bad_alleles": 1}
    away = munge_table(
        rows, build="GRCh38", where="study x", options=MungeOptions(checks_median=False, keeps_places=True)
    )
    assert away.table["BP"].null_count() == 1

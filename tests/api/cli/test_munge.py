"""``locusgraph munge``: a GWAS file to z scores, with every row accounted for."""

import gzip
import json
from pathlib import Path

import pytest

from tests.api.cli.conftest import Run


@pytest.fixture
def gwas(tmp_path: Path) -> Path:
    """60 sound rows, one without alleles of two bases, and one with an impossible p."""
    rows = [f"rs{row}\t1\t{row + 1}\tA\tG\t{0.01 * (-1) ** row}\t{0.001 + row / 100}" for row in range(60)]
    rows += ["rs98\t1\t98\tA\tT\t0.01\t0.5", "rs99\t1\t99\tA\tG\t0.01\t7"]
    path = tmp_path / "gwas.txt.gz"
    path.write_bytes(gzip.compress("\n".join(["SNP\tCHR\tBP\tA1\tA2\tBETA\tP_LMM", *rows, ""]).encode()))
    return path


def test_munge__writes_statistics_and_accounts_for_every_row(run_offline: Run, gwas: Path, tmp_path: Path) -> None:
    words = ("munge", str(gwas), "--out", str(tmp_path / "x"), "--n", "1000", "--column", "p=P_LMM", "--json")
    shown = run_offline(*words)
    assert shown.exit_code == 0, shown.stderr
    report = json.loads(shown.stdout)
    assert (report["n_read"], report["n_written"], report["losses"]) == (62, 60, {"bad_p": 1, "bad_alleles": 1})
    assert report["out"] == str(tmp_path / "x.sumstats.gz")
    lines = gzip.decompress((tmp_path / "x.sumstats.gz").read_bytes()).decode().splitlines()
    assert lines[0].split("\t") == ["SNP", "A1", "A2", "Z", "N"]
    assert len(lines) == 61


def test_munge__tells_people_what_was_left_out_and_why(run_offline: Run, gwas: Path, tmp_path: Path) -> None:
    words = ("munge", str(gwas), "--out", str(tmp_path / "x"), "--n", "1000", "--column", "p=P_LMM", "--keep-places")
    text = run_offline(*words).stdout
    for part in ("2 rows left out", "bad alleles", "strand is unknown", "given: 1000", "next  locusgraph h2"):
        assert part in text
    header = gzip.decompress((tmp_path / "x.sumstats.gz").read_bytes()).decode().split("\n")[0]
    assert header.split("\t") == ["SNP", "A1", "A2", "Z", "N", "CHR", "BP"]


def test_munge__of_a_column_that_is_no_effect_names_the_switch(run_offline: Run, gwas: Path, tmp_path: Path) -> None:
    text = gzip.decompress(gwas.read_bytes()).decode().replace("\t0.01\t", "\t1.1\t").replace("\t-0.01\t", "\t0.9\t")
    gwas.write_bytes(gzip.compress(text.encode()))
    words = ("munge", str(gwas), "--out", str(tmp_path / "x"), "--n", "1000", "--column", "p=P_LMM")
    shown = run_offline(*words)
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "--any-median" in shown.stderr
    assert not (tmp_path / "x.sumstats.gz").exists()
    assert run_offline(*words, "--any-median").exit_code == 0


def test_munge__names_rows_without_ids_from_a_list(run_offline: Run, gwas: Path, tmp_path: Path) -> None:
    text = gzip.decompress(gwas.read_bytes()).decode()
    bare = ["\t".join(line.split("\t")[1:]) for line in text.splitlines()]
    gwas.write_bytes(gzip.compress("\n".join([*bare, ""]).encode()))
    words = ("munge", str(gwas), "--out", str(tmp_path / "x"), "--n", "1000", "--column", "p=P_LMM")
    shown = run_offline(*words)
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "--ids-from" in shown.stderr
    bim = tmp_path / "ref.bim"
    bim.write_text("".join(f"1\trs{row}\t0\t{row + 1}\tC\tT\n" for row in range(50)))
    refused = run_offline(*words, "--ids-from", str(bim))
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "--build GRCh37" in refused.stderr
    shown = run_offline(*words, "--ids-from", str(bim), "--build", "hg19")
    assert shown.exit_code == 0, shown.stderr
    for part in ("not in id list", "the row has no rsid", "50 of 62 rows were named", "rows written  50"):
        assert part in " ".join(shown.stdout.split()).replace("rows written 50", "rows written  50"), shown.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--out", "x", "--column", "P_LMM"), "--column takes field=column"),
        (("--out", "x", "--column", "p=A", "--column", "p=B"), "--column names p twice: A and B"),
        (("--out", "x", "--keep-all-listed"), "give it with --merge-alleles"),
        ((), "Missing option"),
    ],
)
def test_munge__wrong_usage_exits_2(run_offline: Run, gwas: Path, words: tuple[str, ...], message: str) -> None:
    shown = run_offline("munge", str(gwas), *words)
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert message in shown.stderr

"""``locusgraph ldscore``: what is asked of the service, and what is shown."""

import json
from pathlib import Path
from typing import Any

import pytest

from services import statistics
from services.statistics import LdScoreRequest
from tests.api.cli.conftest import Run
from tests.api.cli.statistics_reports import WRITTEN, ld_scores


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    calls: list[Any] = []

    def answer(store: Any, settings: Any, panel: str, *, options: Any, on_progress: Any) -> Any:
        calls.append((panel, options))
        return ld_scores(**WRITTEN)

    monkeypatch.setattr(statistics, "compute_ld_scores", answer)
    return calls


def test_ldscore__passes_every_option_on(run_offline: Run, asked: list[Any], tmp_path: Path) -> None:
    (tmp_path / "genes.tsv").touch()
    words = ["ldscore", "p.bed", "--window-kb", "500", "--annotation", "a.bed", "--annotation", "b.annot.gz"]
    words += ["--per-allele", "--maf", "0.01", "--pairs", "0.2", "--exact", "--compat", "--yes-really"]
    words += [
        "--genes",
        str(tmp_path / "genes.tsv"),
        "--gene-window-kb",
        "10",
        "--processes",
        "2",
        "--out",
        "ld/x",
        "--json",
    ]
    shown = run_offline(*words)
    assert shown.exit_code == 0, shown.stderr
    assert json.loads(shown.stdout)["n_snps"] == 19_156
    request = LdScoreRequest(
        window_kb=500.0,
        annotations=("a.bed", "b.annot.gz"),
        genes=tmp_path / "genes.tsv",
        gene_window_bp=10_000,
        exponent=1.0,
        minimum_maf=0.01,
        is_exact=True,
        chunk_size=50,
        pair_threshold=0.2,
        allow_whole_chromosome=True,
        n_processes=2,
        out=Path("ld/x"),
    )
    assert asked == [("p.bed", request)]


def test_ldscore__defaults_are_those_of_the_request(run_offline: Run, asked: list[Any]) -> None:
    run_offline("ldscore", "p.bed", "--out", "x")
    assert asked[0][1] == LdScoreRequest(out=Path("x"))


def test_ldscore__shows_columns_counts_and_files(run_offline: Run, asked: list[Any]) -> None:
    text = run_offline("ldscore", "p.bed", "--out", "x").stdout
    for part in (
        "19,156 of 20,000 variants",
        "monomorphic 844",
        "1,500.5",
        "17.030 (300.500)",
        "written  ld/panel.22.l2.ldscore.gz",
        "next  locusgraph h2 FILE.sumstats.gz --ld-scores x",
    ):
        assert part in text


def test_ldscore__with_annotations_says_how_to_partition(run_offline: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    written = ld_scores(**{**WRITTEN, "files": ("ld/x.l2.ldscore.gz", "ld/x.l2.annot.gz", "ld/x.l2.frq")})
    monkeypatch.setattr(statistics, "compute_ld_scores", lambda *_, **__: written)
    text = run_offline("ldscore", "p.bed", "--out", "ld/x").stdout
    assert "--ld-scores ld/x --annotations ld/x.l2 --frequencies ld/x.l2" in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("p.bed",), "add --out PREFIX, such as --out p"),
        (("p.bed", "--out", "x", "--window-cm", "1", "--window-kb", "1"), "give one window"),
        (("p.bed", "--out", "x", "--window-kb", "0"), "a window is wider than 0, not 0"),
        (("p.bed", "--out", "x", "--per-allele", "--exponent", "2"), "--per-allele is --exponent 1"),
        (("p.bed", "--out", "x", "--pairs", "2"), "--pairs"),
        (("p.bed", "--out", "x", "--genes", "nowhere.tsv"), "nowhere.tsv"),
    ],
)
def test_ldscore__wrong_usage_exits_2(run_offline: Run, asked: list[Any], words: tuple[str, ...], message: str) -> None:
    shown = run_offline("ldscore", *words)
    assert (shown.exit_code, shown.stdout, asked) == (2, "", [])
    assert message in shown.stderr


def test_ldscore__of_a_panel_of_the_graph_needs_the_graph(run_offline: Run, asked: list[Any]) -> None:
    shown = run_offline("ldscore", "panel")
    assert (shown.exit_code, asked) == (1, [])
    assert "does not answer" in shown.stderr

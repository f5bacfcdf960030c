"""``locusgraph h2``: what is asked of the service, and what is shown."""

import json
from pathlib import Path
from typing import Any

import pytest

from services import statistics
from services.statistics import NoStatistics, RegressionRequest
from tests.api.cli.conftest import Run
from tests.api.cli.statistics_reports import heritability, source

LD = ("--ld-scores", "ld/@")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Every call of the service, which answers without reading anything."""
    calls: list[tuple[Any, ...]] = []

    def answer(store: Any, settings: Any, target: str, *, request: RegressionRequest, on_progress: Any) -> Any:
        calls.append((store, target, request))
        if target.startswith("bad"):
            raise NoStatistics(f"no loaded GWAS holds complete statistics of {target}: load one")
        flags = ("negative_h2",) if target.startswith("poor") else ()
        return heritability(source=source(target, None), flags=flags)

    monkeypatch.setattr(statistics, "estimate_trait_heritability", answer)
    return calls


def test_h2__passes_every_option_on(run_offline: Run, asked: list[Any], tmp_path: Path) -> None:
    words = ["h2", "x.sumstats.gz", "--study", "s", "--ld-scores", "ld/@", "--weights", "w/@", "--intercept", "1"]
    words += ["--two-step", "0", "--max-chi2", "80", "--blocks", "50", "--sample-prevalence", "0.5"]
    words += ["--population-prevalence", "0.01", "--save-delete-values", str(tmp_path / "d.tsv"), "--json"]
    shown = run_offline(*words)
    assert shown.exit_code == 0, shown.stderr
    assert json.loads(shown.stdout)["results"][0]["h2"] == 0.25312
    assert asked == [
        (
            None,
            "x.sumstats.gz",
            RegressionRequest(
                study="s",
                ld_scores="ld/@",
                weights="w/@",
                intercept=1.0,
                two_step=None,
                maximum_chi2=80.0,
                n_blocks=50,
                sample_prevalence=0.5,
                population_prevalence=0.01,
                save_delete_values=tmp_path / "d.tsv",
            ),
        )
    ]


def test_h2__defaults_are_those_of_the_request(run_offline: Run, asked: list[Any]) -> None:
    assert run_offline("h2", "x.sumstats.gz", *LD).exit_code == 0
    assert asked[0][2] == RegressionRequest(ld_scores="ld/@")


def test_h2__of_one_target_is_told_in_full(run_offline: Run, asked: list[Any]) -> None:
    text = run_offline("h2", "poor.sumstats.gz", *LD).stdout
    for part in (
        "0.2531 ± 0.0310   (z 8.15)",
        "1.0213 ± 0.0101",
        "0.0852 ± 0.0404",
        "1,100,000",
        "not in ld scores 1,234; duplicate 2",
        "note  The heritability is negative",
        "next  locusgraph partition poor.sumstats.gz",
    ):
        assert part in text


def test_h2__on_the_liability_scale(run_offline: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    more = {"h2_liability": 0.14, "h2_liability_se": 0.02, "sample_prevalence": 0.4, "population_prevalence": 0.01}
    monkeypatch.setattr(statistics, "estimate_trait_heritability", lambda *_, **__: heritability(**more))
    text = run_offline("h2", "x.sumstats.gz", *LD).stdout
    assert "0.1400 ± 0.0200   (0.4 cases in the sample, 0.01 in the population)" in text


def test_h2__of_several_targets_is_a_table_and_goes_past_one_that_fails(run_offline: Run, asked: list[Any]) -> None:
    shown = run_offline("h2", "a.sumstats.gz", "bad.sumstats.gz", "poor.sumstats.gz", "a.sumstats.gz", *LD)
    assert shown.exit_code == 1
    assert "SNP heritability of 2 targets" in shown.stdout
    assert "note  poor.sumstats.gz: The heritability is negative" in shown.stdout
    assert "next  locusgraph rg a.sumstats.gz poor.sumstats.gz" in shown.stdout
    assert "no loaded GWAS holds complete statistics of bad.sumstats.gz" in shown.stderr
    assert len(asked) == 3
    found = json.loads(run_offline("h2", "a.sumstats.gz", "bad.sumstats.gz", "--json", *LD).stdout)
    assert [len(found["results"]), found["failures"][0]["target"]] == [1, "bad.sumstats.gz"]


def test_h2__of_one_target_that_fails_is_one_panel(run_offline: Run, asked: list[Any]) -> None:
    shown = run_offline("h2", "bad.sumstats.gz", "--json", *LD)
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "NoStatistics" in shown.stderr
    assert "Traceback" not in shown.stderr


def test_h2__of_a_defect_keeps_its_traceback(run_offline: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(statistics, "estimate_trait_heritability", broken)
    assert isinstance(run_offline("h2", "a.sumstats.gz", "b.sumstats.gz", *LD).exception, ZeroDivisionError)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("x.gz", "--sample-prevalence", "0.5"), "go together"),
        (("x.gz", "--sample-prevalence", "5", "--population-prevalence", "0.1"), "is a share between 0 and 1, not 5"),
        (("x.gz", "y.gz", "--save-delete-values", "d.tsv"), "delete values belongs to one target"),
        (("x.gz", "--blocks", "1"), "--blocks"),
        ((), "Missing argument"),
    ],
)
def test_h2__wrong_usage_exits_2(run_offline: Run, asked: list[Any], words: tuple[str, ...], message: str) -> None:
    shown = run_offline("h2", *words)
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert message in shown.stderr
    assert asked == []


@pytest.mark.parametrize("words", [("Height", "x.sumstats.gz", "--ld-scores", "ld/@"), ("x.sumstats.gz",)])
def test_h2__of_a_trait_or_with_the_graphs_ld_scores_needs_the_graph(
    run_offline: Run, asked: list[Any], words: tuple[str, ...]
) -> None:
    shown = run_offline("h2", *words)
    assert shown.exit_code == 1
    assert "does not answer" in shown.stderr
    assert asked == []

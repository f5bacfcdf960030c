"""``locusgraph rg``: what is asked of the service, and what is shown."""

import json
from typing import Any

import pytest

from api.cli.genetic_correlation import read_prevalences, read_studies
from services import statistics
from services.statistics import NoStatistics, RegressionRequest
from tests.api.cli.conftest import Run
from tests.api.cli.statistics_reports import correlation

LD = ("--ld-scores", "l@")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    calls: list[Any] = []

    def answer(store: Any, settings: Any, first: str, second: str, *, request: Any, on_progress: Any) -> Any:
        calls.append((first, second, request))
        if second == "bad.gz":
            raise NoStatistics("no complete statistics of bad.gz: load them")
        nothing = {"rg": None, "rg_se": None, "rg_z": None, "rg_neg_log10_p": None, "flags": ("rg_undefined",)}
        return correlation(second, **(nothing if second == "poor.gz" else {}))

    monkeypatch.setattr(statistics, "estimate_trait_correlation", answer)
    return calls


def test_rg__sets_the_first_against_the_others(run_offline: Run, asked: list[Any]) -> None:
    words = ["rg", "a.gz", "b.gz", "c.gz", "--ld-scores", "l@", "--covariance-intercept", "0", "--json"]
    words += ["--sample-prevalence", "0.5,nan,0.3", "--population-prevalence", "0.01,nan,0.1"]
    shown = run_offline(*words)
    assert shown.exit_code == 0, shown.stderr
    assert len(json.loads(shown.stdout)["results"]) == 2
    same = {"ld_scores": "l@", "covariance_intercept": 0.0, "sample_prevalence": 0.5, "population_prevalence": 0.01}
    assert asked == [
        ("a.gz", "b.gz", RegressionRequest(**same)),
        (
            "a.gz",
            "c.gz",
            RegressionRequest(**same, second_sample_prevalence=0.3, second_population_prevalence=0.1),
        ),
    ]


def test_rg__of_one_pair_is_told_in_full(run_offline: Run, asked: list[Any]) -> None:
    text = run_offline("rg", "a.gz", "b.gz", *LD).stdout
    for part in ("genetic correlation of a and b.gz", "0.5000 ± 0.1000   (z 5.00, p 5.7544E-7)", "0.0300 ± 0.0100"):
        assert part in text
    assert asked[0][2] == RegressionRequest(ld_scores="l@")
    assert "note  A heritability is not positive" in run_offline("rg", "a.gz", "poor.gz", *LD).stdout


def test_rg__of_several_is_a_table_and_goes_past_one_that_fails(run_offline: Run, asked: list[Any]) -> None:
    shown = run_offline("rg", "a.gz", "b.gz", "bad.gz", "poor.gz", *LD)
    assert shown.exit_code == 1
    assert "genetic correlations of a" in shown.stdout
    assert "note  poor.gz: A heritability is not positive" in shown.stdout
    assert "no complete statistics of bad.gz" in shown.stderr
    assert len(asked) == 3
    alone = run_offline("rg", "a.gz", "bad.gz", *LD)
    assert (alone.exit_code, alone.stdout) == (1, "")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("a.gz",), "needs two targets, not 1"),
        (("a.gz", "b.gz", "--study", "s", "--study", "t"), "several --study options are TRAIT=STUDY each, not 's'"),
        (("a.gz", "b.gz", "--study", "b.gz="), "are TRAIT=STUDY each, not 'b.gz='"),
        (("a.gz", "b.gz", "--study", "c=s"), "'c=s' is of no target: write TRAIT as in a.gz, b.gz"),
        (("a.gz", "b.gz", "--study", "a.gz=s", "--study", "a.gz=t"), "--study names a.gz twice: s and t"),
        (("a.gz", "b.gz", "--sample-prevalence", "0.5"), "holds 1 values for 2 targets"),
        (("a.gz", "b.gz", "--sample-prevalence", "0.5,x"), "is not a list of numbers"),
        (("a.gz", "b.gz", "--sample-prevalence", "0.5,nan"), "of target 1 go together"),
    ],
)
def test_rg__wrong_usage_exits_2(run_offline: Run, asked: list[Any], words: tuple[str, ...], message: str) -> None:
    shown = run_offline("rg", *words)
    assert (shown.exit_code, shown.stdout, asked) == (2, "", [])
    assert message in shown.stderr


def test_read_prevalences__of_quantitative_traits() -> None:
    assert read_prevalences(None, None, n_targets=2) == [(None, None), (None, None)]


def test_rg__passes_the_study_of_each_trait_on(run_offline: Run, asked: list[Any]) -> None:
    words = ("rg", "a.gz", "b.gz", "c.gz", *LD, "--study", "b.gz=large", "--study", "a.gz=old")
    assert run_offline(*words).exit_code == 0
    assert [(request.study, request.second_study) for _, _, request in asked] == [("old", "large"), ("old", None)]


def test_read_studies__of_one_study_for_all_and_of_traits_with_an_equals_sign() -> None:
    assert read_studies([], ["a", "b"]) == [None, None]
    assert read_studies(["s"], ["a", "b"]) == ["s", "s"]
    assert read_studies(["x=y=s"], ["a", "x=y"]) == [None, "s"]

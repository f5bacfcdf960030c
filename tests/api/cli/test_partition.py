"""``locusgraph partition``: what is asked of the service, and what is shown."""

import json
from typing import Any

import pytest

from services import statistics
from services.statistics import RegressionRequest
from tests.api.cli.conftest import Run
from tests.api.cli.statistics_reports import partition


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[RegressionRequest]:
    calls: list[RegressionRequest] = []

    def answer(*_: Any, request: RegressionRequest, **__: Any) -> Any:
        calls.append(request)
        return partition()

    monkeypatch.setattr(statistics, "partition_heritability", answer)
    return calls


def test_partition__passes_every_option_on(run_offline: Run, asked: list[RegressionRequest]) -> None:
    words = ["partition", "x.gz", "--frequencies", "f/@", "--annotations", "a/@", "--quantiles", "age"]
    words += ["--quantiles", "gc", "--n-quantiles", "4", "--max-chi2", "90", "--ld-scores", "l@", "--json"]
    shown = run_offline(*words)
    assert shown.exit_code == 0, shown.stderr
    assert json.loads(shown.stdout)["categories"][1]["name"] == "enhancer"
    assert asked == [
        RegressionRequest(
            ld_scores="l@",
            frequencies="f/@",
            annotation_files="a/@",
            quantiles_of=("age", "gc"),
            n_quantiles=4,
            maximum_chi2=90.0,
        )
    ]


def test_partition__shows_categories_quantiles_and_notes(run_offline: Run, asked: list[RegressionRequest]) -> None:
    text = run_offline("partition", "x.gz", "--ld-scores", "l@").stdout
    for part in (
        "3 categories",
        "40.00 ± 5.00",
        "4.0000 ± 0.5000",
        "3.2E-412",
        "0.5100 ± 0.2000",
        "age (continuous)",
        "1.0200 (fixed)",
        "quantiles of continuous categories",
        "1.5000 ± 0.0500",
        "4,321",
        "note  The heritability is less than 4 of its standard errors",
        "note  age: The condition number",
        "next  locusgraph celltypes",
    ):
        assert part in text


def test_partition__defaults_are_those_of_the_request(run_offline: Run, asked: list[RegressionRequest]) -> None:
    run_offline("partition", "x.gz", "--ld-scores", "l@")
    assert asked == [RegressionRequest(ld_scores="l@")]


def test_partition__wrong_usage_exits_2(run_offline: Run, asked: list[RegressionRequest]) -> None:
    shown = run_offline("partition", "x.gz", "--n-quantiles", "1")
    assert (shown.exit_code, asked) == (2, [])

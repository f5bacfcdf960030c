"""``locusgraph celltypes``: what is asked of the service, and what is shown."""

import json
from pathlib import Path
from typing import Any

import pytest

from services import statistics
from services.statistics import RegressionRequest
from tests.api.cli.conftest import Run
from tests.api.cli.statistics_reports import cell_types


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    calls: list[Any] = []

    def answer(*_: Any, cell_types: Any, request: RegressionRequest, **__: Any) -> Any:
        calls.append((cell_types, request))
        return cell_types_report

    cell_types_report = cell_types()
    monkeypatch.setattr(statistics, "estimate_cell_type_enrichment", answer)
    return calls


def test_celltypes__takes_one_list(run_offline: Run, asked: list[Any], tmp_path: Path) -> None:
    listed = tmp_path / "gtex.cts"
    listed.write_text("liver liver.,control.\n")
    shown = run_offline("celltypes", "x.gz", "--cell-types", str(listed), "--ld-scores", "base.@", "--json")
    assert shown.exit_code == 0, shown.stderr
    assert [row["name"] for row in json.loads(shown.stdout)["cell_types"]] == ["liver", "brain"]
    assert asked == [(listed, RegressionRequest(ld_scores="base.@"))]


def test_celltypes__or_annotations(run_offline: Run, asked: list[Any]) -> None:
    words = ["celltypes", "x.gz", "--cell-types", "a/liver", "--cell-types", "a/brain", "--limit", "1"]
    shown = run_offline(*words, "--ld-scores", "l@")
    assert asked == [(("a/liver", "a/brain"), RegressionRequest(ld_scores="l@"))]
    assert "1 of 2 cell types, smallest p first" in shown.stdout
    assert "1e-09 ± 5e-10" in shown.stdout
    assert "brain" not in shown.stdout
    assert "the graph was not touched" in shown.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "Missing option"),
        (("--cell-types", "no.cts"), "there is no such file"),
        (("--cell-types", "no.cts", "--cell-types", "a/liver"), "one .cts list, or annotations"),
    ],
)
def test_celltypes__wrong_usage_exits_2(
    run_offline: Run, asked: list[Any], words: tuple[str, ...], message: str
) -> None:
    shown = run_offline("celltypes", "x.gz", *words)
    assert (shown.exit_code, shown.stdout, asked) == (2, "", [])
    assert message in shown.stderr

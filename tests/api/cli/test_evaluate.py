"""The command line's evaluation of graph files: tables, JSON, and wrong usage."""

import json
from pathlib import Path

import pytest

from services.graph.store import Store
from tests.api.cli.conftest import Run
from tests.conftest import Cypher
from tests.services.evaluation.graph_file import write_graph_file
from tests.services.evaluation.test_in_time import QUICK, dated_modules

FAST = ("--budget", "1", "--seeds", "0", "--methods", "popularity, item-kNN,ALS-LD")


@pytest.fixture
def graph_file(tmp_path: Path) -> str:
    return str(write_graph_file(tmp_path / "sparse_0.parquet"))


def test_evaluate__prints_tables_with_intervals_and_verdicts(run_offline: Run, graph_file: str) -> None:
    shown = run_offline("evaluate", "--graphs", graph_file, *FAST)
    assert shown.exit_code == 0, shown.output
    for wanted in ("S1 sparse, trans", "ALS-LD", "item-kNN − popularity", "over all pairs", "95 % intervals"):
        assert wanted in shown.stdout


def test_evaluate__gives_json_alone(run_offline: Run, graph_file: str, tmp_path: Path) -> None:
    output = tmp_path / "kept.json"
    shown = run_offline("evaluate", "--graphs", graph_file, *FAST, "--output", str(output), "--json")
    found = json.loads(shown.stdout)
    assert [group["group"] for group in found["groups"]] == ["sparse"]
    assert {row["method"] for row in found["groups"][0]["rows"]} == {"popularity", "item-kNN", "ALS-LD"}
    assert json.loads(output.read_text())["report"] == found


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--seeds", "one"), "--seeds takes whole numbers with commas"),
        (("--splits", "S9"), "splits a graph in a way that it knows"),
        (("--splits", "S1,S4"), "S4 ask the loaded release"),
    ],
)
def test_evaluate__wrong_usage_exits_2(run_offline: Run, graph_file: str, words: tuple[str, ...], message: str) -> None:
    shown = run_offline("evaluate", "--graphs", graph_file, *words)
    assert shown.exit_code == 2
    assert message in shown.stderr


def test_evaluate__of_a_missing_file_exits_1(run_offline: Run, tmp_path: Path) -> None:
    shown = run_offline("evaluate", "--graphs", str(tmp_path / "absent.parquet"))
    assert shown.exit_code == 1
    assert "needs graph files" in shown.stderr


@pytest.mark.store
@pytest.mark.slow
def test_evaluate__asks_the_release_with_other_data(run: Run, store: Store, cypher: Cypher) -> None:
    dated_modules().write(cypher)
    quick = json.dumps(QUICK)
    words = ("evaluate", "--splits", "S3,S4", "--seeds", "0")
    shown = run(*words, LOCUSGRAPH_PINSAGE=quick)
    assert shown.exit_code == 0, shown.output
    for wanted in ("recapitulated SNP-RNA associations", "later loci found from earlier ones, all (15 pairs)"):
        assert wanted in shown.stdout
    found = json.loads(run(*words, "--json", LOCUSGRAPH_PINSAGE=quick).stdout)
    assert list(found) == ["other_data"]
    assert found["other_data"]["S4"]["fates"]["ranked"] == 15
    assert found["other_data"]["S3"]["seeds"] == [0]

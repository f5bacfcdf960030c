"""``locusgraph simulate-graphs``."""

import json
from pathlib import Path

import pytest

from services.evaluation.graph_files import read_graph_file
from tests.api.cli.conftest import Run


def test_simulate_graphs__writes_graphs_that_can_be_read(run_offline: Run, tmp_path: Path) -> None:
    shown = run_offline(
        "simulate-graphs", str(tmp_path), "--density", "medium", "--seeds", "1-2", "--size", "0.05", "--json"
    )
    assert shown.exit_code == 0, shown.stderr
    report = json.loads(shown.stdout)
    assert [Path(graph["path"]).name for graph in report["graphs"]] == ["medium_1.parquet", "medium_2.parquet"]
    found = read_graph_file(tmp_path / "medium_2.parquet")
    assert found.graph.edge_snp.size == report["graphs"][1]["n_edges"]
    assert found.graph.n_blocks == 75
    assert not found.is_null


def test_simulate_graphs__writes_nulls_and_says_how_to_go_on(run_offline: Run, tmp_path: Path) -> None:
    shown = run_offline("simulate-graphs", str(tmp_path), "--null", "--seeds", "3", "--size", "0.05", "--genes", "2000")
    assert shown.exit_code == 0, shown.stderr
    assert "null_sparse_3.parquet" in shown.stdout
    assert "locusgraph evaluate --graphs" in shown.stdout
    found = read_graph_file(tmp_path / "null_sparse_3.parquet")
    assert found.is_null
    assert found.graph.molecule_is_gene.any()


@pytest.mark.parametrize(("option", "value"), [("--seeds", "5-2"), ("--seeds", "many"), ("--size", "1.5")])
def test_simulate_graphs__refuses_impossible_wishes(run_offline: Run, tmp_path: Path, option: str, value: str) -> None:
    shown = run_offline("simulate-graphs", str(tmp_path), option, value)
    assert shown.exit_code == 1
    assert "say for example" in shown.stderr

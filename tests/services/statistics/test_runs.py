"""Analyses as runs: the same inputs make the same run, folders are whole or not there, killed ones are swept."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.graph.store import Store
from services.registry import runs_folder
from services.releases import current_release
from services.runs import list_runs
from services.settings import Settings
from services.statistics import RunDamaged
from services.statistics.runs import (
    Analysis,
    begin_run,
    check_folder,
    describe_analysis,
    find_metrics,
    find_shown,
    show_run,
    sweep_unfinished,
    write_folder,
)
from tests.conftest import Cypher


def _describe(**changes: Any) -> Analysis:
    given: dict[str, Any] = {
        "model": "ldsc", "scope": "T:1", "inputs": {"statistics": "a"}, "studies": {"gwas": "l1"},
        "choices": {"n_blocks": 200},
    }  # fmt: skip
    values = given | changes
    return describe_analysis(values.pop("model"), values.pop("scope"), **values)


def test_describe_analysis__is_the_same_for_the_same_inputs() -> None:
    assert _describe() == _describe()
    assert replace(_describe(release_number=4), release_number=0) == _describe()


def test_describe_analysis__differs_with_all_that_changes_a_result() -> None:
    described = [
        _describe(),
        _describe(model="s-ldsc"),
        _describe(scope="T:2"),
        _describe(inputs={"statistics": "b"}),
        _describe(studies={"gwas": "l2"}),
        _describe(choices={"n_blocks": 100}),
    ]
    assert len({analysis.run_id for analysis in described}) == len(described)


def test_write_folder__appears_whole_with_its_checksums(tmp_path: Path) -> None:
    settings, analysis = Settings(home=tmp_path), _describe()

    def fail(folder: Path) -> None:
        (folder / "half").write_text("half", encoding="utf-8")
        raise InterruptedError

    with pytest.raises(InterruptedError):
        write_folder(settings, analysis, {"h2": 0.5}, fail)
    assert find_metrics(settings, analysis.run_id) is None
    folder = write_folder(settings, analysis, {"h2": 0.5, "se": float("nan")}, lambda to: (to / "x").write_bytes(b"x"))
    assert sorted(path.name for path in folder.iterdir()) == ["files.json", "metrics.json", "run.json", "x"]
    assert find_metrics(settings, analysis.run_id) == {"h2": 0.5, "se": None}
    assert json.loads((folder / "run.json").read_text())["scope"] == "T:1"
    assert [path.name for path in runs_folder(settings).iterdir()] == [analysis.run_id]


def test_check_folder__refuses_what_is_not_what_was_written(tmp_path: Path) -> None:
    settings, analysis = Settings(home=tmp_path), _describe()
    with pytest.raises(RunDamaged, match=rf"files of run {analysis.run_id} are missing .* compute it again"):
        check_folder(settings, analysis.run_id)
    folder = write_folder(settings, analysis, {"h2": 0.5})
    assert check_folder(settings, analysis.run_id) == folder
    (folder / "metrics.json").write_text("{}", encoding="utf-8")
    with pytest.raises(RunDamaged, match=r"metrics.json of run .* is not what was written"):
        check_folder(settings, analysis.run_id)
    assert find_metrics(settings, analysis.run_id) is None
    (folder / "metrics.json").unlink()
    with pytest.raises(RunDamaged, match=r"\(sha256 nothing"):
        check_folder(settings, analysis.run_id)


@pytest.mark.store
def test_show_run__replaces_the_run_of_its_model_and_scope(store: Store, settings: Settings) -> None:
    first, second, other = _describe(), _describe(choices={"n_blocks": 9}), _describe(scope="T:2")
    seen = []
    for analysis in (first, other, second):
        begin_run(store, analysis)
        assert find_shown(store, analysis) is None
        show_run(store, settings, analysis, {"n_snps": 7}, lambda _, replaced: seen.append(tuple(replaced)))
        shown = find_shown(store, analysis)
        assert shown is not None
        assert (shown.metrics, shown.inputs, shown.load_ids) == ({"n_snps": 7}, ("statistics=a",), ("l1",))
    assert seen == [(), (), (first.run_id,)]
    assert current_release(store).run_ids == tuple(sorted([second.run_id, other.run_id]))


@pytest.mark.store
def test_show_run__is_undone_when_the_caller_fails(store: Store, settings: Settings) -> None:
    analysis = _describe()
    begin_run(store, analysis)

    def fail(*_: object) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        show_run(store, settings, analysis, {}, fail)
    assert find_shown(store, analysis) is None
    assert current_release(store).run_ids == ()


@pytest.mark.store
def test_sweep_unfinished__removes_what_killed_analyses_left(store: Store, settings: Settings, cypher: Cypher) -> None:
    dead, resumed = _describe(), _describe(scope="T:2")
    for analysis in (dead, resumed):
        begin_run(store, analysis)
    cypher("CREATE (:ModelRun {run_id: 'p', fingerprint: 'p', model: 'pinsage', status: 'training'})")
    half = runs_folder(settings) / f"{dead.run_id}.staging"
    half.mkdir(parents=True)
    training = runs_folder(settings) / "p.partial"
    training.mkdir()
    sweep_unfinished(store, settings, keep=resumed.run_id)
    assert {run.run_id for run in list_runs(store)} == {"p", resumed.run_id}
    assert (half.exists(), training.exists()) == (False, True)

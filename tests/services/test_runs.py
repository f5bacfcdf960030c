"""Model runs in the store: life, retirement, sweeping; and the lock of training."""

import json
from pathlib import Path

import pytest

from services.champion import show_runs
from services.graph.errors import ConstraintBroken
from services.graph.store import Store
from services.registry import RunDescription, partial_folder
from services.releases import current_release
from services.runs import (
    active_run,
    active_runs,
    finish_run_in,
    list_runs,
    retire_predictions,
    run_settings,
    start_run,
    sweep_runs,
    training_lock,
)
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.write_back.small_snapshot import small_snapshot

COUNTS = small_snapshot().counts
_START = (
    "CREATE (:ModelRun {run_id: $run_id, fingerprint: $run_id, model: $model, scope: $scope, status: 'training', "
    "created_at: datetime()})"
)


def _describe(run_id: str, fingerprint: str | None = None) -> RunDescription:
    return RunDescription(run_id, fingerprint or f"fingerprint-{run_id}", "snapshot", "{}", "code", 7, 3, ("a", "b"))


def test_training_lock__lets_one_in(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with training_lock(settings) as first, training_lock(settings) as second:
        assert (first, second) == (True, False)
    with training_lock(settings) as again:
        assert again


def test_run_settings__holds_what_changes_a_run_and_nothing_else() -> None:
    text = run_settings(Settings(), {"n_steps": 5})
    found = json.loads(text)
    assert found["pinsage"] == {"n_steps": 5}
    assert found["trait_p_threshold"] == 5e-8
    assert text == run_settings(Settings(api_port=1234), {"n_steps": 5})
    assert text != run_settings(Settings(prediction_top_loci=3), {"n_steps": 5})


@pytest.mark.store
def test_start_run__notes_a_run_that_nobody_sees(store: Store) -> None:
    start_run(store, _describe("r1"), COUNTS)
    (run,) = list_runs(store)
    assert (run.run_id, run.status, run.seed, run.load_ids) == ("r1", "training", 7, ("a", "b"))
    assert run.finished_at is None
    assert active_run(store) is None


@pytest.mark.store
def test_start_run__refuses_a_second_run_with_the_same_fingerprint(store: Store) -> None:
    start_run(store, _describe("r1", "same"), COUNTS)
    with pytest.raises(ConstraintBroken, match="already exists"):
        start_run(store, _describe("r2", "same"), COUNTS)


@pytest.mark.store
def test_finish_run_in__replaces_only_the_run_of_its_model_and_scope(
    store: Store, settings: Settings, cypher: Cypher
) -> None:
    start_run(store, _describe("p1"), COUNTS)
    analyses = [("h1", "ldsc", "T:1"), ("h2", "ldsc", "T:2"), ("l1", "ld-scores", "T:1"), ("h3", "ldsc", "T:1")]
    for run_id, model, scope in analyses:
        cypher(_START, run_id=run_id, model=model, scope=scope)
    for run_id in ("h1", "h2", "l1", "h3"):
        with store.transaction() as transaction:
            finish_run_in(transaction, settings, run_id, {"metrics": '{"x": 1}'})
    show_runs(store, settings, {"p1": {"n_predictions": 4}}, champion="p1", reason="first")
    assert current_release(store).run_ids == ("h2", "h3", "l1", "p1")
    assert {run.run_id: run.status for run in list_runs(store)}["h1"] == "retired"
    assert [(run.run_id, run.scope) for run in active_runs(store, "ldsc")] == [("h3", "T:1"), ("h2", "T:2")]
    run = active_run(store)
    assert run is not None
    assert run.run_id == "p1"
    assert (run.n_predictions, run.champion_reason) == (4, "first")
    assert run.finished_at is not None
    retire_predictions(store, "nothing left")
    assert current_release(store).run_ids == ("h2", "h3", "l1")


@pytest.mark.store
def test_sweep_runs__leaves_other_models_alone(store: Store, settings: Settings, cypher: Cypher) -> None:
    cypher(_START, run_id="h1", model="ldsc", scope="T:1")
    start_run(store, _describe("dead"), COUNTS)
    sweep_runs(store, settings)
    assert [run.run_id for run in list_runs(store)] == ["h1"]


@pytest.mark.store
def test_retire_predictions__leaves_no_run_in_the_release(store: Store, settings: Settings) -> None:
    start_run(store, _describe("r1"), COUNTS)
    show_runs(store, settings, {"r1": {}}, champion="r1", reason="first")
    retire_predictions(store, "nothing left")
    assert current_release(store).run_ids == ()
    assert current_release(store).champion_run_id is None
    assert [run.status for run in list_runs(store)] == ["retired"]
    number = current_release(store).number
    retire_predictions(store, "nothing left")
    assert current_release(store).number == number


@pytest.mark.store
def test_sweep_runs__removes_what_killed_runs_left(store: Store, settings: Settings, cypher: Cypher) -> None:
    cypher(
        "CREATE (:SNP {key: 's'})-[:PREDICTED_ASSOCIATION {edge_key: 'k', run_id: 'dead'}]->(:Trait {trait_id: 'T'})"
    )
    for run_id in ("dead", "resumed"):
        start_run(store, _describe(run_id), COUNTS)
        partial_folder(settings, run_id).mkdir(parents=True)
    assert sweep_runs(store, settings, keep=["resumed"]) == 1
    assert [run.run_id for run in list_runs(store)] == ["resumed"]
    assert not partial_folder(settings, "dead").exists()
    assert partial_folder(settings, "resumed").exists()
    assert cypher("MATCH ()-[e:PREDICTED_ASSOCIATION]->() RETURN count(e) AS n") == [{"n": 0}]

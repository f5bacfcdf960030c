"""Champions on a real store: gated, promoted, rolled back, pruned, and written again from their files."""

from typing import Any

import pytest

from models.pinsage import Measure
from models.pinsage.predictors import METHODS
from services.champion import ChampionError
from services.graph.store import Store
from services.registry import ArtefactError, artefact_folder
from services.releases import current_release
from services.runs import list_runs
from services.settings import Settings
from services.training import TrainingState, choice, find_model, list_models, promote, prune, rollback, train
from tests.conftest import Cypher
from tests.services.graph_rows import planted_modules
from tests.services.training.test_train import QUICK

pytestmark = [pytest.mark.store, pytest.mark.slow]


@pytest.fixture
def quick(settings: Settings) -> Settings:
    """Settings of a model that is fitted in a second."""
    return settings.model_copy(update={"pinsage": QUICK, "prediction_top_loci": 2})


def _edges(cypher: Cypher) -> dict[str, int]:
    found = cypher("MATCH ()-[e:PREDICTED_ASSOCIATION]->() RETURN e.run_id AS run, count(e) AS n")
    return {row["run"]: row["n"] for row in found}


def _champion(store: Store) -> str:
    return str(current_release(store).champion_run_id)


def test_rollback__is_the_same_switch_and_back_again(store: Store, quick: Settings, cypher: Cypher) -> None:
    planted_modules().write(cypher)
    first = str(train(store, quick, seed=1).run_id)
    second = str(train(store, quick, seed=2).run_id)
    assert _champion(store) == second
    before = _edges(cypher)
    done = rollback(store, quick)
    assert (done.run_id, done.before, done.is_rewritten) == (first, second, False)
    assert _champion(store) == first
    status = {run.run_id: run.status for run in list_runs(store)}
    assert (status[first], status[second]) == ("finished", "retired")
    assert rollback(store, quick).run_id == second
    assert _champion(store) == second
    assert {run: n for run, n in _edges(cypher).items() if run in {first, second}} == {
        run: n for run, n in before.items() if run in {first, second}
    }


def test_rollback__without_a_champion_before_says_so(store: Store, quick: Settings, cypher: Cypher) -> None:
    planted_modules().write(cypher)
    train(store, quick, seed=1)
    with pytest.raises(ChampionError, match=r"there was none: see `locusgraph models list`"):
        rollback(store, quick)


def test_promote__writes_edges_that_are_gone_again_from_the_files(
    store: Store, quick: Settings, cypher: Cypher
) -> None:
    planted_modules().write(cypher)
    alone = quick.model_copy(update={"prediction_runs_kept": 1})
    first = str(train(store, alone, seed=1).run_id)
    was = cypher(
        "MATCH ()-[e:PREDICTED_ASSOCIATION {run_id: $run}]->() RETURN properties(e) AS e ORDER BY e.edge_key", run=first
    )
    train(store, alone, seed=2)
    assert first not in _edges(cypher)
    done = promote(store, alone, first[:10])
    assert (done.run_id, done.is_rewritten, done.n_predictions) == (first, True, len(was))
    now = cypher(
        "MATCH ()-[e:PREDICTED_ASSOCIATION {run_id: $run}]->() RETURN properties(e) AS e ORDER BY e.edge_key", run=first
    )
    assert now == was
    assert _champion(store) == first


def test_promote__of_a_run_whose_files_are_gone_is_refused(store: Store, quick: Settings, cypher: Cypher) -> None:
    planted_modules().write(cypher)
    alone = quick.model_copy(update={"prediction_runs_kept": 1})
    first = str(train(store, alone, seed=1).run_id)
    second = str(train(store, alone, seed=2).run_id)
    pruned = prune(store, alone, with_files=True)
    assert first in pruned.folders
    assert not artefact_folder(alone, first).exists()
    with pytest.raises(ArtefactError, match="are missing"):
        promote(store, alone, first)
    assert _champion(store) == second


def test_find_model__needs_one_run(store: Store, quick: Settings, cypher: Cypher) -> None:
    with pytest.raises(ChampionError, match="names 0; known are none: run `locusgraph train`"):
        find_model(store, quick, "abc")


def test_train__of_a_worse_recipe_keeps_the_champion_and_says_why(
    store: Store, quick: Settings, cypher: Cypher, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted_modules().write(cypher)
    good = str(train(store, quick, seed=1).run_id)
    before = {run: n for run, n in _edges(cypher).items() if run == good}
    monkeypatch.setattr(choice, "hit_difference", lambda *_, **__: Measure(-0.02, -0.03, -0.01))
    outcome = train(store, quick, seed=2)
    assert _champion(store) == good == outcome.run_id
    assert "is kept, and the predictions of champion" in outcome.message
    refused = [entry for entry in list_models(store, quick) if entry.run.seed == 2]
    assert [(entry.is_kept, entry.is_champion, entry.run.status) for entry in refused] == [
        (True, False, "finished")
    ] * len(METHODS)
    assert all("-0.020 [-0.030, -0.010], worse by the margin" in str(entry.run.champion_reason) for entry in refused)
    assert set(_edges(cypher)) > {entry.run.run_id for entry in refused}
    assert {run: n for run, n in _edges(cypher).items() if run == good} == before
    assert train(store, quick, seed=2).state is TrainingState.UNCHANGED


def test_choose__a_recipe_that_is_the_same_is_not_fitted_again(
    store: Store, quick: Settings, cypher: Cypher, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted_modules().write(cypher)
    train(store, quick, seed=1)

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("fitted again")

    monkeypatch.setattr(choice, "fit_predictors", refuse)
    train(store, quick, seed=2)
    run = next(run for run in list_runs(store) if run.run_id == _champion(store))
    assert run.metrics["choice"]["difference"]["lower"] >= 0.0
    assert "not worse" in str(run.champion_reason)

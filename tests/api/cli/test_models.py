"""``locusgraph models``: what is said of runs, and who is champion after it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from services.graph.opening import open_store
from services.graph.setup import prepare_database
from services.graph.store import Store
from services.releases import current_release
from services.settings import Settings
from services.training import train
from tests.api.cli.conftest import Run
from tests.conftest import EMPTYING, Cypher
from tests.services.graph_rows import planted_modules
from tests.services.training.test_train import QUICK

pytestmark = [pytest.mark.store, pytest.mark.slow]


@pytest.fixture(scope="module")
def two_trainings(api_settings: Settings, run_cypher: Cypher) -> Iterator[dict[str, Any]]:
    """A graph with two trainings; the second one's best run is champion."""
    for statement in EMPTYING:
        run_cypher(statement)
    settings = api_settings.model_copy(update={"pinsage": QUICK, "prediction_top_loci": 2})
    with open_store(settings) as store:
        prepare_database(store, "GRCh37")
        planted_modules().write(run_cypher)
        champions = [str(train(store, settings, seed=seed).run_id) for seed in (1, 2)]
        yield {"store": store, "champions": champions}
    for statement in EMPTYING:
        run_cypher(statement)


def _champion(store: Store) -> str | None:
    return current_release(store).champion_run_id


def test_models_list__shows_every_run_and_the_champion(run: Run, two_trainings: dict[str, Any]) -> None:
    listed = json.loads(run("models", "list", "--json").stdout)["models"]
    assert {entry["run_id"] for entry in listed if entry["is_champion"]} == {two_trainings["champions"][1]}
    assert all(entry["has_files"] and entry["hit_at_50"] > 0 for entry in listed)
    shown = run("models", "list").stdout
    assert all(entry["run_id"] in shown for entry in listed)
    assert "champion" in shown


def test_models_show__shows_figures_and_probabilities(run: Run, two_trainings: dict[str, Any]) -> None:
    shown = run("models", "show", two_trainings["champions"][1][:8])
    assert shown.exit_code == 0
    for words in ("state", "champion", "popularity", "probabilities of the best-ranked candidates", "degrees alone"):
        assert words in shown.stdout
    found = json.loads(run("models", "show", two_trainings["champions"][1], "--json").stdout)
    assert found["metrics"]["calibration"]["report"]["n_hits"] >= 20


def test_models_show__of_an_unknown_run_names_the_known(run: Run, two_trainings: dict[str, Any]) -> None:
    shown = run("models", "show", "zzz")
    assert shown.exit_code == 1
    assert "'zzz' names 0" in shown.stderr
    assert two_trainings["champions"][0] in shown.stderr.replace("\n", "").replace("│", "").replace(" ", "")


def test_models_rollback__and_promote_change_the_champion(run: Run, two_trainings: dict[str, Any]) -> None:
    first, second = two_trainings["champions"]
    done = json.loads(run("models", "rollback", "--json").stdout)
    assert (done["run_id"], done["before"]) == (first, second)
    assert _champion(two_trainings["store"]) == first
    shown = run("models", "promote", second)
    assert f"run {second} is champion instead of {first}" in shown.stdout.replace("\n", " ")
    assert _champion(two_trainings["store"]) == second


def test_models_prune__keeps_champion_and_the_one_before(run: Run, two_trainings: dict[str, Any]) -> None:
    pruned = json.loads(run("models", "prune", "--json").stdout)
    assert not set(pruned["run_ids"]) & set(two_trainings["champions"])
    assert _champion(two_trainings["store"]) == two_trainings["champions"][1]
    again = run("models", "prune")
    assert "0 predicted edges of 0 runs" in again.stdout

"""Which runs keep their edges, and which champion a rollback goes to."""

from typing import Any

import pytest

from services.champion import ChampionError, crown, kept_runs, previous_champion, show_runs
from services.graph.store import Store
from services.registry import RunDescription
from services.releases import current_release, switch_release
from services.runs import ModelRun, list_runs, start_run
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.write_back.small_snapshot import small_snapshot


def _run(run_id: str, *, promoted: str | None = None, training: str = "", status: str = "finished") -> ModelRun:
    more: dict[str, Any] = {"training_id": training or run_id, "promoted_at": promoted, "method": "PinSage"}
    empty = ((), status, "", "", 0, (), 0, "{}", "", {}, 0, None, None)
    return ModelRun(run_id, "pinsage", "", *empty, **more)


RUNS = (
    _run("c2", promoted="2026-03-01T00:00:00Z", training="t3"),
    _run("c2-pinsage", training="t3"),
    _run("c1", promoted="2026-02-01T00:00:00Z", training="t2", status="retired"),
    _run("c1-pinsage", training="t2", status="retired"),
    _run("c0", promoted="2026-01-01T00:00:00Z", training="t1", status="retired"),
    _run("half", training="t4", status="training"),
)


@pytest.mark.parametrize(
    ("n_champions", "newest", "expected"),
    [
        (1, (), {"c2", "c2-pinsage"}),
        (2, (), {"c2", "c2-pinsage", "c1"}),
        (3, (), {"c2", "c2-pinsage", "c1", "c0"}),
        (1, ("half",), {"c2", "c2-pinsage", "half"}),
    ],
)
def test_kept_runs__are_the_last_champions_and_the_champions_training(
    n_champions: int, newest: tuple[str, ...], expected: set[str]
) -> None:
    assert kept_runs(RUNS, "c2", n_champions, newest) == expected


def test_kept_runs__after_a_rollback_keep_the_champion_that_was_left() -> None:
    assert kept_runs(RUNS, "c1", 2) == {"c1", "c1-pinsage", "c2"}


def test_previous_champion__is_the_one_promoted_last_among_the_others() -> None:
    found = [previous_champion(RUNS, champion) for champion in ("c2", "c1", "c0")]
    assert [run.run_id for run in found if run] == ["c1", "c2", "c2"]
    assert previous_champion(RUNS[1:2], "c2-pinsage") is None


@pytest.mark.store
def test_show_runs__kept_out_without_any_champion_are_retired_and_shown_to_nobody(
    store: Store, settings: Settings
) -> None:
    description = RunDescription("r1", "f", "s", "{}", "c", 0, 1, ())
    start_run(store, description, small_snapshot().counts)
    release = show_runs(store, settings, {"r1": {"n_predictions": 4}}, champion=None, reason="too few SNPs")
    assert (release.run_ids, release.champion_run_id) == ((), None)
    (run,) = list_runs(store)
    assert (run.status, run.champion_reason, run.promoted_at, run.n_predictions) == (
        "retired",
        "too few SNPs",
        None,
        4,
    )


@pytest.mark.store
@pytest.mark.parametrize(("run_id", "seen"), [("gone", "is not known"), ("r1", "is a training run of pinsage")])
def test_crown__refuses_a_run_that_is_not_finished(store: Store, settings: Settings, run_id: str, seen: str) -> None:
    start_run(store, RunDescription("r1", "f", "s", "{}", "c", 0, 1, ()), small_snapshot().counts)
    with pytest.raises(ChampionError, match=seen):
        crown(store, settings, run_id, reason="test")


@pytest.mark.store
def test_current_release__of_an_older_version_has_its_finished_run_as_champion(store: Store, cypher: Cypher) -> None:
    cypher(
        "CREATE (:Release {number: 1, is_current: true, load_ids: [], run_ids: ['l', 'old'], created_at: datetime()}) "
        "CREATE (:ModelRun {run_id: 'old', model: 'pinsage', status: 'finished'}) "
        "CREATE (:ModelRun {run_id: 'l', model: 'ldsc', status: 'finished'})"
    )
    assert current_release(store).champion_run_id == "old"
    assert switch_release(store, "a load", add_load_ids=["a"]).champion_run_id == "old"


@pytest.mark.store
def test_previous_champion__is_told_by_time_and_not_by_its_text() -> None:
    runs = [_run("a", promoted="2026-01-01T10:00:00.12Z"), _run("b", promoted="2026-01-01T10:00:00.121Z"), _run("c")]
    assert (previous_champion(runs, "c") or runs[0]).run_id == "b"
    assert kept_runs(runs, "c", 2) == {"b", "c"}


def test_switch_release__ends_the_champion_with_its_run(store: Store) -> None:
    assert switch_release(store, "one", add_run_ids=["r"], champion_run_id="r").champion_run_id == "r"
    assert switch_release(store, "two", add_load_ids=["a"]).champion_run_id == "r"
    assert switch_release(store, "three", remove_run_ids=["r"]).champion_run_id is None

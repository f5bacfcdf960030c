"""Predicted edges on a real store: staged unseen, shown in one switch, the old run gone, whatever is killed."""

from collections.abc import Iterator
from typing import Any

import pytest

from services.graph.store import Store
from services.registry import RunDescription
from services.releases import current_release
from services.runs import list_runs, start_run, sweep_runs
from services.settings import Settings
from services.write_back import PredictedEdge, RunToWrite, write_predictions
from tests.conftest import Cypher
from tests.services.graph_rows import GraphRows
from tests.services.write_back.small_snapshot import small_snapshot

pytestmark = pytest.mark.store

BLOCK = "GRCh37:1:1-1000000"
RESULTS = {"metrics": "{}", "hit_at_50": 0.5}


def _describe(run_id: str) -> RunDescription:
    return RunDescription(run_id, f"fingerprint-{run_id}", "snapshot", "{}", "code", 0, 1, ("a",))


def _graph(cypher: Cypher) -> None:
    rows = GraphRows()
    rows.snp(1000)
    rows.snp(2000)
    rows.cpg("cg1")
    rows.gene("ENSG1")
    rows.trait("T")
    rows.write(cypher)


def _edges(score: float = 1.0) -> list[PredictedEdge]:
    snp, other = "GRCh37:1:1000:A:G", "GRCh37:1:2000:A:G"
    return [
        PredictedEdge("CpG", "cg1", snp, BLOCK, 1, score, (other,), 0.25, 99.5),
        PredictedEdge("Gene", "ENSG1", snp, BLOCK, 1, score, (other, snp)),
        PredictedEdge("Trait", "T", other, BLOCK, 2, score, (snp,)),
    ]


def _write(store: Store, settings: Settings, run_id: str, edges: Any) -> int:
    start_run(store, _describe(run_id), small_snapshot().counts)
    run = RunToWrite(run_id, "PinSage", edges, RESULTS)
    return write_predictions(store, settings, [run], champion=run_id, reason="a test")[run_id]


def _stored(cypher: Cypher) -> list[dict[str, Any]]:
    return cypher(
        "MATCH (s:SNP)-[e:PREDICTED_ASSOCIATION]->(t) RETURN s.key AS snp, labels(t)[0] AS label, e.run_id AS run_id, "
        "e.rank AS rank, e.score AS score, e.query_snps AS query_snps, e.block_id AS block_id, "
        "e.knowledge_level AS knowledge_level, e.model AS model, e.method AS method, e.probability AS probability, "
        "e.null_percentile AS null_percentile ORDER BY run_id, label"
    )


def test_write_predictions__writes_edges_to_all_three_kinds_of_target(
    store: Store, settings: Settings, cypher: Cypher
) -> None:
    _graph(cypher)
    assert _write(store, settings, "run1", _edges()) == 3
    found = _stored(cypher)
    assert [row["label"] for row in found] == ["CpG", "Gene", "Trait"]
    assert found[1] == {
        "snp": "GRCh37:1:1000:A:G", "label": "Gene", "run_id": "run1", "rank": 1, "score": 1.0, "block_id": BLOCK,
        "query_snps": ["GRCh37:1:2000:A:G", "GRCh37:1:1000:A:G"], "knowledge_level": "prediction", "model": "pinsage",
        "method": "PinSage", "probability": None, "null_percentile": None,
    }  # fmt: skip
    assert (found[0]["probability"], found[0]["null_percentile"]) == (0.25, 99.5)
    (run,) = list_runs(store)
    assert (run.status, run.n_predictions) == ("finished", 3)
    assert current_release(store).run_ids == ("run1",)


def test_write_predictions__shows_the_new_run_and_keeps_the_one_before(
    store: Store, settings: Settings, cypher: Cypher
) -> None:
    _graph(cypher)
    loads = current_release(store).load_ids
    _write(store, settings, "run1", _edges())
    _write(store, settings, "run2", _edges(2.0)[:2])
    assert [row["run_id"] for row in _stored(cypher)] == ["run1"] * 3 + ["run2"] * 2
    assert {run.run_id: run.status for run in list_runs(store)} == {"run1": "retired", "run2": "finished"}
    release = current_release(store)
    assert (release.run_ids, release.champion_run_id, release.load_ids) == (("run1", "run2"), "run2", loads)


def test_write_predictions__keeps_as_many_champions_as_the_setting_says(
    store: Store, settings: Settings, cypher: Cypher
) -> None:
    _graph(cypher)
    for number in range(4):
        _write(store, settings, f"run{number}", _edges())
    assert current_release(store).run_ids == ("run2", "run3")
    alone = settings.model_copy(update={"prediction_runs_kept": 1})
    _write(store, alone, "run4", _edges())
    assert {row["run_id"] for row in _stored(cypher)} == {"run4"} == set(current_release(store).run_ids)


def test_write_predictions__of_a_run_that_is_worse_leaves_the_champion(
    store: Store, settings: Settings, cypher: Cypher
) -> None:
    _graph(cypher)
    _write(store, settings, "run1", _edges())
    start_run(store, _describe("run2"), small_snapshot().counts)
    worse = RunToWrite("run2", "PinSage", _edges(2.0), RESULTS)
    write_predictions(store, settings, [worse], champion=None, reason="it is worse")
    release = current_release(store)
    assert (release.run_ids, release.champion_run_id) == (("run1", "run2"), "run1")
    reasons = {run.run_id: (run.status, run.champion_reason, run.promoted_at) for run in list_runs(store)}
    assert reasons["run2"] == ("finished", "it is worse", None)
    assert reasons["run1"][0] == "finished"


def test_write_predictions__again_changes_nothing(store: Store, settings: Settings, cypher: Cypher) -> None:
    _graph(cypher)
    _write(store, settings, "run1", _edges())
    before = _stored(cypher)
    _write(store, settings, "run1", _edges())
    assert _stored(cypher) == before


def test_write_predictions__readers_see_the_old_run_until_the_switch(
    store: Store, settings: Settings, cypher: Cypher
) -> None:
    _graph(cypher)
    _write(store, settings, "run1", _edges())
    one_at_a_time = settings.model_copy(update={"edge_batch_rows": 1})
    seen = []

    def watched() -> Iterator[PredictedEdge]:
        for edge in _edges():
            seen.append(current_release(store).champion_run_id)
            yield edge

    _write(store, one_at_a_time, "run2", watched())
    assert set(seen) == {"run1"}
    assert current_release(store).champion_run_id == "run2"


class KilledError(Exception):
    """Stands for the end of the process at one place."""


class StopsAtWrite:
    """A store that dies before its n-th write or transaction."""

    def __init__(self, store: Store, n_writes: int) -> None:
        self._store, self._left = store, n_writes

    def __getattr__(self, name: str) -> Any:
        if name in {"write", "write_rows", "transaction"}:
            if self._left == 0:
                raise KilledError
            self._left -= 1
        return getattr(self._store, name)


@pytest.mark.parametrize("n_writes", range(7))
def test_write_predictions__killed_anywhere_and_done_again_gives_the_same_graph(
    store: Store, settings: Settings, cypher: Cypher, n_writes: int
) -> None:
    _graph(cypher)
    _write(store, settings, "old", _edges(9.0))
    try:
        _write(StopsAtWrite(store, n_writes), settings, "new", _edges())  # type: ignore[arg-type]
    except KilledError:
        champion = current_release(store).champion_run_id
        assert len([row for row in _stored(cypher) if row["run_id"] == champion]) == 3
    sweep_runs(store, settings)
    if current_release(store).champion_run_id != "new":
        assert {row["run_id"] for row in _stored(cypher)} == {"old"}
    _write(store, settings, "new", _edges())
    assert [(row["run_id"], row["score"]) for row in _stored(cypher)] == [("new", 1.0)] * 3 + [("old", 9.0)] * 3
    assert {run.run_id: run.status for run in list_runs(store)} == {"old": "retired", "new": "finished"}

"""During a load, a replacement and a write-back an analyst counts no edge twice: the entry waits, or says why not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.cypher.errors import GraphChanging
from services.cypher.running import CypherRunner, Question
from services.cypher.settled import read_state
from services.graph.store import Store
from services.ingest import ingest_manifest, remove_study
from services.releases import current_release, switch_release
from services.settings import Settings
from services.write_back.prediction import PredictedEdge
from services.write_back.staging import stage_predictions
from tests.conftest import Cypher
from tests.services.ingest.tiny import evidence, ingest, write_manifest, write_study

pytestmark = pytest.mark.store
COUNT = "MATCH ()-[e:MQTL]->() RETURN count(e) AS n"
COUNT_FILTERED = "MATCH ()-[e:MQTL]->() WHERE e.load_id IN $load_ids RETURN count(e) AS n"


@pytest.fixture
def hurried(settings: Settings) -> Settings:
    return settings.model_copy(update={"cypher_wait_seconds": 0.0, "edge_batch_rows": 2})


@pytest.fixture
def runner(store: Store, hurried: Settings) -> Iterator[CypherRunner]:
    with CypherRunner(store, hurried) as opened:
        yield opened


def _mqtl(folder: Path, n: int, beta: float = 0.5) -> str:
    rows = [evidence(f"rs{i}", f"1:{1000 + i}", "A/G", f"cg{i % 3:08d}", beta=beta) for i in range(n)]
    return write_study(folder, "blood", "mqtl", rows)


def _count(runner: CypherRunner, text: str = COUNT, **more: Any) -> int | str:
    """The count that an analyst gets, or why there is none."""
    try:
        with runner.ask(Question(text, **more)) as answer:
            rows = list(answer.rows())
    except GraphChanging as error:
        return str(error)
    return int(rows[0][0])


def test_cypher__never_counts_twice_while_a_study_is_replaced(
    store: Store, hurried: Settings, runner: CypherRunner, cypher: Cypher, tmp_path: Path
) -> None:
    ingest(store, hurried, tmp_path, _mqtl(tmp_path, 4))
    seen: list[tuple[int | str, int | str, int]] = []

    def look(_done: int, _total: int, _text: str) -> None:
        filtered = _count(runner, COUNT_FILTERED, is_unsettled=True)
        seen.append((_count(runner), filtered, cypher(COUNT)[0]["n"]))

    ingest_manifest(store, hurried, write_manifest(tmp_path, _mqtl(tmp_path, 6, beta=0.25)), on_progress=look)
    assert max(there for *_, there in seen) == 10
    assert {filtered for _, filtered, _ in seen} <= {4, 6}
    assert {counted for counted, *_ in seen if isinstance(counted, int)} <= {4, 6}
    refused = [counted for counted, _, there in seen if there > 6]
    assert refused
    assert all("could be counted twice" in str(counted) and "load blood" in str(counted) for counted in refused)
    assert _count(runner) == 6


def test_cypher__waits_for_a_load_to_end(store: Store, hurried: Settings, runner: CypherRunner, tmp_path: Path) -> None:
    ingest(store, hurried, tmp_path, _mqtl(tmp_path, 4))
    store.write("releases/begin_change", reason="load of a test")
    assert "load of a test" in str(_count(runner))
    store.write("releases/end_change")
    assert _count(runner) == 4


def test_cypher__that_began_before_a_change_is_not_believed(
    store: Store, hurried: Settings, runner: CypherRunner, tmp_path: Path
) -> None:
    ingest(store, hurried, tmp_path, _mqtl(tmp_path, 4))
    with pytest.raises(GraphChanging, match="while the query ran"), runner.ask(Question(COUNT)) as answer:
        assert list(answer.rows()) == [[4]]
        ingest(store, hurried, tmp_path, _mqtl(tmp_path, 5))
    with pytest.raises(GraphChanging, match="while the query ran"), runner.ask(Question(COUNT)):
        remove_study(store, hurried, "blood")


def test_cypher__waits_for_a_write_back(
    store: Store, hurried: Settings, runner: CypherRunner, cypher: Cypher, tmp_path: Path
) -> None:
    ingest(store, hurried, tmp_path, _mqtl(tmp_path, 4))
    cypher("UNWIND ['old', 'new'] AS id CREATE (:ModelRun {run_id: id, model: 'pinsage', fingerprint: id})")
    edges = [_predict(row["key"]) for row in cypher("MATCH (s:SNP) RETURN s.key AS key ORDER BY key")]
    count = "MATCH ()-[e:PREDICTED_ASSOCIATION]->() RETURN count(e) AS n"
    stage_predictions(store, "old", "PinSage", edges)
    assert "run old (pinsage)" in str(_count(runner, count))
    switch_release(store, "old", add_run_ids=["old"], champion_run_id="old")
    assert _count(runner, count) == 4
    stage_predictions(store, "new", "PinSage", edges[:3])
    assert "run new (pinsage)" in str(_count(runner, count))
    switch_release(store, "new", add_run_ids=["new"], remove_run_ids=["old"], champion_run_id="new")
    assert "run old (pinsage)" in str(_count(runner, count))
    store.write("write_back/delete_run_edges", run_ids=["old"], batch=1000)
    assert _count(runner, count) == 3


def test_cypher__after_a_killed_load_waits_until_the_next_command_has_swept(
    store: Store, hurried: Settings, runner: CypherRunner, tmp_path: Path
) -> None:
    ingest(store, hurried, tmp_path, _mqtl(tmp_path, 4))

    def die(_done: int, _total: int, text: str) -> None:
        if text == "staging blood":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest_manifest(store, hurried, write_manifest(tmp_path, _mqtl(tmp_path, 6)), on_progress=die)
    assert "clears away" in str(_count(runner))
    ingest(store, hurried, tmp_path, _mqtl(tmp_path, 4))
    assert _count(runner) == 4
    assert read_state(store).is_settled


def test_cypher__where_older_releases_are_kept_says_so_at_once(
    store: Store, hurried: Settings, runner: CypherRunner, cypher: Cypher, tmp_path: Path
) -> None:
    keeping = hurried.model_copy(update={"kept_releases": 2})
    ingest(store, keeping, tmp_path, _mqtl(tmp_path, 4))
    ingest(store, keeping, tmp_path, _mqtl(tmp_path, 5, beta=0.25))
    assert cypher(COUNT) == [{"n": 9}]
    assert "older, kept releases" in str(_count(runner))
    assert _count(runner, COUNT_FILTERED, is_unsettled=True) == 5


def test_read_state__names_the_release(store: Store, hurried: Settings, tmp_path: Path) -> None:
    assert read_state(store).parameters() == {"load_ids": [], "run_ids": [], "champion_run_id": None}
    ingest(store, hurried, tmp_path, _mqtl(tmp_path, 4))
    release = current_release(store)
    state = read_state(store)
    assert (state.number, state.load_ids) == (release.number, release.load_ids)
    assert state.is_settled


def _predict(snp: str) -> PredictedEdge:
    return PredictedEdge(
        snp=snp,
        target_label="CpG",
        target="cg00000000",
        rank=1,
        score=1.0,
        probability=0.5,
        null_percentile=99.0,
        query_snps=(),
        block_id=None,
    )

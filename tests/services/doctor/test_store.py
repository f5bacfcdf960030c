"""The store, looked at on a real Neo4j and broken on purpose."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from graph_schema.constraints import SCHEMA_VERSION
from services.doctor import examine
from services.doctor.finding import Finding, State, looked
from services.doctor.store import look_at_external_settings, look_at_store
from services.graph.store import Store
from services.ingest.state import StateFolder, write_json
from services.settings import Settings
from services.statistics.locking import ask_for_refresh

pytestmark = pytest.mark.store
Cypher = Callable[..., list[dict[str, Any]]]


def _look(settings: Settings) -> dict[str, Finding]:
    """By subject; of several findings the last."""
    return {found.subject: found for found in looked("store", lambda: look_at_store(settings, may_start=False))}


def test_store__that_is_right(store: Store, settings: Settings) -> None:
    found = _look(settings)
    assert {name for name, one in found.items() if one.state == State.FINE} >= {"store", "clock", "schema", "indexes"}
    assert found["champion"].state == State.NOTE
    assert "locusgraph train" in found["champion"].remedy


def test_store__never_set_up_and_somebody_elses(empty_store: Store, settings: Settings, cypher: Cypher) -> None:
    assert _look(settings)["schema"].state == State.NOTE
    cypher("CREATE (:Film)")
    found = _look(settings)["schema"]
    assert (found.state, found.seen) == (State.BROKEN, "the database holds 1 nodes that this program did not write")


@pytest.mark.parametrize(("difference", "remedy"), [(-1, "locusgraph migrate"), (1, "upgrade the program")])
def test_schema__of_another_version(
    store: Store, settings: Settings, cypher: Cypher, difference: int, remedy: str
) -> None:
    cypher("MATCH (n:SchemaVersion) SET n.version = $v", v=SCHEMA_VERSION + difference)
    found = _look(settings)
    assert found["schema"].state == State.BROKEN
    assert remedy in found["schema"].remedy
    assert "indexes" not in found


def test_indexes__one_missing(store: Store, settings: Settings, cypher: Cypher) -> None:
    cypher("DROP INDEX gene_symbol")
    try:
        found = _look(settings)["indexes"]
    finally:
        cypher("CREATE INDEX gene_symbol IF NOT EXISTS FOR (n:Gene) ON (n.symbol)")
    assert (found.state, found.seen) == (State.BROKEN, "1 are missing: gene_symbol")


def test_unfinished__is_told_with_what_settles_it(store: Store, settings: Settings, cypher: Cypher) -> None:
    cypher("CREATE (:Load {load_id: 'half'})")
    cypher("CREATE (:ModelRun {run_id: 'r', fingerprint: 'f', model: 'pinsage', status: 'training'})")
    write_json(StateFolder(settings.home).journal, {"view": "000001"})
    ask_for_refresh(settings)
    found = [
        one
        for one in looked("store", lambda: look_at_store(settings, may_start=False))
        if one.subject == "unfinished work"
    ]
    assert {one.state for one in found} == {State.NOTE}
    said = " ".join(one.seen for one in found)
    assert "a load was begun and not finished" in said
    assert "half" in said
    assert "r (pinsage, training)" in said
    assert "statistics wait" in said
    assert all(one.remedy for one in found)


@pytest.mark.parametrize(("kept_releases", "is_told"), [(1, True), (2, False)])
def test_unfinished__loads_of_a_kept_release_are_in_order(
    store: Store, settings: Settings, cypher: Cypher, kept_releases: int, is_told: bool
) -> None:
    cypher("CREATE (:Load {load_id: 'older', status: 'retired'})")
    cypher(
        "UNWIND [[1, false, ['older']], [2, true, []]] AS row "
        "CREATE (:Release {number: row[0], is_current: row[1], load_ids: row[2], run_ids: [], created_at: datetime()})"
    )
    found = _look(settings.model_copy(update={"kept_releases": kept_releases}))["unfinished work"]
    assert (found.state == State.NOTE, "older" in found.seen) == (is_told, is_told)


def test_champion__without_its_files(store: Store, settings: Settings, cypher: Cypher) -> None:
    cypher(
        "CREATE (:Release {number: 1, is_current: true, load_ids: [], run_ids: ['gone'], champion_run_id: 'gone', "
        "created_at: datetime()})"
    )
    found = _look(settings)["champion"]
    assert found.state == State.BROKEN
    assert found.seen.startswith("the files of model run gone are missing")
    assert found.remedy == "run `locusgraph train` again"


def test_store__wrong_password(store: Store, settings: Settings) -> None:
    found = _look(settings.model_copy(update={"neo4j_password": SecretStr("wrong-one")}))["store"]
    assert found.state == State.BROKEN
    assert "refused user 'neo4j'" in found.seen
    assert found.remedy == "check NEO4J_USER and the password"


def test_store__nobody_answers(settings: Settings) -> None:
    found = _look(settings.model_copy(update={"neo4j_uri": "bolt://127.0.0.1:1"}))["store"]
    assert found.state == State.BROKEN
    assert "does not answer" in found.seen


def test_external_settings__what_does_not_fit_together(tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path,
        neo4j_uri="bolt://graph.example:7687",
        neo4j_password=SecretStr("x"),
        neo4j_password_file=tmp_path / "file",
    )
    said = " ".join(one.seen for one in look_at_external_settings(settings) if one.state == State.NOTE)
    assert "is not encrypted" in said
    assert "are both set" in said
    wrong = settings.model_copy(update={"neo4j_uri": "http://graph.example:7474"})
    (found,) = looked("NEO4J_URI", lambda: look_at_external_settings(wrong))
    assert "is no address of a Neo4j server" in found.seen
    assert "bolt://HOST:PORT" in found.remedy


def test_store__managed_and_not_running_is_left_so(tmp_path: Path) -> None:
    found = _look(Settings(home=tmp_path, neo4j_uri=None))["store"]
    assert (found.state, found.seen) == (State.NOTE, "there is none yet")
    (tmp_path / "graph" / "data" / "databases").mkdir(parents=True)
    assert "doctor --start" in _look(Settings(home=tmp_path, neo4j_uri=None))["store"].remedy


def test_examine__tells_all_that_is_broken_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCUSGRAPH_SERVER_HEAP_MIB", "lots")
    found = {one.subject: one for one in examine()}
    assert found["settings"].state == State.BROKEN
    assert set(found) == {"Java", "packages", "settings"}

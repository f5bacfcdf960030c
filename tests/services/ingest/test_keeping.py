"""Kept releases: what the newest releases measured stays in the graph, and readers of the current one never see it."""

from pathlib import Path
from typing import Any

import pytest

from services.graph.store import Store
from services.ingest import ingest_manifest, remove_study
from services.ingest.sweeping import repair_state
from services.releases import current_release, switch_release
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.ingest.tiny import dump, evidence, ingest, write_manifest, write_study

pytestmark = pytest.mark.store

COUNT = "MATCH (:SNP)-[e:MQTL]->(:CpG) RETURN e.study_id AS study, e.load_id IN $load_ids AS seen, count(e) AS n"
BLOOD = [evidence("rs1", "1:1000", target="cg1"), evidence("rs2", "1:2000", target="cg2")]
BRAIN = [evidence("rs1", "1:1000", target="cg1"), evidence("rs3", "2:3000", target="cg3")]


@pytest.fixture
def keeping(settings: Settings) -> Settings:
    """Settings that keep two releases."""
    return settings.model_copy(update={"kept_releases": 2})


def counts(store: Store, cypher: Cypher) -> dict[tuple[str, bool], int]:
    """Edges by study, and whether readers of the current release see them."""
    rows = cypher(COUNT, load_ids=list(current_release(store).load_ids))
    return {(row["study"], row["seen"]): row["n"] for row in rows}


def loaded(store: Store, kept: int) -> list[int]:
    return [row["number"] for row in store.read("releases/list_loaded", kept=kept)]


def as_of(store: Store, number: int) -> set[str]:
    (row,) = store.read("releases/read_as_of", number=number)
    return set(row["load_ids"])


def both(folder: Path) -> tuple[str, str]:
    return write_study(folder, "blood", "mqtl", BLOOD), write_study(folder, "brain", "mqtl", BRAIN)


def test_removed_study__stays_for_its_kept_release_and_then_goes(
    store: Store, keeping: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    blood, brain = both(tmp_path)
    ingest(store, keeping, tmp_path, brain)
    never = dump(cypher)
    ingest(store, keeping, tmp_path, blood, brain)
    first = current_release(store)
    remove_study(store, keeping, "blood")
    second = current_release(store)
    assert counts(store, cypher) == {("blood", False): 2, ("brain", True): 2}
    assert loaded(store, 2) == [second.number, first.number]
    assert as_of(store, first.number) == set(first.load_ids)
    assert cypher("MATCH (s:Study {study_id: 'blood'}) RETURN s.active_load_id AS id") == [{"id": None}]
    assert cypher("MATCH (l:Load) RETURN l.study_id AS study, l.status AS status ORDER BY study") == [
        {"study": "blood", "status": "retired"},
        {"study": "brain", "status": "active"},
    ]
    repair_state(store, keeping)
    assert counts(store, cypher)["blood", False] == 2
    gwas = write_study(tmp_path, "hits", "gwas", [evidence("rs1", "1:1000", target="T1")])
    ingest(store, keeping, tmp_path, gwas)
    assert counts(store, cypher) == {("brain", True): 2}
    assert first.number not in loaded(store, 2)
    remove_study(store, keeping.model_copy(update={"kept_releases": 1}), "hits")
    assert dump(cypher) == never
    folders = {path.name for path in (keeping.home / "loads").iterdir()}
    assert folders == set(current_release(store).load_ids)


def test_replaced_study__is_counted_once_in_each_release_and_comes_back_unstaged(
    store: Store, keeping: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    blood = write_study(tmp_path, "blood", "mqtl", BLOOD)
    ingest(store, keeping, tmp_path, blood)
    first = current_release(store)
    write_study(tmp_path, "blood", "mqtl", [*BLOOD, evidence("rs9", "3:9000", target="cg9")])
    ingest(store, keeping, tmp_path, blood)
    second = current_release(store)
    assert first.load_ids != second.load_ids
    assert counts(store, cypher) == {("blood", False): 2, ("blood", True): 3}
    edges = {number: _edges(cypher, as_of(store, number)) for number in (first.number, second.number)}
    assert {number: len(keys) for number, keys in edges.items()} == {first.number: 2, second.number: 3}
    write_study(tmp_path, "blood", "mqtl", BLOOD)
    ingest(store, keeping, tmp_path, blood)
    assert current_release(store).load_ids == first.load_ids
    assert counts(store, cypher) == {("blood", False): 3, ("blood", True): 2}
    assert _edges(cypher, set(first.load_ids)) == edges[first.number]
    assert cypher("MATCH (l:Load) RETURN l.status AS status ORDER BY status") == [
        {"status": "active"},
        {"status": "retired"},
    ]


def test_reference_data__of_a_kept_release_is_that_of_now(
    store: Store, keeping: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    gene = {"gene": "ENSG00000000001", "symbol": "OLD", "chr": "1", "start": 900, "end": 1100, "strand": "+"}
    genes, blood = write_study(tmp_path, "genes", "genes", [gene]), write_study(tmp_path, "blood", "mqtl", BLOOD)
    ingest(store, keeping, tmp_path, genes, blood)
    first = current_release(store)
    write_study(tmp_path, "genes", "genes", [{**gene, "symbol": "NEW"}])
    ingest(store, keeping, tmp_path, genes, blood)
    second = current_release(store)
    assert loaded(store, 2) == [second.number, first.number]
    assert as_of(store, first.number) == set(second.load_ids)
    near = cypher("MATCH (:SNP)-[e:NEAR]->(g:Gene) RETURN DISTINCT g.symbol AS symbol, e.load_id AS load")
    assert {row["symbol"] for row in near} == {"NEW"}
    assert {row["load"] for row in near} <= set(second.load_ids)


def test_kept_release__survives_a_kill_after_the_switch(
    store: Store, keeping: Settings, cypher: Cypher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blood, brain = both(tmp_path)
    ingest(store, keeping, tmp_path, blood, brain)

    def killed(*arguments: Any, **named: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("services.ingest.publishing.settle", killed)
        with pytest.raises(KeyboardInterrupt):
            remove_study(store, keeping, "blood")
    repair_state(store, keeping)
    assert counts(store, cypher) == {("blood", False): 2, ("brain", True): 2}
    assert len(loaded(store, 2)) == 2


def test_one_release__keeps_nothing_else(store: Store, settings: Settings, cypher: Cypher, tmp_path: Path) -> None:
    blood, brain = both(tmp_path)
    ingest_manifest(store, settings, write_manifest(tmp_path, blood, brain))
    remove_study(store, settings, "blood")
    assert counts(store, cypher) == {("brain", True): 2}
    assert loaded(store, 5) == [current_release(store).number]


def _edges(cypher: Cypher, load_ids: set[str]) -> set[str]:
    rows = cypher("MATCH ()-[e:MQTL]->() WHERE e.load_id IN $ids RETURN e.edge_key AS key", ids=sorted(load_ids))
    assert len(rows) == len({row["key"] for row in rows})
    return {row["key"] for row in rows}


def test_kill_while_staging__is_staged_anew_where_another_release_came_between(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    three = settings.model_copy(update={"kept_releases": 3})
    ingest(store, three, tmp_path, write_study(tmp_path, "blood", "mqtl", BLOOD))
    ingest(store, three, tmp_path, write_study(tmp_path, "blood", "mqtl", BLOOD[:1]))
    newest = write_study(tmp_path, "blood", "mqtl", [evidence("rs7", "7:1000", target="cg7")])

    def killed(*arguments: Any, **named: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("services.ingest.publishing.switch", killed)
        with pytest.raises(KeyboardInterrupt):
            ingest(store, three, tmp_path, newest)
    assert _hidden(store, cypher) == {2}
    switch_release(store, "train", add_run_ids=["run-1"])
    ingest(store, three, tmp_path, newest)
    assert _hidden(store, cypher) == {1}
    assert counts(store, cypher)["blood", True] == 1
    assert len(loaded(store, 3)) == 3


def _hidden(store: Store, cypher: Cypher) -> set[int]:
    """How many edges each load has that readers of the current release do not see."""
    load_ids = list(current_release(store).load_ids)
    text = "MATCH ()-[e:MQTL]->() WHERE NOT e.load_id IN $ids RETURN e.load_id AS load, count(e) AS n"
    return {row["n"] for row in cypher(text, ids=load_ids) if row["load"] not in _staged(cypher)}


def _staged(cypher: Cypher) -> set[str]:
    return {row["id"] for row in cypher("MATCH (l:Load {status: 'staging'}) RETURN l.load_id AS id")}

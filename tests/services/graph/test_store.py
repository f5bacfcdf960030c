"""The store on a real Neo4j: reading, writing, transactions and errors."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from neo4j.exceptions import ClientError, DatabaseError
from pydantic import SecretStr

from services.graph import query_files
from services.graph.connections import Address, remote_address, translate_error
from services.graph.errors import (
    ConstraintBroken,
    DiskFull,
    QueryFailed,
    StoreRefused,
    StoreUnavailable,
    UnknownQuery,
)
from services.graph.opening import open_store
from services.graph.store import Store, add_counters
from services.settings import Settings

QUERIES = {
    "write_cpgs": "UNWIND $rows AS row MERGE (cpg:CpG {cpg_id: row.id}) SET cpg.array = $array",
    "create_cpg": "CREATE (:CpG {cpg_id: $id})",
    "read_cpgs": "MATCH (cpg:CpG) RETURN cpg.cpg_id AS id, cpg.array AS array ORDER BY id",
    "delete_cpgs": "MATCH (cpg:CpG) CALL (cpg) {DETACH DELETE cpg} IN TRANSACTIONS OF $size ROWS",
    "count_up": "UNWIND range(1, $n) AS i RETURN i, -i AS j",
    "divide": "RETURN 1 / $by AS quotient",
    "misspelt": "MATCH (thing:Thign) RETURN thing.colour AS colour",
}


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture(autouse=True)
def test_queries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The product's queries and a few of the tests' own."""
    folder = tmp_path / "queries"
    for name in query_files.list_queries():
        target = folder / f"{name}.cypher"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text((query_files.QUERIES_FOLDER / f"{name}.cypher").read_text())
    (folder / "tests").mkdir()
    for name, text in QUERIES.items():
        (folder / "tests" / f"{name}.cypher").write_text(f"// {name}\n{text}\n")
    monkeypatch.setattr(query_files, "QUERIES_FOLDER", folder)
    _forget_queries()
    yield
    _forget_queries()


def _forget_queries() -> None:
    query_files.read_query.cache_clear()
    query_files.list_queries.cache_clear()


def test_write_rows__in_batches(store: Store) -> None:
    seen: list[int] = []
    counters = store.write_rows(
        "tests/write_cpgs", ({"id": f"cg{i:02}"} for i in range(25)), batch=10, array="450k", on_rows=seen.append
    )
    assert counters["nodes_created"] == 25
    assert seen == [10, 10, 5]
    assert store.read("tests/read_cpgs")[:2] == [{"id": "cg00", "array": "450k"}, {"id": "cg01", "array": "450k"}]


def test_write_rows__again_creates_nothing(store: Store) -> None:
    rows = [{"id": "cg1"}, {"id": "cg2"}]
    store.write_rows("tests/write_cpgs", rows, array="450k")
    assert "nodes_created" not in store.write_rows("tests/write_cpgs", rows, array="450k")


def test_write_rows__no_rows(store: Store) -> None:
    assert store.write_rows("tests/write_cpgs", [], array="450k") == {}


def test_write_rows__an_error_of_the_rows_is_no_outage(store: Store) -> None:
    def broken() -> Iterator[dict[str, str]]:
        yield {"id": "cg1"}
        raise OSError("the file is cut short")

    with pytest.raises(OSError, match="cut short"):
        store.write_rows("tests/write_cpgs", broken(), array="450k")


def test_write__self_committing_query(store: Store) -> None:
    store.write_rows("tests/write_cpgs", [{"id": f"cg{i}"} for i in range(25)], array="450k")
    assert store.write("tests/delete_cpgs", size=10)["nodes_deleted"] == 25


def test_read_columns__transposes_over_fetches(settings: Settings, store: Store) -> None:
    small = settings.model_copy(update={"export_fetch_rows": 10})
    with Store(store.address, small) as reader:
        columns = reader.read_columns("tests/count_up", ["j", "i"], n=35)
    assert list(columns) == ["j", "i"]
    assert columns["i"] == list(range(1, 36))
    assert columns["j"] == [-i for i in range(1, 36)]


def test_read_columns__no_rows_gives_empty_columns(store: Store) -> None:
    assert store.read_columns("tests/count_up", ["i", "j"], n=0) == {"i": [], "j": []}


def test_read_columns__other_columns(store: Store) -> None:
    with pytest.raises(QueryFailed, match=r"tests/count_up returns the columns \['i', 'j'\], wanted \['i'\]"):
        store.read_columns("tests/count_up", ["i"], n=1)


def test_transaction__all_or_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction() as transaction:
        transaction.run("tests/create_cpg", id="cg1")
        assert transaction.run("tests/read_cpgs") == [{"id": "cg1", "array": None}]
        raise ZeroDivisionError
    assert store.read("tests/read_cpgs") == []
    with store.transaction() as transaction:
        transaction.run("tests/create_cpg", id="cg1")
    assert len(store.read("tests/read_cpgs")) == 1


def test_transaction__failing_query(store: Store) -> None:
    expected = r"query tests/divide failed on bolt://.*ArithmeticError.*/ by zero"
    with pytest.raises(QueryFailed, match=expected), store.transaction() as transaction:
        transaction.run("tests/divide", by=0)


def test_read__failing_query(store: Store) -> None:
    with pytest.raises(QueryFailed, match=r"query tests/divide failed on bolt://.*/ by zero"):
        store.read("tests/divide", by=0)


def test_read__writing_query_is_refused(store: Store) -> None:
    with pytest.raises(QueryFailed, match="query tests/create_cpg failed"):
        store.read("tests/create_cpg", id="cg1")


def test_read__missing_parameter(store: Store) -> None:
    with pytest.raises(QueryFailed, match="Expected parameter"):
        store.read("tests/divide")


def test_read__unknown_query(store: Store) -> None:
    with pytest.raises(UnknownQuery, match="did you mean tests/divide"):
        store.read("tests/dvide")


def test_write__broken_constraint(store: Store) -> None:
    store.write("tests/create_cpg", id="cg1")
    with pytest.raises(ConstraintBroken, match=r"tests/create_cpg would break a uniqueness rule: .*cg1"):
        store.write("tests/create_cpg", id="cg1")


def test_write_rows__many_threads_on_the_same_keys(store: Store) -> None:
    rows = [{"id": f"cg{i}"} for i in range(50)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: store.write_rows("tests/write_cpgs", rows, array="450k", batch=20), range(8)))
    assert len(store.read("tests/read_cpgs")) == 50


def test_explain__names_a_misspelt_label(store: Store) -> None:
    assert any("Thign" in warning for warning in store.explain("tests/misspelt"))
    assert store.explain("tests/read_cpgs") == ()


def test_open_store__nobody_answers(settings: Settings) -> None:
    dead = settings.model_copy(update={"neo4j_uri": "bolt://127.0.0.1:1"})
    with pytest.raises(StoreUnavailable, match=r"bolt://127.0.0.1:1 does not answer .*check NEO4J_URI"):
        open_store(dead)


def test_open_store__unknown_host(settings: Settings) -> None:
    with pytest.raises(StoreUnavailable, match=r"bolt://no-such-host.invalid:7687 does not answer"):
        open_store(settings.model_copy(update={"neo4j_uri": "bolt://no-such-host.invalid:7687"}))


@pytest.mark.parametrize("uri", ["localhost:7687", "http://127.0.0.1:7474"])
def test_open_store__impossible_address(settings: Settings, uri: str) -> None:
    with pytest.raises(StoreRefused, match=r"is no address of a Neo4j server.*bolt://HOST:PORT"):
        open_store(settings.model_copy(update={"neo4j_uri": uri}))


def test_open_store__wrong_password(settings: Settings) -> None:
    with pytest.raises(StoreRefused, match=r"refused user 'nobody'.*check NEO4J_USER") as caught:
        open_store(
            settings.model_copy(update={"neo4j_user": "nobody", "neo4j_password": SecretStr("wrong-password-here")})
        )
    assert "wrong-password-here" not in str(caught.value)


def test_open_store__unknown_database(settings: Settings) -> None:
    with pytest.raises(StoreRefused, match=r"no running database 'elsewhere'.*check NEO4J_DATABASE"):
        open_store(settings.model_copy(update={"neo4j_database": "elsewhere"}))


def test_remote_address__no_server_named() -> None:
    with pytest.raises(StoreRefused, match="no server is named: set NEO4J_URI"):
        remote_address(Settings(neo4j_uri=None))


def test_read__outage_is_an_error_and_no_empty_list(settings: Settings, server_address: Address, store: Store) -> None:
    impatient = settings.model_copy(update={"neo4j_retry_seconds": 0.0})
    with Store(server_address, impatient) as reader:
        reader.close()
        with pytest.raises(StoreUnavailable, match=r"does not answer \(query tests/read_cpgs: .*closed"):
            reader.read("tests/read_cpgs")


def test_add_counters__sums_by_name() -> None:
    assert add_counters({"a": 1, "b": 2}, {"b": 3, "c": 4}) == {"a": 1, "b": 5, "c": 4}


def test_write__disk_full_on_this_machine(store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neo4j's own words do not name the disk, so it is looked at; a wrong query stays a wrong query."""
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(1 << 30, 1 << 30, 1000))
    local = replace(store.address, folder=tmp_path)
    panic = DatabaseError("Could not apply the transaction to the store after written to log.")
    assert isinstance(translate_error(panic, local, "query x"), DiskFull)
    assert isinstance(translate_error(panic, store.address, "query x"), QueryFailed)
    assert isinstance(translate_error(ClientError("wrong"), local, "query x"), QueryFailed)
    with pytest.raises(DiskFull, match=r"query x on bolt://.* found no room on the server's disk .*free some space"):
        raise translate_error(DatabaseError("java.io.IOException: No space left on device"), store.address, "query x")

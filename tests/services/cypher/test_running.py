"""An analyst's query: its values, its limits, its log."""

import threading
from collections.abc import Iterator

import pytest

from services.cypher.errors import CypherBusy, CypherRefused, Stop
from services.cypher.running import CypherRunner, Question
from services.graph.errors import StoreUnavailable
from services.graph.foreign_values import EdgeValue, NodeValue, PathValue
from services.graph.store import Store
from services.settings import Settings
from tests.services.cypher.conftest import Ask

pytestmark = pytest.mark.store


def test_ask__gives_plain_values(ask: Ask) -> None:
    _, [[node, edge, path, rest]] = ask(
        "MATCH p = (s:SNP {key: $key})-[e:EQTL]->(g:Gene) RETURN s, e, p, "
        "[1, 2.5, date('2026-01-02'), duration('P3D'), 0.0 / 0.0, {a: s}, point({x: 1, y: 2})] AS r",
        key="GRCh37:1:1000:A:G",
    )
    assert isinstance(node, NodeValue) and node.properties["rsids"] == ["rs1"]
    assert isinstance(edge, EdgeValue) and (edge.type, edge.properties["neg_log10_p"]) == ("EQTL", 20.0)
    assert isinstance(path, PathValue) and [n.labels for n in path.nodes] == [("SNP",), ("Gene",)]
    assert rest[:5] == [1, 2.5, "2026-01-02", "P3D", None]
    assert rest[5]["a"] == node
    assert "1.0" in rest[6]


def test_ask__fills_in_the_release(ask: Ask) -> None:
    answer, rows = ask("RETURN size($load_ids) AS n, $champion_run_id AS c, 'run-2' IN $run_ids AS r")
    assert rows == [[8, "run-2", True]]
    assert answer.release == 3


def test_ask__tells_of_rows_that_another_one_stands_for(ask: Ask) -> None:
    assert "superseded" in ask("MATCH ()-[e:MQTL]->() RETURN count(e)")[0].notes[0]
    assert "champion" in ask("MATCH ()-[e:PREDICTED_ASSOCIATION]->() RETURN count(e)")[0].notes[0]
    assert not ask("MATCH ()-[e:MQTL]->() WHERE NOT e.is_superseded RETURN count(e)")[0].notes


def test_ask__stops_at_the_rows_wanted(ask: Ask) -> None:
    answer, rows = ask("UNWIND range(1, 100) AS x RETURN x", most_rows=7)
    assert (len(rows), answer.is_truncated) == (7, True)
    answer, rows = ask("UNWIND range(1, 7) AS x RETURN x", most_rows=7)
    assert (len(rows), answer.is_truncated) == (7, False)


def test_ask__names_the_missing_parameter(ask: Ask) -> None:
    with pytest.raises(CypherRefused, match="name=value") as caught:
        ask("RETURN $nobody")
    assert caught.value.stop is Stop.PARSER


def test_ask__error_while_running_keeps_the_servers_words(ask: Ask) -> None:
    with pytest.raises(CypherRefused, match="by zero") as caught:
        ask("UNWIND [1, 0] AS x RETURN 1 / x")
    assert caught.value.stop is Stop.FAILED


@pytest.fixture
def single(graph: Store, analyst_settings: Settings) -> Iterator[CypherRunner]:
    one = analyst_settings.model_copy(update={"cypher_at_once": 1, "cypher_timeout_seconds": 0.5})
    with CypherRunner(graph, one) as opened:
        yield opened


def test_ask__only_so_many_at_once(single: CypherRunner) -> None:
    errors: list[Exception] = []

    def second() -> None:
        try:
            with single.ask(Question("RETURN 2")):
                pass
        except CypherBusy as error:
            errors.append(error)

    single._places.acquire()
    thread = threading.Thread(target=second)
    thread.start()
    thread.join(20)
    single._places.release()
    assert "at most 1 queries run at once" in str(errors[0])


def test_ask__outage_is_an_error(graph: Store, analyst_settings: Settings) -> None:
    from dataclasses import replace

    from services.graph.foreign import Bounds, ForeignReader

    away = replace(graph.address, uri="bolt://127.0.0.1:1")
    with ForeignReader(away, analyst_settings) as reader, pytest.raises(StoreUnavailable, match="does not answer"):
        reader.explain("RETURN 1", {}, Bounds(5, 5, 1000))

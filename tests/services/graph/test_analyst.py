"""The analyst's connections: py2neo still speaks to this server, frames come over the official driver."""

import logging
import sys
from typing import Any

import pandas as pd
import polars as pl
import pytest

from services.graph.analyst import CAN_WRITE, AnalystExtraMissing, frame, open_graph
from services.graph.errors import QueryFailed
from services.graph.store import Store
from services.settings import Settings
from tests.conftest import Cypher

pytestmark = pytest.mark.store


@pytest.mark.filterwarnings("ignore")
def test_open_graph__py2neo_speaks_to_the_server(
    store: Store, settings: Settings, cypher: Cypher, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("services.graph.analyst").addHandler(caplog.handler)
    graph = open_graph(settings)
    logging.getLogger("services.graph.analyst").removeHandler(caplog.handler)
    graph.run("UNWIND range(1, 3) AS i CREATE (:Study {study_id: 'py2neo-' + i})")
    found = graph.run("MATCH (s:Study) RETURN s.study_id AS id, 0.5 AS half ORDER BY id").to_data_frame()
    assert found.to_dict("list") == {"id": ["py2neo-1", "py2neo-2", "py2neo-3"], "half": [0.5] * 3}
    assert graph.nodes.match("Study", study_id="py2neo-2").first()["study_id"] == "py2neo-2"
    assert cypher("MATCH (s:Study) RETURN count(s) AS n") == [{"n": 3}]
    assert CAN_WRITE in caplog.text
    graph.service.connector.close()


def test_frame__is_pandas_or_polars(store: Store, settings: Settings, cypher: Cypher) -> None:
    cypher("CREATE (:SNP {key: 'a', position_bp: 5})-[:MQTL {edge_key: 'k'}]->(:CpG {cpg_id: 'c'})")
    query = (
        "MATCH p = (s:SNP)-[e]->(c) WHERE s.key = $key RETURN s.key AS key, s, e, p, [s] AS l, date('2026-01-02') AS d"
    )
    found = frame(query, settings=settings, key="a")
    assert isinstance(found, pd.DataFrame)
    assert found.iloc[0].to_dict() == {
        "key": "a",
        "s": {"key": "a", "position_bp": 5},
        "e": {"edge_key": "k"},
        "p": [{"key": "a", "position_bp": 5}, {"cpg_id": "c"}],
        "l": [{"key": "a", "position_bp": 5}],
        "d": "2026-01-02",
    }
    other = frame("UNWIND [1, 2] AS x RETURN x, null AS n", kind="polars", settings=settings)
    assert isinstance(other, pl.DataFrame)
    assert other["x"].to_list() == [1, 2]


def test_frame__names_the_servers_reason(store: Store, settings: Settings) -> None:
    with pytest.raises(QueryFailed, match="SyntaxError"):
        frame("RETURN", settings=settings)


@pytest.mark.parametrize("library", ["py2neo", "pandas"])
def test_without_the_extra__says_what_to_install(
    library: str, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    call: Any = {"py2neo": lambda: open_graph(settings), "pandas": lambda: frame("RETURN 1 AS x", settings=settings)}
    with pytest.raises(AnalystExtraMissing, match=r"locusgraph\[analyst\]"):
        call[library]()

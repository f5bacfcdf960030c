"""cypher, query and schema on the command line."""

import json
from pathlib import Path

import polars as pl
import pytest

from graph_schema import EDGES, NODES
from services.graph.store import Store
from tests.api.cli.conftest import Run

pytestmark = pytest.mark.store
COUNT = "MATCH (s:SNP) RETURN count(s) AS n"


def test_cypher__prints_a_table(run: Run, graph: Store) -> None:
    shown = run("cypher", "MATCH (g:Gene) RETURN g.symbol AS symbol, g ORDER BY g.gene_id LIMIT 1")
    assert shown.exit_code == 0, shown.stderr
    assert "TP53" in shown.stdout
    assert "(:Gene ENSG00000000001)" in shown.stdout


def test_cypher__writes_each_format(run: Run, graph: Store, tmp_path: Path) -> None:
    query = "UNWIND [1, 2] AS x RETURN x, $who AS who"
    assert json.loads(run("cypher", query, "-p", "who=me", "--json").stdout) == [
        {"x": 1, "who": "me"},
        {"x": 2, "who": "me"},
    ]
    assert run("cypher", query, "-p", "who=[1]", "--format", "csv").stdout == "x,who\n1,[1]\n2,[1]\n"
    file = tmp_path / "answer.parquet"
    assert run("cypher", query, "-p", "who=me", "--format", "parquet", "-o", str(file)).exit_code == 0
    assert pl.read_parquet(file).rows() == [(1, "me"), (2, "me")]


def test_cypher__reads_the_query_from_a_file(run: Run, graph: Store, tmp_path: Path) -> None:
    file = tmp_path / "count.cypher"
    file.write_text(f"// how many?\n{COUNT}\n")
    assert json.loads(run("cypher", f"@{file}", "--json").stdout) == [{"n": 4}]
    shown = run("cypher", "@nowhere.cypher")
    assert (shown.exit_code, shown.stdout) == (2, "")


def test_cypher__says_when_there_is_more(run: Run, graph: Store) -> None:
    shown = run("cypher", "UNWIND range(1, 9) AS x RETURN x", "--limit", "2", "--format", "csv")
    assert shown.stdout == "x\n1\n2\n"
    assert "more than these 2 rows" in shown.stderr


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("CREATE (n:Evil)",), 1, "only reads"),
        (("RETURN $x", "-p", "x"), 2, "name=value"),
        (("RETURN 1", "-o", "/nowhere/x.csv"), 2, "cannot be written"),
    ],
)
def test_cypher__refusals_say_why(run: Run, graph: Store, words: tuple[str, ...], code: int, message: str) -> None:
    shown = run("cypher", *words)
    assert (shown.exit_code, shown.stdout) == (code, "")
    assert message in " ".join(shown.stderr.replace("│", " ").split())


def test_query__lists_and_answers(run: Run, graph: Store) -> None:
    listed = json.loads(run("query", "--json").stdout)
    assert len(listed) >= 15
    assert "trans-hubs" in run("query").stdout
    rows = json.loads(run("query", "trait-hits", "-p", "trait=EFO:0000685", "--json").stdout)
    assert [row["neg_log10_p"] for row in rows] == [12.0]
    assert "did you mean trait-hits" in run("query", "trait-hit", COLUMNS="300").stderr


def test_schema__draws_every_kind(run: Run, graph: Store) -> None:
    tree = run("schema").stdout
    assert all(name in tree for name in (*NODES, *EDGES))
    assert "[:MQTL]->(:CpG) 12" in tree
    assert "flowchart LR" in run("schema", "--format", "mermaid").stdout
    assert run("schema", "--format", "dot").stdout.startswith("digraph")
    data = json.loads(run("schema", "--json").stdout)
    assert {edge["type"]: edge["count"] for edge in data["edges"]}["MQTL"] == 12
    assert "neg_log10_p" in run("schema", "mqtl").stdout
    assert run("schema", "nothing").exit_code == 2


def test_schema__without_a_graph_has_no_counts(run_offline: Run) -> None:
    shown = run_offline("schema")
    assert shown.exit_code == 0
    assert "(:SNP) A variant" in shown.stdout
    assert "no counts" in shown.stderr

"""Answers as text, JSON and data frames."""

import io

import polars as pl

from services.cypher.drawing import SchemaCounts, arrows, to_data, to_dot, to_mermaid
from services.cypher.rendering import to_arrow, to_csv, to_frame, to_json, to_parquet, to_text
from services.graph.foreign_values import EdgeValue, NodeValue, PathValue

SNP = NodeValue(("SNP",), {"key": "rs1", "position_bp": 5})
SITE = NodeValue(("CpG",), {"cpg_id": "cg1"})
EDGE = EdgeValue("MQTL", SNP, SITE, {"edge_key": "k", "neg_log10_p": 9.0})


def test_to_text__names_nodes_edges_and_paths() -> None:
    assert to_text(SNP) == "(:SNP rs1)"
    assert to_text(NodeValue(("Odd",), {"x": 1})) == "(:Odd)"
    assert to_text(EDGE) == "[:MQTL k]"
    assert to_text(PathValue((SNP, SITE), (EDGE,))) == "(:SNP rs1)-[:MQTL]->(:CpG cg1)"
    assert to_text(PathValue((SITE, SNP), (EDGE,))) == "(:CpG cg1)<-[:MQTL]-(:SNP rs1)"
    assert to_text([1, None, {"a": SNP}]) == '[1, null, {"a": {"node": ["SNP"], "key": "rs1", "position_bp": 5}}]'
    assert to_text(None) == ""


def test_to_json__says_what_a_value_is() -> None:
    assert to_json(EDGE) == {"edge": "MQTL", "start": "rs1", "end": "cg1", "edge_key": "k", "neg_log10_p": 9.0}
    assert [next(iter(part)) for part in to_json(PathValue((SNP, SITE), (EDGE,)))["path"]] == ["node", "edge", "node"]


def test_to_frame__keeps_plain_types_and_writes_the_rest_as_json() -> None:
    frame = to_frame(["i", "f", "b", "s", "n", "x"], [[1, 1, True, "a", SNP, None], [None, 2.5, False, None, 3, None]])
    assert frame.dtypes == [pl.Int64, pl.Float64, pl.Boolean, pl.String, pl.String, pl.String]
    assert frame["n"].to_list() == ['{"node": ["SNP"], "key": "rs1", "position_bp": 5}', "3"]
    assert to_frame(["a"], []).shape == (0, 1)


def test_files__hold_the_same() -> None:
    columns, rows = ["a", "b"], [[1, "x"], [2, None]]
    assert to_csv(columns, rows) == b"a,b\n1,x\n2,\n"
    assert pl.read_parquet(io.BytesIO(to_parquet(columns, rows))).rows() == [(1, "x"), (2, None)]
    assert pl.read_ipc_stream(io.BytesIO(to_arrow(columns, rows))).rows() == [(1, "x"), (2, None)]


def test_drawings__have_every_kind_and_its_count() -> None:
    counts = SchemaCounts({"SNP": 1234}, {"MQTL": 5})
    assert '  SNP["SNP<br/>1,234"]' in to_mermaid(counts)
    assert '  SNP -.->|"PREDICTED_ASSOCIATION"| Trait' in to_mermaid(counts)
    assert '  SNP -> CpG [label="MQTL\\n5"];' in to_dot(counts)
    assert to_dot(SchemaCounts()).count(" -> ") == len(list(arrows()))
    assert {node["label"]: node["count"] for node in to_data(counts)["nodes"]}["SNP"] == 1234

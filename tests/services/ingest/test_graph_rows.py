"""The rows of the writing queries: cells in the order in which the query files read them."""

import re
from pathlib import Path

import polars as pl
import pytest

from graph_schema import EDGES, NODES
from services.graph.query_files import read_query
from services.ingest.edge_tables import EDGE_SCHEMA
from services.ingest.facets import DERIVED_FACETS, FACETS, NODE_FACETS, Facet
from services.ingest.graph_rows import FACTS_OF_KIND, PROPERTIES_OF_KIND, iterate_edges
from services.ingest.records import EDGE_KINDS

CELL = re.compile(r"(\w+): row\[(\d+)\]")
TYPE_OF_KIND = {"mqtl": "MQTL", "eqtl": "EQTL", "gwas": "ASSOCIATED_WITH", "eqtm": "EQTM"}
LABEL_OF_FACET = {
    "snps": "SNP", "cpgs": "CpG", "genes": "Gene", "traits": "Trait", "blocks": "LDBlock", "annotations": "Annotation",
}  # fmt: skip


def _cells(query: str) -> dict[int, str]:
    return {int(number): name for name, number in CELL.findall(read_query(f"ingest/{query}").text)}


@pytest.mark.parametrize("facet", FACETS, ids=lambda facet: facet.name)
def test_write_facet__query_reads_the_columns_in_their_order(facet: Facet) -> None:
    assert _cells(f"write_{facet.name}") == dict(enumerate(facet.schema))
    assert _cells(f"delete_{facet.name}") == dict(enumerate(facet.keys))


@pytest.mark.parametrize("facet", NODE_FACETS, ids=lambda facet: facet.name)
def test_node_facets__hold_only_what_the_registry_knows(facet: Facet) -> None:
    node = NODES[LABEL_OF_FACET[facet.name]]
    assert set(facet.schema) <= {known.name for known in node.properties}
    assert facet.keys == (node.key,)


def test_derived_facets__hold_only_what_the_registry_knows() -> None:
    known = {found.name for edge in EDGES.values() for found in edge.properties}
    for facet in DERIVED_FACETS:
        assert set(facet.schema) - set(facet.keys) <= known


@pytest.mark.parametrize("kind", EDGE_KINDS)
def test_edge_queries__read_the_cells_in_their_order(kind: str) -> None:
    properties = [*PROPERTIES_OF_KIND[kind], *FACTS_OF_KIND[kind]]
    expected = {0: "edge_key", **dict(enumerate(properties, 3))}
    for verb in ("create", "merge"):
        cells = _cells(f"{verb}_{kind}")
        assert {number: name for number, name in cells.items() if number not in (1, 2)} == expected
        assert set(cells) == set(range(3 + len(properties)))
    assert _cells(f"set_facts_{kind}") == dict(enumerate(("edge_key", *FACTS_OF_KIND[kind])))


@pytest.mark.parametrize("kind", EDGE_KINDS)
def test_edge_queries__write_what_the_registry_knows(kind: str) -> None:
    edge = EDGES[TYPE_OF_KIND[kind]]
    constant = {"edge_key", "load_id", "study_id", "knowledge_level"}
    written = constant | set(PROPERTIES_OF_KIND[kind]) | set(FACTS_OF_KIND[kind])
    assert written == {known.name for known in edge.properties}


def test_iterate_edges__cells_are_storable(tmp_path: Path) -> None:
    path = tmp_path / "edges.parquet"
    pl.DataFrame(
        {"cpg": ["cg1"], "gene": ["G1"], "model": ["default"], "z_score": [float("nan")], "abs_z_score": [float("inf")],
         "neg_log10_p": [9.0], "n_samples": [None], "flags": [["own"]]},
        schema_overrides={"n_samples": pl.Int64},
    ).write_parquet(path)  # fmt: skip
    facts = pl.DataFrame(
        {name: [None] for name in EDGE_SCHEMA} | {"edge_index": [0], "is_superseded": [False], "flags": [[]]},
        schema=EDGE_SCHEMA,
    )
    facts.write_parquet(tmp_path / "facts.parquet")
    rows = list(iterate_edges("eqtm", "load", path, tmp_path / "facts.parquet"))
    assert rows == [("load:0", "cg1", "G1", "default", None, None, 9.0, None, False, None)]

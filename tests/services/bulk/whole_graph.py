"""Everything a graph holds, in an order that does not depend on how it came there, to compare two graphs by."""

from collections.abc import Callable
from typing import Any

import neo4j

from services.graph.local_server import start
from services.settings import Settings

Ask = Callable[[str], list[dict[str, Any]]]

NOT_COMPARED = {
    "Load": {"created_at"},
    "Release": {"created_at"},
    "SchemaVersion": {"created_at", "switched_at", "store_id"},
}
"""What differs between any two loads of the same files: times, and the id that ties a graph to its folder."""

_NAME = "coalesce(%s.key, %s.cpg_id, %s.gene_id, %s.trait_id, %s.block_id, %s.annotation_id, elementId(%s))"


def run_on(settings: Settings, text: str) -> list[dict[str, Any]]:
    """Rows of a query on a managed server, which is started or joined."""
    address = start(settings).address
    auth = (address.user, address.password.get_secret_value())
    with neo4j.GraphDatabase.driver(address.uri, auth=auth, notifications_min_severity="OFF") as driver:
        return [record.data() for record in driver.execute_query(text).records]  # type: ignore[arg-type]


def read_whole(ask: Ask) -> dict[str, dict[str, Any]]:
    """Nodes by label, edges by type, constraints and indexes by name; properties with their types."""
    nodes: dict[str, list[Any]] = {}
    for row in ask("MATCH (n) RETURN labels(n) AS labels, properties(n) AS properties"):
        (label,) = row["labels"]
        nodes.setdefault(label, []).append(_typed(row["properties"], NOT_COMPARED.get(label, set())))
    edges: dict[str, list[Any]] = {}
    ends = f"{_NAME.replace('%s', 'a')} AS start, {_NAME.replace('%s', 'b')} AS end"
    for row in ask(f"MATCH (a)-[e]->(b) RETURN type(e) AS type, properties(e) AS properties, {ends}"):
        edges.setdefault(row["type"], []).append((row["start"], row["end"], _typed(row["properties"], set())))
    indexes = ask("SHOW INDEXES YIELD name, type, entityType, labelsOrTypes, properties, state")
    constraints = ask("SHOW CONSTRAINTS YIELD name, type, labelsOrTypes, properties")
    return {
        "nodes": {label: sorted(rows, key=repr) for label, rows in nodes.items()},
        "edges": {kind: sorted(rows, key=repr) for kind, rows in edges.items()},
        "schema": {
            "indexes": sorted(map(repr, indexes)),
            "constraints": sorted(map(repr, constraints)),
        },
    }


def _typed(properties: dict[str, Any], left_out: set[str]) -> list[tuple[str, str, Any]]:
    return [(name, type(value).__name__, value) for name, value in sorted(properties.items()) if name not in left_out]

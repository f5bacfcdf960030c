"""Constraints and indexes of the store, made from the registry; every statement may be run again."""

from collections.abc import Iterator
from dataclasses import dataclass

from graph_schema.edges import EDGES, EdgeType
from graph_schema.nodes import NODES, NodeType

SCHEMA_VERSION = 2
"""Raised by one whenever a stored graph must be changed to fit the registry; ``locusgraph migrate`` does it."""

VERSION_LABEL = "SchemaVersion"
"""Label of the one internal node that holds schema version, reference build and store id."""


@dataclass(frozen=True, slots=True)
class SchemaStatement:
    """A named constraint or index and the Cypher that creates it where it is missing.

    Attributes
    ----------
    name
        Name in the store.
    cypher
        ``CREATE ... IF NOT EXISTS`` without parameters.
    """

    name: str
    cypher: str


def constraint_statements() -> tuple[SchemaStatement, ...]:
    """Every constraint and index that the registry asks for, in a fixed order."""
    return (_version_constraint(), *_node_statements(), *_edge_statements())


def key_constraint(node: NodeType) -> SchemaStatement:
    """The uniqueness of one kind's key."""
    name = f"{node.label.lower()}_key"
    return SchemaStatement(name, _unique(name, f"(n:{node.label})", f"n.{node.key}"))


def _version_constraint() -> SchemaStatement:
    name = "schema_version_key"
    return SchemaStatement(name, _unique(name, f"(n:{VERSION_LABEL})", "n.name"))


def _node_statements() -> Iterator[SchemaStatement]:
    for node in NODES.values():
        yield key_constraint(node)
        yield from _node_indexes(node)
    name = "modelrun_fingerprint"
    yield SchemaStatement(name, _unique(name, "(n:ModelRun)", "n.fingerprint"))


def _node_indexes(node: NodeType) -> Iterator[SchemaStatement]:
    for columns in node.indexed:
        name = f"{node.label.lower()}_{'_'.join(columns)}"
        on = ", ".join(f"n.{column}" for column in columns)
        yield SchemaStatement(name, f"CREATE INDEX {name} IF NOT EXISTS FOR (n:{node.label}) ON ({on})")
    if node.full_text:
        name = f"{node.label.lower()}_text"
        on = ", ".join(f"n.{column}" for column in node.full_text)
        yield SchemaStatement(
            name, f"CREATE FULLTEXT INDEX {name} IF NOT EXISTS FOR (n:{node.label}) ON EACH [{on}]{_text_options(node)}"
        )


def _text_options(node: NodeType) -> str:
    """Rsids are whole words: the keyword analyser keeps them so; everything else is text."""
    analyser = "keyword" if node.label == "SNP" else "standard-no-stop-words"
    return f" OPTIONS {{indexConfig: {{`fulltext.analyzer`: '{analyser}'}}}}"


def _edge_statements() -> Iterator[SchemaStatement]:
    for edge in EDGES.values():
        if edge.identity:
            name = f"{edge.type.lower()}_{edge.identity}"
            yield SchemaStatement(name, _unique(name, f"()-[n:{edge.type}]-()", f"n.{edge.identity}"))
        yield from _edge_indexes(edge)


def _edge_indexes(edge: EdgeType) -> Iterator[SchemaStatement]:
    for column in edge.indexed:
        name = f"{edge.type.lower()}_{column}"
        yield SchemaStatement(name, f"CREATE INDEX {name} IF NOT EXISTS FOR ()-[n:{edge.type}]-() ON (n.{column})")


def _unique(name: str, pattern: str, column: str) -> str:
    return f"CREATE CONSTRAINT {name} IF NOT EXISTS FOR {pattern} REQUIRE {column} IS UNIQUE"

"""What a query of an analyst returns, as plain values: nodes, relationships and paths become records."""

import math
from dataclasses import dataclass
from typing import Any

from neo4j.graph import Node, Path, Relationship

Plain = Any


@dataclass(frozen=True, slots=True)
class NodeValue:
    """A node: its labels and properties."""

    labels: tuple[str, ...]
    properties: dict[str, Plain]


@dataclass(frozen=True, slots=True)
class EdgeValue:
    """A relationship: its type, properties, and its ends as far as the query returned them."""

    type: str
    start: NodeValue
    end: NodeValue
    properties: dict[str, Plain]


@dataclass(frozen=True, slots=True)
class PathValue:
    """A path: its nodes, and the relationships between each and the next."""

    nodes: tuple[NodeValue, ...]
    edges: tuple[EdgeValue, ...]


def to_plain(value: Any) -> Plain:
    """A value of the driver without the driver's classes; times are ISO texts, numbers that are none become null."""
    if isinstance(value, Node):
        return _node(value)
    if isinstance(value, Relationship):
        return _edge(value)
    if isinstance(value, Path):
        return PathValue(tuple(_node(node) for node in value.nodes), tuple(_edge(edge) for edge in value.relationships))
    if isinstance(value, dict):
        return {name: to_plain(part) for name, part in value.items()}
    if type(value) in {list, tuple}:
        return [to_plain(part) for part in value]
    return _scalar(value)


def _scalar(value: Any) -> Plain:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int | str):
        return value
    iso = getattr(value, "iso_format", None)
    return iso() if iso is not None else str(value)


def _node(node: Node | None) -> NodeValue:
    if node is None:
        return NodeValue((), {})
    return NodeValue(tuple(sorted(node.labels)), {name: to_plain(value) for name, value in sorted(node.items())})


def _edge(edge: Relationship) -> EdgeValue:
    properties = {name: to_plain(value) for name, value in sorted(edge.items())}
    return EdgeValue(edge.type, _node(edge.start_node), _node(edge.end_node), properties)

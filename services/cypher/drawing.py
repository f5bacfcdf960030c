"""Draws the graph's schema from the registry: Mermaid, Graphviz's dot, or plain data."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from graph_schema import EDGES, NODES, SCHEMA_VERSION

NEWLINE = "\\n"
"""A new line inside a label of dot."""


@dataclass(frozen=True, slots=True)
class SchemaCounts:
    """How many nodes of each label and edges of each type a graph holds; empty where there is none."""

    n_nodes: Mapping[str, int] = field(default_factory=dict)
    n_edges: Mapping[str, int] = field(default_factory=dict)

    def of_node(self, label: str) -> str:
        """The count behind a label, such as ``1,234``; empty without one."""
        return f"{self.n_nodes[label]:,}" if label in self.n_nodes else ""

    def of_edge(self, kind: str) -> str:
        """The count behind a type."""
        return f"{self.n_edges[kind]:,}" if kind in self.n_edges else ""


def to_data(counts: SchemaCounts) -> dict[str, Any]:
    """The whole schema as data, counts beside it."""
    nodes = [{**asdict(node), "count": counts.n_nodes.get(node.label)} for node in NODES.values()]
    edges = [{**asdict(edge), "count": counts.n_edges.get(edge.type)} for edge in EDGES.values()]
    return {"schema_version": SCHEMA_VERSION, "nodes": nodes, "edges": edges}


def to_mermaid(counts: SchemaCounts) -> str:
    """A Mermaid flow chart: nodes, and an arrow for each pair of ends of an edge; predictions are dotted."""
    lines = ["flowchart LR"]
    lines += [f'  {label}["{_label(label, counts.of_node(label), "<br/>")}"]' for label in NODES]
    for source, kind, target, is_measured in arrows():
        arrow = "-->" if is_measured else "-.->"
        lines.append(f'  {source} {arrow}|"{_label(kind, counts.of_edge(kind), "<br/>")}"| {target}')
    return "\n".join(lines) + "\n"


def to_dot(counts: SchemaCounts) -> str:
    """A graph in Graphviz's language; predictions are dashed."""
    lines = ["digraph locusgraph {", "  rankdir=LR;", "  node [shape=box, style=rounded];"]
    lines += [f'  {label} [label="{_label(label, counts.of_node(label), NEWLINE)}"];' for label in NODES]
    for source, kind, target, is_measured in arrows():
        style = "" if is_measured else ", style=dashed"
        lines.append(f'  {source} -> {target} [label="{_label(kind, counts.of_edge(kind), NEWLINE)}"{style}];')
    return "\n".join([*lines, "}"]) + "\n"


def arrows() -> Iterator[tuple[str, str, str, bool]]:
    """Source, type, target and whether it is measured, for every pair of ends of every kind of edge."""
    for edge in EDGES.values():
        for source in edge.sources:
            for target in edge.targets:
                yield source, edge.type, target, edge.is_measured


def _label(name: str, count: str, newline: str) -> str:
    return f"{name}{newline}{count}" if count else name

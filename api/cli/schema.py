"""``locusgraph schema``: what kinds of nodes and edges there are, what they carry, and how many."""

import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.errors import WrongUsage
from api.cli.opening import open_settings
from api.cli.option import option
from api.cli.output import AsJson, print_json, print_table, stderr, stdout

if TYPE_CHECKING:
    from rich.tree import Tree

    from graph_schema import Property
    from services.cypher.drawing import SchemaCounts
    from services.settings import Settings


class SchemaFormat(StrEnum):
    """How the schema is drawn."""

    TREE = "tree"
    MERMAID = "mermaid"
    DOT = "dot"
    JSON = "json"


def add_commands(app: typer.Typer) -> None:
    """Add ``schema``."""
    example = "Example: [bold]locusgraph schema --format mermaid[/bold]"
    app.command(rich_help_panel="Asking", epilog=example)(schema)


def schema(
    context: typer.Context,
    kind: Annotated[str | None, typer.Argument(help="A label or type, to see its properties, such as MQTL.")] = None,
    format_: Annotated[SchemaFormat, option("How it is drawn.", "--format")] = SchemaFormat.TREE,
    as_json: AsJson = False,
) -> None:
    """Draw the kinds of nodes and edges, with counts where a graph runs (staged edges count too); it starts none."""
    from services.cypher.drawing import to_data, to_dot, to_mermaid

    if kind is not None and format_ is SchemaFormat.TREE and not as_json:
        _print_kind(kind)
        return
    counts = _read_counts(open_settings(context))
    if as_json or format_ is SchemaFormat.JSON:
        print_json(to_data(counts))
    elif format_ is SchemaFormat.TREE:
        stdout().print(_draw_tree(counts))
    else:
        sys.stdout.write((to_mermaid if format_ is SchemaFormat.MERMAID else to_dot)(counts))


def _read_counts(settings: "Settings") -> "SchemaCounts":
    """Counts of a graph that runs; none of one that does not."""
    from services.cypher.drawing import SchemaCounts
    from services.graph.errors import StoreError
    from services.graph.status import read_status

    try:
        status = read_status(settings)
    except StoreError as error:
        stderr().print(f"note: no counts ({error})", style="dim", soft_wrap=True)
        return SchemaCounts()
    return SchemaCounts(status.n_nodes, status.n_edges)


def _draw_tree(counts: "SchemaCounts") -> "Tree":
    from rich.tree import Tree

    from graph_schema import EDGES, NODES, SCHEMA_VERSION

    root = Tree(f"[bold]graph schema, version {SCHEMA_VERSION}[/bold]")
    for node in NODES.values():
        branch = root.add(f"[bold](:{node.label})[/bold] {_count(counts.of_node(node.label))}[dim]{node.meaning}[/dim]")
        for edge in (edge for edge in EDGES.values() if node.label in edge.sources):
            dashes = ("-", "->") if edge.is_measured else ("-·", "·->")
            ends = "|".join(edge.targets)
            n = _count(counts.of_edge(edge.type), edge.sources)
            branch.add(rf"{dashes[0]}\[:[bold]{edge.type}[/bold]]{dashes[1]}(:{ends}) {n}")
    return root


def _count(text: str, sources: Sequence[str] = ()) -> str:
    """A count; that of edges from several kinds of nodes says so."""
    if not text:
        return ""
    return f"[cyan]{text}[/cyan]{' from ' + ' and '.join(sources) if len(sources) > 1 else ''}  "


def _print_kind(kind: str) -> None:
    from graph_schema import EDGES, NODES

    known = {name.lower(): name for name in (*NODES, *EDGES)}
    name = known.get(kind.lower())
    if name is None:
        raise WrongUsage(f"no kind of node or edge is called {kind!r}: it is one of {', '.join(known.values())}")
    found = NODES.get(name) or EDGES[name]
    title = f"(:{name})" if name in NODES else f"[:{name}]"
    print_table(f"{title} {found.meaning}", ("=property", "type", "unit", "meaning"), map(_row, found.properties))


def _row(described: "Property") -> tuple[str, str, str, str]:
    return described.name, described.type.value, described.unit, described.meaning

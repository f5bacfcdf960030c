"""``locusgraph graph``: the store itself."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from api.cli.errors import Failure
from api.cli.opening import open_settings, opened_graph
from api.cli.output import AsJson, print_facts, print_json, print_table, stdout

if TYPE_CHECKING:
    from services.graph.status import GraphStatus

commands = typer.Typer(no_args_is_help=True, help="Start, stop and look at the graph's server.")


def add_commands(app: typer.Typer) -> None:
    """Add ``graph start``, ``graph stop`` and ``graph status``."""
    app.add_typer(commands, name="graph", rich_help_panel="Running")


@commands.command(epilog="Example: [bold]locusgraph graph start[/bold]")
def start(context: typer.Context, as_json: AsJson = False) -> None:
    """Start the managed local server, or join it when it runs; it answers when this returns."""
    from services.graph.status import read_status

    with opened_graph(context) as (_, settings, _):
        state = read_status(settings)
    show_status(state, as_json=as_json)


@commands.command(epilog="Example: [bold]locusgraph graph stop[/bold]")
def stop(context: typer.Context, as_json: AsJson = False) -> None:
    """Stop the managed local server; the graph stays on the disk."""
    from services.graph.local_server import stop as stop_server

    settings = open_settings(context)
    if not settings.is_managed:
        raise Failure(f"{settings.neo4j_uri} is not ours to stop: NEO4J_URI names it; stop it where it runs")
    was_running = stop_server(settings)
    if as_json:
        print_json({"was_running": was_running})
    else:
        stdout().print("the graph's server is stopped" if was_running else "the graph's server was not running")


@commands.command(epilog="Example: [bold]locusgraph graph status --json[/bold]")
def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Say whether the server runs, where, and how much it holds; it starts nothing and exits 1 when none runs."""
    from services.graph.status import read_status

    state = read_status(open_settings(context))
    show_status(state, as_json=as_json)
    if not state.is_running:
        raise typer.Exit(1)


def show_status(state: "GraphStatus", *, as_json: bool) -> None:
    """Print what the graph is and holds."""
    if as_json:
        print_json(asdict(state))
        return
    if not state.is_running:
        stdout().print("the graph's server does not run; [bold]locusgraph graph start[/bold] starts it")
        return
    print_facts(
        {
            "address": state.uri,
            "user": state.user,
            "password file": state.password_file,
            "database": state.database,
            "server version": state.server_version,
            "schema version": state.schema_version,
            "reference build": state.reference_build,
        }
    )
    print_table("nodes", ("label", ">count"), state.n_nodes.items())
    print_table("edges (staged and retired ones too)", ("type", ">count"), state.n_edges.items())

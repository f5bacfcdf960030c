"""``locusgraph serve``: GraphQL over HTTP."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.opening import open_settings
from api.cli.output import stderr


def add_commands(app: typer.Typer) -> None:
    """Add ``serve``."""
    app.command(rich_help_panel="Running", epilog="Example: [bold]locusgraph serve --port 8000[/bold]")(serve)


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on; the setting's when not given.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; the setting's when not given.")] = None,
    queries: Annotated[
        Path | None, typer.Option(help="Folder of registered queries, *.graphql; the setting's when not given.")
    ] = None,
) -> None:
    """Serve GraphQL at /graphql, whole scans at /scans, /health and /metrics, until Ctrl-C or SIGTERM ends it.

    On loopback readers need no token. Any other address is listened on only when a valid token exists, and every
    request but /health needs one. Running requests end first.
    """
    from datetime import UTC, datetime

    from api.app import create_app
    from api.web.hosts import check_host
    from api.web.server import run_server
    from services.access.tokens import TokenBook
    from services.logs import set_up_logging

    read = open_settings(context)
    has_token = TokenBook(read.home).has_valid(datetime.now(UTC))
    chosen = check_host(host or read.api_host, has_token=has_token)
    settings = read.model_copy(update={"api_host": chosen, "api_port": read.api_port if port is None else port})
    if queries is not None:
        settings = settings.model_copy(update={"api_queries_folder": queries.expanduser().absolute()})
    set_up_logging(settings, whole_process=True)
    stderr().print(
        f"GraphQL at [bold]http://{chosen}:{settings.api_port}/graphql[/bold], health at /health/ready; Ctrl-C ends it",
        soft_wrap=True,
    )
    run_server(create_app(settings), settings)

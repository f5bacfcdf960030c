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
    allow_remote: Annotated[
        bool, typer.Option("--allow-remote", help="Let other machines in; the server asks nobody for a password.")
    ] = False,
) -> None:
    """Serve GraphQL at /graphql, whole scans at /scans, and /health/live and /health/ready, until Ctrl-C stops it."""
    import uvicorn

    from api.app import create_app
    from api.web.hosts import check_host

    read = open_settings(context)
    chosen = check_host(host or read.api_host, may_be_remote=allow_remote)
    settings = read.model_copy(update={"api_host": chosen, "api_port": read.api_port if port is None else port})
    if queries is not None:
        settings = settings.model_copy(update={"api_queries_folder": queries.expanduser().absolute()})
    stderr().print(
        f"GraphQL at [bold]http://{chosen}:{settings.api_port}/graphql[/bold], health at /health/ready; Ctrl-C ends it",
        soft_wrap=True,
    )
    uvicorn.run(
        create_app(settings),
        host=chosen,
        port=settings.api_port,
        log_level="warning",
        access_log=False,
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=10,
    )

"""``locusgraph ingest``: files into the graph."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.load_report import show_loads
from api.cli.opening import open_settings
from api.cli.output import AsJson, print_json
from api.cli.progress import progress_bar


def add_commands(app: typer.Typer) -> None:
    """Add ``ingest``."""
    app.command(rich_help_panel="Loading", epilog="Example: [bold]locusgraph ingest studies.toml --check[/bold]")(
        ingest
    )


def ingest(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="Manifest (studies.toml) that names the studies.")
    ],
    check: Annotated[bool, typer.Option("--check", help="Read and count everything, write nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Load the studies of a manifest; a study whose files did not change is left as it is.

    Every row ends as written, skipped or refused under one named reason; readers see a study whole or not at all.
    """
    from services.graph.opening import open_store
    from services.ingest import check_manifest, ingest_manifest
    from services.manifests import read_manifest

    manifest = read_manifest(file)
    settings = open_settings(context)
    with progress_bar() as on_progress:
        if check:
            report = check_manifest(None, settings, manifest, on_progress=on_progress)
        else:
            with open_store(settings, on_progress) as store:
                report = ingest_manifest(store, settings, manifest, on_progress=on_progress)
    if as_json:
        print_json(report.to_dict())
    else:
        show_loads(report, is_check=check)

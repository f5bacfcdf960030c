"""``locusgraph backup`` and ``restore``."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from api.cli.opening import open_settings
from api.cli.output import AsJson, print_facts, print_json, stdout
from api.cli.progress import progress_bar

_MIB = 1 << 20


def add_commands(app: typer.Typer) -> None:
    """Add ``backup`` and ``restore``."""
    app.command(rich_help_panel="Running", epilog="Example: [bold]locusgraph backup backups/monday[/bold]")(backup)
    app.command(rich_help_panel="Running", epilog="Example: [bold]locusgraph restore backups/monday --replace[/bold]")(
        restore
    )


def backup(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write; it must not exist yet.")],
    as_json: AsJson = False,
) -> None:
    """Keep the graph, loads, model artefacts and settings in one folder, with the sha256 of every file.

    Neo4j Community dumps a stopped server only: the managed one is stopped meanwhile and started again, and how long it
    was away is said. Passwords, access tokens and logs stay out.
    """
    from services.backup import write_backup

    settings = open_settings(context)
    with progress_bar() as on_progress:
        report = write_backup(settings, folder, on_progress)
    if as_json:
        print_json(report.to_dict())
        return
    manifest = report.manifest
    stdout().print(f"[bold]backup in {escape(str(report.folder))}[/bold]", soft_wrap=True)
    print_facts(
        {
            "files": f"{len(manifest.files) + 1:,} ({report.n_bytes / _MIB:,.1f} MiB)",
            "release": manifest.release,
            "nodes, edges": f"{sum(manifest.n_nodes.values()):,}, {sum(manifest.n_edges.values()):,}",
            "versions": f"locusgraph {manifest.program_version}, schema {manifest.schema_version}, Neo4j "
            f"{manifest.neo4j_version}, {manifest.reference_build}",
            "graph was away for": f"{report.downtime_seconds:.1f} s",
            "all of it took": f"{report.seconds:.1f} s",
        }
    )


def restore(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that `locusgraph backup` made.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace a graph that holds something; it goes when the new one answers.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring back the graph and the state folder of a backup, after checking every checksum and version.

    The new graph is made beside the present one, then the two change places; a kill leaves the old one or the new one.
    """
    from services.backup import restore_backup

    settings = open_settings(context)
    with progress_bar() as on_progress:
        report = restore_backup(settings, folder, may_replace=replace, on_progress=on_progress)
    if as_json:
        print_json(report.to_dict())
        return
    stdout().print(f"[bold]restored {escape(str(report.folder))}[/bold]", soft_wrap=True)
    print_facts(
        {
            "written": report.made_at,
            "release": report.release,
            "nodes, edges": f"{sum(report.n_nodes.values()):,}, {sum(report.n_edges.values()):,}",
            "graph was away for": f"{report.downtime_seconds:.1f} s",
            "all of it took": f"{report.seconds:.1f} s",
        }
    )
    for difference in report.differences:
        stdout().print(f"[yellow]note[/yellow]  {escape(difference)} (something wrote while the backup was made)")
    if report.must_migrate:
        stdout().print("[yellow]note[/yellow]  the graph is of an older schema version: run locusgraph migrate")

"""``locusgraph load``: the first load of an empty graph at size, by Neo4j's importer."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.errors import WrongUsage
from api.cli.load_report import show_loads
from api.cli.opening import open_settings
from api.cli.option import option
from api.cli.output import AsJson, print_facts, print_json, print_table, stdout
from api.cli.progress import progress_bar

if TYPE_CHECKING:
    from services.bulk import BulkReport, ImporterFiles

EXAMPLE = "Example: [bold]locusgraph load --bulk studies.toml[/bold]"
FILES_NAME = "importer-files"


def add_commands(app: typer.Typer) -> None:
    """Add ``load``."""
    app.command(rich_help_panel="Loading", epilog=EXAMPLE)(load)


def load(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(exists=True, dir_okay=False, help="Manifest (studies.toml) that names the studies.")
    ] = None,
    bulk: Annotated[bool, option("First load of an empty graph, by Neo4j's importer.", "--bulk")] = False,
    files: Annotated[
        Path | None, option("With NEO4J_URI: folder for the importer's files.", "--files", file_okay=False)
    ] = None,
    finish: Annotated[
        Path | None, option("With NEO4J_URI: after the import, the folder of its files.", "--finish", exists=True)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Load a manifest into an empty graph at size; the graph is the one that ``ingest`` makes, sooner.

    The managed server is stopped, loaded and started again. For a server that NEO4J_URI names, the importer's files
    are written and its operator's commands printed.
    """
    from services.bulk import bulk_load, finish_for_operator, write_for_operator
    from services.manifests import read_manifest

    if (finish is None) == (file is None or not bulk):
        raise WrongUsage(
            "give --bulk and a manifest, or --finish and a folder; into a graph that is not empty, load with "
            "'locusgraph ingest'"
        )
    settings = open_settings(context)
    if finish is not None:
        with progress_bar() as on_progress:
            show_bulk(finish_for_operator(settings, finish, on_progress=on_progress), as_json=as_json)
        return
    if files is not None and settings.is_managed:
        raise WrongUsage("--files is for a server that NEO4J_URI names; the managed one needs no folder")
    manifest = read_manifest(file or Path())
    with progress_bar() as on_progress:
        if settings.is_managed:
            report = bulk_load(settings, manifest, on_progress=on_progress)
        else:
            folder = files or settings.home / FILES_NAME
            written = write_for_operator(settings, manifest, folder, on_progress=on_progress)
    if settings.is_managed:
        show_bulk(report, as_json=as_json)
    else:
        show_files(written, as_json=as_json)


def show_bulk(report: "BulkReport", *, as_json: bool) -> None:
    """Print what became of every row, what was imported, and how long each step took."""
    if as_json:
        print_json(report.to_dict())
        return
    show_loads(report.ingest, is_check=False)
    show_counts("imported", report.n_nodes, report.n_edges)
    steps = [(name, f"{seconds:.1f}") for name, seconds in report.seconds.items()]
    print_table("steps", ("step", ">seconds"), [*steps, ("together", f"{sum(report.seconds.values()):.1f}")])
    if report.edges_per_second:
        print_facts({"edges a second of the import": f"{report.edges_per_second:,.0f}"})


def show_files(written: "ImporterFiles", *, as_json: bool) -> None:
    """Print where the importer's files are, and what the server's operator does with them."""
    if as_json:
        print_json(written.to_dict())
        return
    show_loads(written.ingest, is_check=False)
    show_counts("written for the importer", written.n_nodes, written.n_edges)
    print_facts({"folder": written.folder, "size": f"{written.files_bytes / 1e6:,.1f} MB"})
    console = stdout()
    console.print("\nNothing is in the graph yet. On the server's machine, with its files where this folder is:")
    for command in written.commands:
        console.print(f"  {command}", markup=False, soft_wrap=True)


def show_counts(title: str, nodes: Mapping[str, int], edges: Mapping[str, int]) -> None:
    """Print nodes by label and edges by type."""
    rows = [*(("nodes", name, n) for name, n in nodes.items()), *(("edges", name, n) for name, n in edges.items())]
    print_table(title, ("", "=kind", ">number"), rows)

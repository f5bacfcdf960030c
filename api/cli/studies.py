"""``locusgraph studies``: what is loaded."""

from typing import Annotated

import typer

from api.cli.opening import opened_graph
from api.cli.output import AsJson, print_json, print_table, stdout

commands = typer.Typer(no_args_is_help=True, help="List and remove loaded studies.")


def add_commands(app: typer.Typer) -> None:
    """Add ``studies list`` and ``studies remove``."""
    app.add_typer(commands, name="studies", rich_help_panel="Loading")


@commands.command("list", epilog="Example: [bold]locusgraph studies list --json[/bold]")
def list_all(context: typer.Context, as_json: AsJson = False) -> None:
    """List the loaded studies with what was read and written."""
    from services.ingest import list_studies

    with opened_graph(context) as (store, _, _):
        studies = list_studies(store)
    if as_json:
        print_json({"studies": [study.to_dict() for study in studies]})
        return
    rows = [
        (study.study_id, study.kind, study.build, study.statistics, study.n_read, study.n_written, study.n_refused)
        for study in studies
    ]
    columns = ("study", "kind", "build", "statistics", ">read", ">written", ">refused")
    print_table(f"{len(studies):,} studies", columns, rows)


@commands.command(epilog="Example: [bold]locusgraph studies remove godmc[/bold]")
def remove(
    context: typer.Context,
    study: Annotated[str, typer.Argument(help="Id of the study, as `studies list` shows it.")],
    as_json: AsJson = False,
) -> None:
    """Remove a study; the graph is then as if it had never been loaded (predictions follow at the next training)."""
    from services.ingest import remove_study

    with opened_graph(context) as (store, settings, on_progress):
        removed = remove_study(store, settings, study, on_progress=on_progress)
    if as_json:
        print_json({"removed": removed.study_id, "load_id": removed.load_id})
    else:
        stdout().print(
            f"{study} is removed; [bold]locusgraph retrain --if-stale[/bold] brings the predictions up to date"
        )

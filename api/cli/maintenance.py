"""``locusgraph settings`` and ``migrate``."""

import os

import typer

from api.cli.opening import open_settings
from api.cli.output import AsJson, print_json, print_table, stdout
from api.cli.progress import progress_bar


def add_commands(app: typer.Typer) -> None:
    """Add ``settings`` and ``migrate``."""
    app.command(rich_help_panel="Running", epilog="Example: [bold]locusgraph settings --json[/bold]")(settings)
    app.command(rich_help_panel="Running", epilog="Example: [bold]locusgraph migrate[/bold]")(migrate)


def settings(context: typer.Context, as_json: AsJson = False) -> None:
    """Show every setting, its value now and the variable that sets it; secrets are not shown."""
    from services.settings import describe_settings

    chosen = open_settings(context)
    rows = [
        {
            "variable": row.environment_variable,
            "value": _show_value(getattr(chosen, row.name)),
            "is_set": row.environment_variable in os.environ,
            "description": row.description,
        }
        for row in describe_settings()
    ]
    if as_json:
        print_json({"settings": rows})
        return
    table = [(row["variable"], row["value"], row["is_set"], row["description"]) for row in rows]
    print_table("settings", ("variable", "value", "set", "meaning"), table)


def migrate(context: typer.Context, as_json: AsJson = False) -> None:
    """Bring a graph that an older version wrote to the present schema; a current one is left as it is."""
    from services.graph.opening import open_store
    from services.graph.setup import migrate as migrate_store

    chosen = open_settings(context)
    with progress_bar() as on_progress, open_store(chosen, on_progress) as store:
        schema = migrate_store(store)
    if as_json:
        print_json({"schema_version": schema.version, "reference_build": schema.reference_build})
    else:
        stdout().print(f"the graph has schema version {schema.version} and reference build {schema.reference_build}")


def _show_value(value: object) -> str | None:
    return None if value is None else str(value)

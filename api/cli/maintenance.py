"""``locusgraph settings`` and ``migrate``."""

import os
from typing import Annotated

import typer

from api.cli.opening import open_settings
from api.cli.output import AsJson, print_json, print_table, stdout
from api.cli.progress import progress_bar
from api.versions import product_version


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


def migrate(
    context: typer.Context,
    plan: Annotated[bool, typer.Option("--plan", help="Show the steps and change nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring a graph that an older version wrote to the present schema; a current one is left as it is.

    Steps are numbered, each is recorded in the graph once it is done, and one that a kill cut short is done again.
    """
    from services.graph.opening import open_store
    from services.graph.setup import migrate as migrate_store
    from services.graph.setup import plan_migration, read_migrations

    chosen = open_settings(context)
    with progress_bar() as on_progress, open_store(chosen, on_progress) as store:
        steps = [{"step": step.name, "meaning": step.meaning} for step in plan_migration(store)]
        if plan:
            _show_plan(steps, as_json=as_json)
            return
        schema, done = migrate_store(store, product_version()), read_migrations(store)
    if as_json:
        facts = {"schema_version": schema.version, "reference_build": schema.reference_build}
        print_json({**facts, "steps": steps, "history": done})
    else:
        for step in steps:
            stdout().print(f"done: {step['step']}, {step['meaning']}", soft_wrap=True)
        stdout().print(f"the graph has schema version {schema.version} and reference build {schema.reference_build}")


def _show_plan(steps: list[dict[str, str]], *, as_json: bool) -> None:
    if as_json:
        print_json({"steps": steps})
        return
    for step in steps:
        stdout().print(f"would do: {step['step']}, {step['meaning']}", soft_wrap=True)
    stdout().print(
        "nothing was changed" if steps else "nothing is to be done: the graph is of the present schema version"
    )


def _show_value(value: object) -> str | None:
    return None if value is None else str(value)

"""``locusgraph doctor``: what is wrong with the set-up, and what to do about it."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from api.cli.output import AsJson, print_json, stdout

if TYPE_CHECKING:
    from services.doctor import Finding

SIGNS = {"fine": "[green]✓[/green]", "note": "[yellow]![/yellow]", "broken": "[red]✗[/red]"}


def add_commands(app: typer.Typer) -> None:
    """Add ``doctor``."""
    app.command(rich_help_panel="Running", epilog="Example: [bold]locusgraph doctor[/bold]")(doctor)


def doctor(
    start: Annotated[
        bool, typer.Option("--start", help="Start the managed server when it does not run, to look inside.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Look at Java, jars, ports, disks, memory, packages, settings, passwords, the store and the champion.

    It changes nothing and works on a broken set-up. It exits 1 when something is broken (✗), 0 when all is fine (✓)
    or merely worth knowing (!).
    """
    from services.doctor import examine

    findings = examine(may_start=start)
    n_broken = sum(finding.state == "broken" for finding in findings)
    if as_json:
        print_json({"n_broken": n_broken, "findings": [asdict(finding) for finding in findings]})
    else:
        _show(findings, n_broken)
    if n_broken:
        raise typer.Exit(1)


def _show(findings: "tuple[Finding, ...]", n_broken: int) -> None:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("")
    table.add_column("looked at", no_wrap=True)
    table.add_column("seen")
    table.add_column("what to do")
    for one in findings:
        table.add_row(SIGNS[one.state], one.subject, escape(one.seen), escape(one.remedy))
    stdout().print(table)
    n_notes = sum(finding.state == "note" for finding in findings)
    said = f"[red]{n_broken} broken[/red]" if n_broken else "[green]nothing is broken[/green]"
    stdout().print(f"{said}, {n_notes} worth knowing, {len(findings) - n_broken - n_notes} fine")

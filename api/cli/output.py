"""What the command line prints: tables for people or JSON for machines on stdout, all else on stderr."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

MACHINE_WIDTH = 120
"""Columns of a table that goes to a file or a pipe."""

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


def stdout() -> Console:
    """The console of results, made anew so that a redirected stream is seen; ``:A:`` in a key is no emoji."""
    return Console(file=sys.stdout, highlight=False, emoji=False, width=None if sys.stdout.isatty() else MACHINE_WIDTH)


def stderr() -> Console:
    """The console of progress, errors and remarks."""
    return Console(file=sys.stderr, highlight=False, emoji=False)


def print_json(value: Any) -> None:
    """Print one JSON value and nothing else."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, note: str = "") -> None:
    """Print a table; numbers stand on the right with thousands separators.

    Parameters
    ----------
    columns
        Headers; one that begins with ``>`` holds numbers, one with ``=`` ids that are not to be broken.
    note
        A line below the table.
    """
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        justify: Literal["left", "right"] = "right" if column.startswith(">") else "left"
        table.add_column(column.lstrip(">="), justify=justify, no_wrap=column.startswith((">", "=")))
    for row in rows:
        table.add_row(*(escape(show(value)) for value in row))
    console = stdout()
    console.print(f"[bold]{escape(title)}[/bold]")
    console.print(table)
    if note:
        console.print(f"[dim]{escape(note)}[/dim]")


def print_facts(facts: Mapping[str, Any]) -> None:
    """Print names and values below each other."""
    table = Table.grid(padding=(0, 2))
    for name, value in facts.items():
        table.add_row(f"[dim]{escape(name)}[/dim]", escape(show(value)))
    stdout().print(table)


def show(value: Any) -> str:
    """A value for a reader: whole numbers with separators, shares with four digits, nothing as a dash."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list | tuple):
        return ", ".join(show(part) for part in value) or "–"
    return str(value)

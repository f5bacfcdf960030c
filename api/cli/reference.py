"""Writes ``docs/cli.md`` from the commands themselves."""

import re
from collections.abc import Iterator
from typing import Any

import typer.main

from api.cli.main import app

_MARKUP = re.compile(r"\[/?(?:bold|dim)\]")


def render_cli() -> str:
    """The text of ``docs/cli.md``: every command with its arguments, options and example."""
    root = typer.main.get_command(app)
    lines = [
        "# Command line",
        "<!-- Made by `make docs`; change the code instead. -->",
        "",
        "Exit codes: 0 done, 1 failed, 2 wrong usage. With `--json` standard output holds one JSON value and nothing",
        "else; progress and errors go to standard error.",
        "",
    ]
    for name, command in walk_commands("locusgraph", root):
        lines += _section(name, command)
    return "\n".join(lines).rstrip() + "\n"


def walk_commands(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    """The command and all below it, each with its full name."""
    yield name, command
    for child_name, child in getattr(command, "commands", {}).items():
        yield from walk_commands(f"{name} {child_name}", child)


def plain(text: str | None) -> str:
    """A help text without its colours, in one line."""
    return " ".join(_MARKUP.sub("", text or "").split())


def _section(name: str, command: Any) -> list[str]:
    lines = [f"## {name}", "", *(plain(part) for part in (command.help or "").split("\n\n")), ""]
    parameters = [parameter for parameter in command.params if parameter.name != "help"]
    if parameters:
        lines += ["| | default | meaning |", "|---|---|---|", *(_row(parameter) for parameter in parameters), ""]
    if command.epilog:
        lines += [_example(command.epilog), ""]
    return lines


def _row(parameter: Any) -> str:
    is_argument = parameter.param_type_name == "argument"
    name = parameter.name.upper() if is_argument else ", ".join(f"`{word}`" for word in parameter.opts)
    default = (
        ""
        if parameter.required or parameter.default is None or parameter.default is False
        else f"`{parameter.default}`"
    )
    return f"| {name} | {default} | {plain(parameter.help)} |".replace("|  |", "| |")


def _example(epilog: str) -> str:
    """Commands in an example stand between bold marks."""
    return " ".join(re.sub(r"\[bold\](.*?)\[/bold\]", r"`\1`", epilog).split())

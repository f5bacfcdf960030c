"""One option of a command, with its help first."""

from typing import Any

import typer


def option(text: str, *names: str, **more: Any) -> Any:
    """Make an option; without a name it takes the parameter's."""
    return typer.Option(*names, help=text, **more)

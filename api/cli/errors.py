"""How the command line ends when something is wrong: one clear panel on stderr, and an exit code."""

import errno
from typing import Any

import typer
from rich.panel import Panel
from rich.text import Text
from typer.core import TyperGroup

from api.cli.output import stderr

OURS = {"api", "services", "loaders", "models", "graph_schema"}
FAILED, WRONG_USAGE = 1, 2


class WrongUsage(Exception):  # noqa: N818 (says what happened)
    """What was asked cannot be meant: exit code 2."""


class Failure(Exception):  # noqa: N818
    """What was asked could not be done: exit code 1."""


class CarefulGroup(TyperGroup):
    """Turns our named errors into a panel and an exit code; a defect keeps its traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the chosen command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            stderr().print("stopped; what was finished stays, and the same command goes on from there")
            raise typer.Exit(130) from None
        except Exception as error:
            named = name_full_disk(error)
            if (ctx.obj or {}).get("debug") or not is_ours(named):
                raise
            show_error(named)
            raise typer.Exit(WRONG_USAGE if isinstance(named, WrongUsage) else FAILED) from error


def name_full_disk(error: Exception) -> Exception:
    """Give a failure that says so where the disk, or its quota, had no room; any other error as it is."""
    if not isinstance(error, OSError) or error.errno not in {errno.ENOSPC, errno.EDQUOT}:
        return error
    where = (
        f" of {error.filename}" if error.filename else ", of the state folder (LOCUSGRAPH_HOME), TMPDIR or the output"
    )
    return Failure(f"the disk{where} is full: free some space and give the same command again; what was finished stays")


def is_ours(error: BaseException) -> bool:
    """Whether an error was named by us, so that its message says all; typer's own are left to typer."""
    return type(error).__module__.split(".")[0] in OURS


def show_error(error: BaseException) -> None:
    """Show an error's message in a panel on stderr."""
    title = "wrong usage" if isinstance(error, WrongUsage) else type(error).__name__
    from services.redaction import redact

    stderr().print(
        Panel(Text(redact(str(error))), title=f"[bold]{title}[/bold]", title_align="left", border_style="red")
    )

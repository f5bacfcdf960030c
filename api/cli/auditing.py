"""Every command that may change something is noted in the audit log, before and after; and ``locusgraph audit``."""

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from api.cli.opening import open_settings
from api.cli.option import option
from api.cli.output import AsJson, print_json, print_table, stderr

if TYPE_CHECKING:
    from services.access.audit import AuditEntry
    from services.settings import Settings

READING: Final = frozenset(
    {
        "audit",
        "candidates",
        "celltypes",  # as h2, ldscore, partition and rg noted when it opens the graph, since it works on files too
        "cypher",  # noted by its own runner, with the text
        "doctor",
        "evaluate",
        "export candidates",
        "export graph",
        "graph start",
        "graph status",
        "gwas",
        "h2",
        "kinship",
        "ldscore",
        "models list",
        "models show",
        "munge",
        "partition",
        "qtl",
        "query",
        "reml",
        "rg",
        "schedule history",
        "schema",
        "search",
        "serve",
        "settings",
        "simulate-graphs",
        "studies list",
        "tokens list",
    }
)
"""Commands that are not noted as such: they leave the graph and the access to it alone, or note it themselves."""


def add_commands(app: typer.Typer) -> None:
    """Add ``audit``."""
    app.command(rich_help_panel="Running", epilog="Example: [bold]locusgraph audit --since 7d[/bold]")(audit)


def note_writes(app: typer.Typer) -> None:
    """Have every command but the reading ones noted; called when all of them are added."""
    for name, command in [*_commands(app), *_groups(app)]:
        if name not in READING and command.callback is not None:
            command.callback = _noted(name, command.callback)


def audit(
    context: typer.Context,
    since: Annotated[str | None, option("Beginning: a span such as 12h or 7d, or a date; all when not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show who changed what, and who asked Cypher, the oldest first."""
    from services.access.audit import read_entries

    settings = open_settings(context)
    page = read_entries(settings, since=None if since is None else _read_since(since))
    if page.n_broken:
        stderr().print(f"{page.n_broken:,} lines could not be read: a process was killed while it wrote, or worse")
    if as_json:
        print_json({"entries": [_to_dict(entry) for entry in page.entries], "n_broken": page.n_broken})
        return
    rows = [(f"{e.time:%Y-%m-%d %H:%M:%S}", e.who, e.event, _render_facts(e.facts)) for e in page.entries]
    print_table(f"{len(rows):,} entries", ("=time (UTC)", "who", "event", "facts"), rows)


def _commands(app: typer.Typer, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for command in app.registered_commands:
        yield prefix + (command.name or getattr(command.callback, "__name__", "").replace("_", "-")), command
    for group in app.registered_groups:
        if group.typer_instance is not None:
            yield from _commands(group.typer_instance, f"{prefix}{group.name} ")


def _groups(app: typer.Typer) -> Iterator[tuple[str, Any]]:
    """Groups that do something themselves when none of their commands is named, such as ``schedule``."""
    for group in app.registered_groups:
        callback = group.typer_instance.registered_callback if group.typer_instance is not None else None
        if callback is not None:
            yield str(group.name), callback


def _noted(name: str, callback: Callable[..., Any]) -> Callable[..., Any]:
    """The same command with a line before it, without which it is not begun, and one after it."""

    @functools.wraps(callback)
    def noted(*arguments: Any, **options: Any) -> Any:
        from services.settings import read_settings

        has_subcommand = getattr(options.get("context"), "invoked_subcommand", None) is not None  # noted itself
        if has_subcommand or options.get("files_only"):  # files of a demonstration, and no graph
            return callback(*arguments, **options)
        with noting(read_settings(), name, options):
            return callback(*arguments, **options)

    return noted


@contextmanager
def noting(settings: "Settings", name: str, options: dict[str, Any]) -> Iterator[None]:
    """Work with a line of the audit log before it, without which it is not begun, and one after it."""
    from services.access.audit import operating_user, record

    who, begin = operating_user(), time.monotonic()
    record(settings, name, who, state="begun", arguments=_describe(options))
    state = "failed"
    try:
        yield
        state = "done"
    except typer.Exit as leaving:
        state = "done" if leaving.exit_code == 0 else "failed"
        raise
    finally:
        note_end(settings, name, who, state=state, seconds=round(time.monotonic() - begin, 3))


def note_end(settings: "Settings", name: str, who: str, **facts: Any) -> None:
    """The line after a command; where it cannot be written that is said, and what was done stays done."""
    from services.access.audit import record
    from services.access.errors import AuditError

    try:
        record(settings, name, who, **facts)
    except AuditError as error:
        stderr().print(f"the command ended, {facts['state']}; {error}", soft_wrap=True, markup=False)


def _describe(options: dict[str, Any]) -> dict[str, Any]:
    """The options that were given a value, as JSON can hold them."""
    given = {name: value for name, value in options.items() if value not in (None, False, (), [])}
    return {name: _plain(value) for name, value in given.items() if name != "context"}


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return str(value) if isinstance(value, Path) or not isinstance(value, str | int | float | bool) else value


def _read_since(text: str) -> datetime:
    from services.access.moments import read_moment

    return read_moment(text, datetime.now(UTC), before=True)


def _render_facts(facts: dict[str, Any]) -> str:
    parts = [f"{name} {_render_facts(value) if isinstance(value, dict) else value}" for name, value in facts.items()]
    return ", ".join(parts)


def _to_dict(entry: "AuditEntry") -> dict[str, Any]:
    return {
        "time": entry.time.isoformat(timespec="milliseconds"),
        "event": entry.event,
        "who": entry.who,
        **entry.facts,
    }

"""``locusgraph schedule``: loading and training by itself."""

import json
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.errors import WrongUsage
from api.cli.opening import open_settings, opened_graph
from api.cli.output import AsJson, print_json, print_table, stdout
from api.cli.progress import progress_bar

if TYPE_CHECKING:
    from services.schedule import Job
    from services.settings import Settings

commands = typer.Typer(invoke_without_command=True)

_WORDS = {
    "done": "loaded",
    "kept_out": "kept out",
    "published": "new champion",
    "unchanged": "nothing to do",
}

_EXPECTED = {"done", "published", "unchanged", "running"}
"""Endings whose reason the table does not need."""


def add_commands(app: typer.Typer) -> None:
    """Add ``schedule`` and ``schedule history``."""
    app.add_typer(commands, name="schedule", rich_help_panel="Model")


@commands.callback(
    epilog='Example: [bold]locusgraph schedule --cron "30 2 * * *" --inbox /srv/inbox[/bold]', no_args_is_help=False
)
def schedule(
    context: typer.Context,
    cron: Annotated[
        str | None, typer.Option(help="Train again by time, where something changed: minute hour day month weekday.")
    ] = None,
    inbox: Annotated[Path | None, typer.Option(help="Folder that is watched for manifests (*.toml).")] = None,
    once: Annotated[bool, typer.Option("--once", help="Do what is due now, and end: for a cron of your own.")] = False,
    as_json: AsJson = False,
) -> None:
    """Load the manifests of an inbox and train again by itself; a worse model is kept out. Runs until it is stopped.

    Everything is done once, however many schedulers run; each is killed without harm, and the next one goes on. Without
    options the settings LOCUSGRAPH_SCHEDULE_CRON and LOCUSGRAPH_SCHEDULE_INBOX count. With --json every thing that
    ended is one line of JSON; with --once they are one JSON value. --once exits 1 when one was rejected or failed.
    """
    if context.invoked_subcommand is not None:
        return
    settings = _settings(context, cron, inbox)
    if not once and settings.schedule_cron is None and settings.schedule_inbox is None:
        raise WrongUsage("a scheduler needs a --cron expression or an --inbox to watch, or --once to end at once")
    with _stopped_by_signals() as stop:
        _run(settings, stop, once=once, as_json=as_json)


@commands.command(epilog="Example: [bold]locusgraph schedule history --limit 20[/bold]")
def history(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="Entries shown.")] = 30,
    as_json: AsJson = False,
) -> None:
    """Show what schedulers did, the newest first: loads, trainings, and why a model was kept out."""
    from services.schedule import Ledger

    with opened_graph(context) as (store, _, _):
        jobs = Ledger(store).history(limit)
    if as_json:
        print_json({"jobs": [job.to_dict() for job in jobs]})
        return
    rows = [
        (job.short_id, job.kind.value, _when(job), job.source, _word(job), _releases(job), job.n_attempts)
        for job in jobs
    ]
    columns = ("=id", "kind", "=first begun", "source", "=state", "=release", ">attempts")
    print_table(f"{len(rows):,} entries of the ledger", columns, rows)
    for job in jobs:
        if job.status.value not in _EXPECTED:
            stdout().print(f"{job.short_id} {_word(job)}: {job.reason}", markup=False, soft_wrap=True)


def _settings(context: typer.Context, cron: str | None, inbox: Path | None) -> "Settings":
    settings = open_settings(context)
    chosen = {"schedule_cron": cron, "schedule_inbox": inbox and inbox.expanduser().absolute()}
    return settings.model_copy(update={name: value for name, value in chosen.items() if value})


def _run(settings: "Settings", stop: Event, *, once: bool, as_json: bool) -> None:
    from api.wiring import open_graph
    from services.schedule import BAD, open_scheduler

    with progress_bar() as on_progress, open_graph(settings, on_progress=on_progress) as store:
        scheduler = open_scheduler(store, settings, stop, on_progress)
        if not once:
            scheduler.run_forever(lambda job: _tell(settings, job, as_json))
            return
        jobs = scheduler.run_once()
        for job in jobs:
            _note(settings, job)
        left = [each.job for each in scheduler.ledger.unfinished()]
        waiting = [path.name for path in scheduler.inbox.growing()] if scheduler.inbox else []
    if as_json:
        print_json(
            {"jobs": [job.to_dict() for job in jobs], "left": [job.to_dict() for job in left], "waiting": waiting}
        )
    else:
        _show(jobs, left, waiting)
    if any(job.status in BAD for job in jobs):
        raise typer.Exit(1)


def _tell(settings: "Settings", job: "Job", as_json: bool) -> None:
    _note(settings, job)
    _say(job, as_json)


def _note(settings: "Settings", job: "Job") -> None:
    """Note in the audit log what the scheduler did; the ledger has the rest of it."""
    from api.cli.auditing import note_end
    from services.access.audit import operating_user

    facts = {"source": job.source, "state": job.status.value, "reason": job.reason}
    note_end(settings, f"schedule {job.kind.value}", operating_user(), **facts)


def _show(jobs: Sequence["Job"], left: Sequence["Job"], waiting: Sequence[str]) -> None:
    for job in jobs:
        _say(job, as_json=False)
    for job in left:
        stdout().print(f"left for later: {job.kind} of {job.source} ({job.holder or job.reason})", markup=False)
    for name in waiting:
        stdout().print(f"not loaded yet, it or a file that it names is still being copied: {name}", markup=False)
    if not jobs and not left and not waiting:
        stdout().print("nothing to do")


def _say(job: "Job", as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(job.to_dict(), default=str) + "\n")
        sys.stdout.flush()
        return
    stdout().print(f"{_when(job)} {job.kind} of {job.source}: {_word(job)}; {job.reason}", markup=False, soft_wrap=True)


def _word(job: "Job") -> str:
    return _WORDS.get(job.status.value, job.status.value)


def _when(job: "Job") -> str:
    return job.created_at.strftime("%Y-%m-%d %H:%M:%S") if job.created_at else ""


def _releases(job: "Job") -> str:
    return f"{job.release_before} → {job.release_after if job.release_after is not None else '–'}"


@contextmanager
def _stopped_by_signals() -> Iterator[Event]:
    """An event that SIGTERM and the interrupt key set; what was begun is put back, and the process ends by itself."""
    stop, before = Event(), {}

    def ask(_number: int, _frame: Any) -> None:
        stop.set()

    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            before[number] = signal.signal(number, ask)
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

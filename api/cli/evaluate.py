"""``locusgraph evaluate``: every method on held-out loci, with intervals."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.errors import WrongUsage
from api.cli.opening import open_settings, opened_graph
from api.cli.option import option
from api.cli.output import AsJson, print_json, print_table, stdout
from api.cli.progress import progress_bar

if TYPE_CHECKING:
    from services.evaluation import EvaluationReport

EXAMPLE = "Example: [bold]locusgraph evaluate --graphs ../shared/data/pinsage --budget 3[/bold]"
NOTE = "Ranks of held-out loci among all loci not known for the molecule; 95 % intervals by bootstrap over LD blocks."


def add_commands(app: typer.Typer) -> None:
    """Add ``evaluate``."""
    app.command(rich_help_panel="Model", epilog=EXAMPLE)(evaluate)


def evaluate(  # noqa: PLR0913, PLR0917 (one parameter an option)
    context: typer.Context,
    graphs: Annotated[
        list[Path] | None, option("Graph file, or folder of them; may be repeated. Without: the loaded release.")
    ] = None,
    budget: Annotated[int, option("Settings that each ranker may try on validation pairs.", min=1)] = 6,
    seeds: Annotated[str, option("Seeds of the fits, with commas; at least 3 for a report.")] = "0,1,2",
    methods: Annotated[str, option("Methods to run, with commas; all by default.")] = "",
    splits: Annotated[str, option("S1: held-out (LD block, molecule) pairs. S2: whole chromosomes.")] = "S1",
    output: Annotated[
        Path | None, option("File of results; a run that was stopped goes on from it. By default in the state folder.")
    ] = None,
    page: Annotated[Path | None, option("Page whose tables are written anew, such as docs/evaluation.md.")] = None,
    no_run: Annotated[bool, option("Show what the file of results holds, and run nothing.", "--no-run")] = False,
    as_json: AsJson = False,
) -> None:
    """Rank held-out loci with every method in one run: tuned baselines, PinSage, the hybrid; with paired intervals.

    Results are kept after each method, so that the same command goes on where a stopped one ended.
    """
    from services import evaluation

    try:
        request = evaluation.EvaluationRequest(
            budget, _numbers(seeds), _names(methods), _names(splits), output, page, not no_run
        )
    except evaluation.EvaluationError as error:
        raise WrongUsage(str(error)) from error
    if graphs:
        settings = open_settings(context)
        with progress_bar() as on_progress:
            report = evaluation.evaluate_files(graphs, request, settings, on_progress=on_progress)
    else:
        with opened_graph(context) as (store, settings, on_progress):
            report = evaluation.evaluate_release(store, request, settings, on_progress=on_progress)
    if as_json:
        print_json(report.to_dict())
    else:
        show_report(report)


def show_report(report: "EvaluationReport") -> None:
    """Print the tables, what they say, and what was left out."""
    for table in report.terminal_tables():
        header = ("=" + table.header[0], *(f">{name}" for name in table.header[1:]))
        print_table(table.title, header, table.rows)
    console = stdout()
    for sentence in (*report.verdicts(), *report.remarks()):
        console.print(sentence, markup=False)
    console.print(f"[dim]{NOTE}[/dim]")


def _numbers(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError as error:
        raise WrongUsage(f"--seeds takes whole numbers with commas, such as 0,1,2, not {text!r}") from error


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())

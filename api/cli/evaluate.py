"""``locusgraph evaluate``: every method on held-out loci, with intervals."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.errors import WrongUsage
from api.cli.opening import open_settings, opened_graph
from api.cli.option import option
from api.cli.other_data import run_other_data, show_other_data
from api.cli.output import AsJson, print_json, print_table, stdout
from api.cli.progress import progress_bar

if TYPE_CHECKING:
    from services.evaluation import EvaluationReport, EvaluationRequest

EXAMPLE = "Example: [bold]locusgraph evaluate --graphs ../shared/data/pinsage --budget 3[/bold]"
SPLITS_HELP = (
    "S1: held-out (LD block, molecule) pairs. S2: whole chromosomes. S3: train on mQTL, find eQTL. "
    "S4: find loci of traits that were published later. S3 and S4 ask the loaded release."
)
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
    splits: Annotated[str, option(SPLITS_HELP)] = "S1",
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
    others, own = _other_data(splits, is_release=not graphs, is_run=not no_run)
    report = None
    if own or not others:
        request = _request(budget, _numbers(seeds), _names(methods), own, output, page, not no_run)
        report = _evaluate(context, graphs or [], request)
    found = run_other_data(context, others, _numbers(seeds)) if others else {}
    if as_json:
        kept = {} if report is None else report.to_dict()
        print_json({**kept, **({"other_data": {name: one.to_json() for name, one in found.items()}} if found else {})})
        return
    if report is not None:
        show_report(report)
    show_other_data(found)


def _other_data(splits: str, *, is_release: bool, is_run: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Take S3 and S4 out of the splits, which need the loaded release and are computed anew each time."""
    from services.evaluation.other_data import OTHER_SPLITS

    names = _names(splits)
    others = tuple(name for name in names if name in OTHER_SPLITS)
    if others and not (is_release and is_run):
        raise WrongUsage(f"{' and '.join(others)} ask the loaded release and are not kept: no --graphs, no --no-run")
    own = tuple(name for name in names if name not in OTHER_SPLITS)
    return others, own


def _request(*given: Any) -> "EvaluationRequest":
    from services import evaluation

    try:
        return evaluation.EvaluationRequest(*given)
    except evaluation.EvaluationError as error:
        raise WrongUsage(str(error)) from error


def _evaluate(context: typer.Context, graphs: list[Path], request: "EvaluationRequest") -> "EvaluationReport":
    from services import evaluation

    if graphs:
        settings = open_settings(context)
        with progress_bar() as on_progress:
            return evaluation.evaluate_files(graphs, request, settings, on_progress=on_progress)
    with opened_graph(context) as (store, settings, on_progress):
        return evaluation.evaluate_release(store, request, settings, on_progress=on_progress)


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

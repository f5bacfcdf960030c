"""``locusgraph cypher``: an analyst's own read-only query."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.answers import AnswerFormat, print_answer, read_parameters
from api.cli.errors import WrongUsage
from api.cli.opening import opened_graph
from api.cli.option import option

if TYPE_CHECKING:
    from services.cypher.running import CypherRunner, Question
    from services.graph.store import Store
    from services.settings import Settings

Parameters = Annotated[
    list[str] | None, option("A parameter of the query, as name=value; the value may be JSON.", "-p", "--parameter")
]
Format = Annotated[AnswerFormat, option("How the answer is written.", "--format")]
AsJson = Annotated[bool, option("The same as --format json.", "--json")]
Output = Annotated[Path | None, option("File to write instead of standard output.", "--output", "-o")]
Limit = Annotated[int | None, option("Most rows; the setting's when not given.", "--limit", min=1)]


def add_commands(app: typer.Typer) -> None:
    """Add ``cypher``."""
    example = "MATCH (s:Study) RETURN s.study_id, s.kind"
    app.command(rich_help_panel="Asking", epilog=f'Example: [bold]locusgraph cypher "{example}"[/bold]')(cypher)


def cypher(  # noqa: PLR0913, PLR0917 (the options of a command)
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="The query; @FILE reads it from a file, - from standard input.")],
    parameters: Parameters = None,
    format_: Format = AnswerFormat.TABLE,
    as_json: AsJson = False,
    output: Output = None,
    limit: Limit = None,
    unsettled: Annotated[
        bool,
        option("Do not wait for a load to end: the query itself filters on $load_ids and $run_ids.", "--unsettled"),
    ] = False,
) -> None:
    """Ask the graph in Cypher, read-only: checked and planned first, with limits of time, rows and bytes.

    $load_ids, $run_ids and $champion_run_id hold what readers of the current release see.
    """
    from services.access.audit import operating_user
    from services.cypher.running import Question

    question = Question(
        read_text(query), read_parameters(parameters or ()), operating_user(), limit, is_unsettled=unsettled
    )
    with opened_graph(context) as (store, settings, _):
        columns, rows, notes = ask(store, settings, question)
    print_answer(columns, rows, notes, format_=AnswerFormat.JSON if as_json else format_, output=output)


def ask(
    store: "Store", settings: "Settings", question: "Question"
) -> tuple[tuple[str, ...], Sequence[Sequence[Any]], list[str]]:
    """Columns, rows and notes of an answer; asked once more when the graph changed meanwhile.

    Raises
    ------
    CypherError
        When it is refused, stopped, or the graph keeps changing.
    """
    from services.cypher.errors import GraphChanging
    from services.cypher.running import CypherRunner

    with CypherRunner(store, settings) as runner:
        try:
            return _ask_once(runner, question)
        except GraphChanging as error:
            if error.is_lasting:
                raise
            return _ask_once(runner, question)


def _ask_once(
    runner: "CypherRunner", question: "Question"
) -> tuple[tuple[str, ...], Sequence[Sequence[Any]], list[str]]:
    with runner.ask(question) as answer:
        rows, notes = list(answer.rows()), list(answer.notes)
    if answer.is_truncated:
        notes.append(f"there are more than these {answer.n_rows:,} rows: raise --limit, or ask for less")
    return answer.columns, rows, notes


def read_text(query: str) -> str:
    """The query itself, from the command line, a file or standard input.

    Raises
    ------
    WrongUsage
        When the file cannot be read.
    """
    if query == "-":
        return sys.stdin.read()
    if not query.startswith("@"):
        return query
    try:
        return Path(query[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsage(f"the query's file {query[1:]!r} cannot be read ({error}): check its path") from error

"""``locusgraph query``: the library of named queries."""

from typing import Annotated

import typer

from api.cli.answers import AnswerFormat, print_answer, read_parameters
from api.cli.cypher import AsJson, Format, Limit, Output, Parameters, ask
from api.cli.opening import opened_graph
from api.cli.output import print_json, print_table


def add_commands(app: typer.Typer) -> None:
    """Add ``query``."""
    example = "Example: [bold]locusgraph query trait-hits -p trait=EFO:0000685[/bold]"
    app.command(rich_help_panel="Asking", epilog=example)(query)


def query(  # noqa: PLR0913, PLR0917 (one parameter an option)
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="The query; without one all are listed.")] = None,
    parameters: Parameters = None,
    format_: Format = AnswerFormat.TABLE,
    as_json: AsJson = False,
    output: Output = None,
    limit: Limit = None,
) -> None:
    """Ask a question of the library: what is at a SNP, a trait's molecules, trans hubs, candidates and so on.

    Each counts only what readers of the current release see, also while a load is under way.
    """
    if name is None:
        _list(as_json=as_json)
        return
    from services.access.audit import operating_user
    from services.cypher.named import find_named
    from services.cypher.running import Question

    named = find_named(name)
    filled = named.fill(read_parameters(parameters or ()))
    question = Question(named.text, filled, operating_user(), limit, is_unsettled=True)
    with opened_graph(context) as (store, settings, _):
        columns, rows, notes = ask(store, settings, question)
    print_answer(columns, rows, notes, format_=AnswerFormat.JSON if as_json else format_, output=output)


def _list(*, as_json: bool) -> None:
    from services.cypher.named import list_named

    if as_json:
        print_json(
            [
                {
                    "name": one.name,
                    "meaning": one.meaning,
                    "parameters": {each.name: each.default for each in one.parameters},
                    "example": one.command(),
                }
                for one in list_named()
            ]
        )
        return
    rows = (
        (one.name, one.meaning, ", ".join(_describe(each.name, each.default) for each in one.parameters))
        for one in list_named()
    )
    print_table("named queries", ("=name", "what it answers", "parameters"), rows, note="values: -p name=value")


def _describe(name: str, default: object) -> str:
    return name if default is None else f"{name}={default}"

"""The commands of ``locusgraph``, put together."""

import sys
import traceback
from typing import Annotated

import typer

from api.cli import (
    attach,
    auditing,
    backups,
    bulk,
    candidates,
    cell_types,
    cypher,
    demo,
    doctor,
    evaluate,
    exporting,
    genetic_correlation,
    graph,
    gwas,
    heritability,
    ingest,
    kinship,
    ld_scores,
    maintenance,
    models,
    munge,
    partition,
    qtl,
    query,
    reml,
    schedule,
    schema,
    serving,
    simulation,
    studies,
    tokens,
    training,
)
from api.cli.errors import CarefulGroup
from api.versions import product_version

app = typer.Typer(
    name="locusgraph",
    cls=CarefulGroup,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"locusgraph {product_version()}")
        raise typer.Exit


@app.callback(epilog="Example: [bold]locusgraph demo[/bold], then [bold]locusgraph serve[/bold]")
def root(
    context: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error, and log everything.")] = False,
    version: Annotated[  # noqa: ARG001 (handled by its callback)
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Find other loci that act on the same molecules as your GWAS hits, with the evidence that leads to each.

    It loads QTL and GWAS summary statistics into a graph, trains PinSage on it, and lists candidate loci.
    """
    context.obj = {"debug": debug}


demo.add_commands(app)
ingest.add_commands(app)
bulk.add_commands(app)
studies.add_commands(app)
training.add_commands(app)
evaluate.add_commands(app)
models.add_commands(app)
schedule.add_commands(app)
candidates.add_commands(app)
ld_scores.add_commands(app)
munge.add_commands(app)
heritability.add_commands(app)
partition.add_commands(app)
cell_types.add_commands(app)
genetic_correlation.add_commands(app)
kinship.add_commands(app)
gwas.add_commands(app)
reml.add_commands(app)
qtl.add_commands(app)
attach.add_commands(app)
serving.add_commands(app)
simulation.add_commands(app)
graph.add_commands(app)
maintenance.add_commands(app)
doctor.add_commands(app)
backups.add_commands(app)
exporting.add_commands(app)
cypher.add_commands(app)
query.add_commands(app)
schema.add_commands(app)
tokens.add_commands(app)
auditing.add_commands(app)
auditing.note_writes(app)  # when all commands are added


def main() -> None:
    """Run the command line; the console script and ``python -m api`` call it."""
    try:
        app(prog_name="locusgraph")
    except Exception:  # noqa: BLE001 (shown whole, as Python would, but for the secrets)
        from services.redaction import redact

        sys.stderr.write(redact(traceback.format_exc()))
        sys.exit(1)

"""``locusgraph export``: the graph, or the candidate loci of a trait, as files for others."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from api.cli.candidates import find_trait
from api.cli.errors import WrongUsage
from api.cli.opening import opened_graph
from api.cli.output import AsJson, print_json, print_table, stdout

commands = typer.Typer(no_args_is_help=True, help="Write the graph or candidate loci to files for others.")
_MIB = 1 << 20


class FileFormat(StrEnum):
    """What files are written."""

    TSV = "tsv"
    PARQUET = "parquet"


def add_commands(app: typer.Typer) -> None:
    """Add ``export graph`` and ``export candidates``."""
    app.add_typer(commands, name="export", rich_help_panel="Asking")


@commands.command(epilog="Example: [bold]locusgraph export graph release-12 --format parquet[/bold]")
def graph(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write; it must not exist yet.")],
    file_format: Annotated[FileFormat, typer.Option("--format", help="Form of the tables.")] = FileFormat.PARQUET,
    as_json: AsJson = False,
) -> None:
    """Write nodes, measured edges and the champion's predicted edges of the current release, one table a kind.

    A manifest.json beside them holds release, settings, versions, columns with units and meanings, the sha256 of each
    table, and citation and licence of each study. Only a batch of rows is held in memory.
    """
    from services.sharing import export_graph

    with opened_graph(context) as (store, settings, on_progress):
        written = export_graph(store, settings, folder, file_format.value, on_progress)
    if as_json:
        print_json(written.to_dict())
        return
    print_table(f"release {written.release} in {written.folder}", ("file", ">rows"), written.n_rows.items())
    stdout().print(f"{written.n_bytes / _MIB:,.1f} MiB, described in manifest.json")


@commands.command(epilog='Example: [bold]locusgraph export candidates "Rheumatoid arthritis" ra.tsv[/bold]')
def candidates(  # noqa: PLR0913, PLR0917 (one parameter an option)
    context: typer.Context,
    trait: Annotated[str, typer.Argument(help="Id or name of the trait.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File to write: .tsv or .parquet.")],
    limit: Annotated[int, typer.Option(min=0, help="Candidates written; significant ones always are.")] = 1000,
    method: Annotated[str, typer.Option(help="pinsage or two_hop.")] = "pinsage",
    k: Annotated[int, typer.Option(help="Neighbours taken of each known SNP.")] = 50,
    alpha: Annotated[float, typer.Option(help="Family-wise error rate over the candidates.")] = 0.05,
    fdr: Annotated[float, typer.Option(help="False discovery rate of the test beside it.")] = 0.05,
    null_sets: Annotated[int, typer.Option(help="Sets of matched random candidates; 0: none.")] = 100,
    seed: Annotated[int, typer.Option(help="Seed of the random sets.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Write the candidate loci of a trait as a table whose header says what was asked, of what, and how tested."""
    from services.search import CandidateOptions, OptionError, find_candidates
    from services.sharing import export_candidates

    file_format = _format_of(file)
    try:
        options = CandidateOptions(
            method=method,  # type: ignore[arg-type]
            k=k,
            alpha=alpha,
            false_discovery_rate=fdr,
            n_null_sets=null_sets,
            seed=seed,
            limit=limit,
        )
    except OptionError as error:
        raise WrongUsage(str(error)) from error
    with opened_graph(context) as (store, settings, _):
        report = find_candidates(store, settings, find_trait(store, trait), options=options)
        n_rows = export_candidates(report, settings, file, file_format.value)
    if as_json:
        print_json({"file": str(file), "n_rows": n_rows, "status": report.status, "release": report.release})
    else:
        stdout().print(f"{n_rows:,} candidates ({report.status}) in {escape(str(file))}", soft_wrap=True)


def _format_of(file: Path) -> FileFormat:
    suffix = file.suffix.lstrip(".").lower()
    if suffix not in {one.value for one in FileFormat}:
        raise WrongUsage(f"the file's name says its form and must end with .tsv or .parquet, not {file.name!r}")
    return FileFormat(suffix)

"""``locusgraph celltypes``: in which cell types' categories a trait's heritability lies beyond a base model."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.errors import WrongUsage
from api.cli.estimates import (
    of_files,
    print_flags,
    print_known,
    print_next,
    print_repeats,
    quoted,
    show_estimate,
    show_p,
    show_status,
    source_facts,
)
from api.cli.output import AsJson, print_json, print_table, stdout
from api.cli.statistics_options import (
    PANEL,
    TARGET_HELP,
    Blocks,
    Intercept,
    LdScores,
    MaximumChi2,
    Study,
    Weights,
    opened_for,
)

if TYPE_CHECKING:
    from services.statistics import CellTypeReport

NOTE = "Each cell type alone beside the base model; p is one-sided: more heritability than the base model explains."
EXAMPLE = "Example: [bold]locusgraph celltypes Height --cell-types gtex.cts --ld-scores baseline.@[/bold]"


def add_commands(app: typer.Typer) -> None:
    """Add ``celltypes``."""
    app.command("celltypes", rich_help_panel=PANEL, epilog=EXAMPLE)(celltypes)


def celltypes(  # noqa: PLR0913, PLR0917 (one parameter an option)
    context: typer.Context,
    target: Annotated[str, typer.Argument(help=TARGET_HELP)],
    cell_types: Annotated[
        list[str],
        typer.Option(help="A .cts list of LD score files, or an annotation of the LD scores; may be repeated."),
    ],
    study: Study = None,
    ld_scores: LdScores = None,
    weights: Weights = None,
    intercept: Intercept = None,
    max_chi2: MaximumChi2 = None,
    blocks: Blocks = 200,
    limit: Annotated[int, typer.Option(min=1, help="Cell types listed; --json holds all.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Test each cell type's category on its own beside a base model, the smallest p first."""
    from services.statistics import RegressionRequest, estimate_cell_type_enrichment

    chosen = _choose(cell_types)
    request = RegressionRequest(
        study=study,
        ld_scores=ld_scores,
        weights=weights,
        intercept=intercept,
        maximum_chi2=max_chi2,
        n_blocks=blocks,
    )
    with opened_for(context, [target], ld_scores=ld_scores) as (store, settings, on_progress):
        report = estimate_cell_type_enrichment(
            store, settings, target, cell_types=chosen, request=request, on_progress=on_progress
        )
    if as_json:
        print_json(report.to_dict())
    else:
        show_cell_types(report, limit=limit)


def _choose(texts: list[str]) -> Path | tuple[str, ...]:
    """One list of files, or names of annotations.

    Raises
    ------
    WrongUsage
        For a list that is not there, and for lists mixed with anything else.
    """
    lists = [text for text in texts if text.endswith(".cts")]
    if not lists:
        return tuple(texts)
    if len(texts) > 1:
        raise WrongUsage("--cell-types takes one .cts list, or annotations: a list does not go with anything else")
    if not Path(lists[0]).is_file():
        raise WrongUsage(f"--cell-types names {lists[0]}, and there is no such file")
    return Path(lists[0])


def show_cell_types(report: "CellTypeReport", *, limit: int) -> None:
    """Print the regression's source and the cell types, the smallest p first."""
    stdout().print("[bold]heritability by cell type[/bold]")
    print_known(
        {
            **source_facts(report.source),
            "SNPs in the regression": report.n_snps,
            "categories of the base model": report.n_base,
            "status": show_status(report.status, report.run_id, report.release),
        }
    )
    rows = [
        (row.name, show_estimate(row.tau, row.tau_se), f"{row.tau_z:.2f}", show_p(row.neg_log10_p))
        for row in report.cell_types[:limit]
    ]
    title = f"{len(rows):,} of {len(report.cell_types):,} cell types, smallest p first"
    print_table(title, ("cell type", ">tau ± se", ">z", ">p, one-sided"), rows, note=NOTE)
    print_repeats(report.source)
    print_flags(report.flags)
    beside = of_files(report.run_id, report.source)
    print_next([f"locusgraph partition {quoted(report.source.target)}{beside}"])

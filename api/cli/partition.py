"""``locusgraph partition``: in which functional categories a trait's heritability lies."""

from typing import TYPE_CHECKING, Annotated

import typer

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
    Annotations,
    Blocks,
    Frequencies,
    Intercept,
    LdScores,
    MaximumChi2,
    SaveDeleteValues,
    Study,
    Weights,
    opened_for,
)

if TYPE_CHECKING:
    from services.statistics import CategoryResult, PartitionReport

COLUMNS = ("category", ">SNPs %", ">h2 % ± se", ">enrichment ± se", ">p", ">tau z", ">p of tau", ">tau* ± se")
NOTE = (
    "Enrichment is the share of h2 over the share of SNPs, its p two-sided; tau is what a category adds given all "
    "others. Continuous categories have no enrichment: see --quantiles. All digits: --json."
)


def add_commands(app: typer.Typer) -> None:
    """Add ``partition``."""
    example = "Example: [bold]locusgraph partition Height --quantiles my-annotations/age[/bold]"
    app.command(rich_help_panel=PANEL, epilog=example)(partition)


def partition(  # noqa: PLR0913, PLR0917 (one parameter an option)
    context: typer.Context,
    target: Annotated[str, typer.Argument(help=TARGET_HELP)],
    study: Study = None,
    ld_scores: LdScores = None,
    weights: Weights = None,
    frequencies: Frequencies = None,
    annotations: Annotations = None,
    intercept: Intercept = None,
    max_chi2: MaximumChi2 = None,
    blocks: Blocks = 200,
    without: Annotated[
        list[str] | None, typer.Option(help="Category to leave out, such as one of several that add up to all SNPs.")
    ] = None,
    quantiles: Annotated[
        list[str] | None, typer.Option(help="Continuous category whose quantiles are wanted; may be repeated.")
    ] = None,
    n_quantiles: Annotated[int, typer.Option(min=2, max=100, help="How many quantiles.")] = 5,
    save_delete_values: SaveDeleteValues = None,
    as_json: AsJson = False,
) -> None:
    """Partition heritability over overlapping and continuous categories by stratified LD score regression.

    A trait of the graph gets one edge to each category, and its SNPs their expected heritability.
    """
    from services.statistics import RegressionRequest, partition_heritability

    request = RegressionRequest(
        study=study,
        ld_scores=ld_scores,
        weights=weights,
        frequencies=frequencies,
        annotation_files=annotations,
        intercept=intercept,
        maximum_chi2=max_chi2,
        n_blocks=blocks,
        without=tuple(without or ()),
        quantiles_of=tuple(quantiles or ()),
        n_quantiles=n_quantiles,
        save_delete_values=save_delete_values,
    )
    with opened_for(context, [target], ld_scores=ld_scores) as (store, settings, on_progress):
        report = partition_heritability(store, settings, target, request=request, on_progress=on_progress)
    if as_json:
        print_json(report.to_dict())
    else:
        show_partition(report)


def show_partition(report: "PartitionReport") -> None:
    """Print the whole regression, each category, the quantiles, and what to know before use."""
    stdout().print("[bold]heritability by functional category[/bold]")
    print_known(
        {
            **source_facts(report.source),
            "SNPs in the regression": report.n_snps,
            "h2, observed scale": show_estimate(report.h2, report.h2_se),
            "intercept": show_estimate(report.intercept, report.intercept_se),
            "mean chi²": f"{report.mean_chi2:.4f}",
            "lambda GC": f"{report.lambda_gc:.4f}",
            "condition number": f"{report.condition_number:.3g}",
            "SNPs given their share": report.n_snps_expected,
            "status": show_status(report.status, report.run_id, report.release),
        }
    )
    rows = [_category_row(category) for category in report.categories]
    print_table(f"{len(rows):,} categories", COLUMNS, rows, note=NOTE)
    if report.quantiles:
        _show_quantiles(report)
    print_repeats(report.source)
    print_flags(report.flags)
    for category in report.categories:
        print_flags((flag for flag in category.flags if flag not in report.flags), category.name)
    beside = of_files(report.run_id, report.source)
    print_next([f"locusgraph celltypes {quoted(report.source.target)} --cell-types cell-types.cts{beside}"])


def _category_row(category: "CategoryResult") -> tuple[object, ...]:
    return (
        f"{category.name} (continuous)" if category.is_continuous else category.name,
        _percent(category.proportion_of_snps),
        _percent(category.proportion_of_h2, category.proportion_of_h2_se),
        show_estimate(category.enrichment, category.enrichment_se) if category.enrichment is not None else None,
        show_p(category.enrichment_neg_log10_p),
        None if category.tau_z is None else f"{category.tau_z:.2f}",
        show_p(category.tau_neg_log10_p),
        show_estimate(category.tau_star, category.tau_star_se) if category.tau_star is not None else None,
    )


def _percent(share: float | None, standard_error: float | None = None) -> str | None:
    if share is None:
        return None
    return f"{100 * share:.2f}" + ("" if standard_error is None else f" ± {100 * standard_error:.2f}")


def _show_quantiles(report: "PartitionReport") -> None:
    rows = [
        (
            row.name,
            row.quantile,
            _percent(row.proportion_of_snps),
            _percent(row.proportion_of_h2, row.proportion_of_h2_se),
            show_estimate(row.enrichment, row.enrichment_se),
            show_p(row.enrichment_neg_log10_p),
        )
        for row in report.quantiles
    ]
    columns = ("category", ">quantile", ">SNPs %", ">h2 % ± se", ">enrichment ± se", ">p")
    print_table("quantiles of continuous categories, 1 for the lowest values", columns, rows)

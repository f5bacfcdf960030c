"""``locusgraph h2``: how much of a trait's variance common SNPs explain."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.errors import WrongUsage, is_ours, show_error
from api.cli.estimates import (
    print_flags,
    print_known,
    print_next,
    print_repeats,
    quoted,
    show_estimate,
    show_status,
    show_z,
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
    SaveDeleteValues,
    Study,
    Weights,
    check_prevalences,
    opened_for,
)

if TYPE_CHECKING:
    from services.statistics import HeritabilityReport, RegressionRequest

EXAMPLE = (
    'Example: [bold]locusgraph h2 "Rheumatoid arthritis" --sample-prevalence 0.3 --population-prevalence 0.01[/bold]'
)


def add_commands(app: typer.Typer) -> None:
    """Add ``h2``."""
    app.command("h2", rich_help_panel=PANEL, epilog=EXAMPLE)(h2)


def h2(  # noqa: PLR0913, PLR0917 (one parameter an option)
    context: typer.Context,
    targets: Annotated[list[str], typer.Argument(help=f"{TARGET_HELP} Several may be given.")],
    study: Study = None,
    ld_scores: LdScores = None,
    weights: Weights = None,
    intercept: Intercept = None,
    two_step: Annotated[
        float, typer.Option(min=0.0, help="SNPs with a larger chi² do not estimate the intercept; 0: one step.")
    ] = 30.0,
    max_chi2: MaximumChi2 = None,
    blocks: Blocks = 200,
    sample_prevalence: Annotated[
        float | None, typer.Option(help="Share of cases in the sample, for the liability scale.")
    ] = None,
    population_prevalence: Annotated[
        float | None, typer.Option(help="Share of cases in the population, for the liability scale.")
    ] = None,
    save_delete_values: SaveDeleteValues = None,
    as_json: AsJson = False,
) -> None:
    """Estimate SNP heritability by LD score regression, with the intercept that tells confounding from polygenicity.

    A trait of the graph keeps the result as its properties; a file leaves the graph alone.
    """
    from services.statistics import RegressionRequest

    check_prevalences(sample_prevalence, population_prevalence)
    _check_single(targets, study=study, prevalence=sample_prevalence, delete_values=save_delete_values)
    request = RegressionRequest(
        study=study,
        ld_scores=ld_scores,
        weights=weights,
        intercept=intercept,
        two_step=two_step or None,
        maximum_chi2=max_chi2,
        n_blocks=blocks,
        sample_prevalence=sample_prevalence,
        population_prevalence=population_prevalence,
        save_delete_values=save_delete_values,
    )
    reports, failures = _estimate_all(context, targets, request)
    if as_json:
        print_json({"results": [report.to_dict() for report in reports], "failures": failures})
    elif reports:
        show_heritabilities(reports)
    if failures:
        raise typer.Exit(1)


def _check_single(targets: list[str], **options: Any) -> None:
    """Options that are about one target are not given with several."""
    given = [name for name, value in options.items() if value is not None]
    if len(targets) > 1 and given:
        raise WrongUsage(f"{', '.join(given).replace('_', ' ')} belongs to one target: ask for each target on its own")


def _estimate_all(
    context: typer.Context, targets: list[str], request: "RegressionRequest"
) -> "tuple[list[HeritabilityReport], list[dict[str, str]]]":
    """The report of each target; of several, those that cannot be estimated are told and counted."""
    from services.statistics import estimate_trait_heritability

    reports, failures = [], []
    with opened_for(context, targets, ld_scores=request.ld_scores) as (store, settings, on_progress):
        for target in dict.fromkeys(targets):
            try:
                report = estimate_trait_heritability(store, settings, target, request=request, on_progress=on_progress)
            except Exception as error:
                if len(targets) == 1 or not is_ours(error):
                    raise
                show_error(error)
                failures.append({"target": target, "error": str(error)})
            else:
                reports.append(report)
    return reports, failures


def show_heritabilities(reports: "list[HeritabilityReport]") -> None:
    """Print one trait in full, or several as a table."""
    if len(reports) == 1:
        _show_one(reports[0])
    else:
        _show_several(reports)
    for report in reports:
        about = (report.source.name or report.source.target) if len(reports) > 1 else ""
        print_repeats(report.source, about)
        print_flags(report.flags, about)
    print_next(_next_commands(reports))


def _show_one(report: "HeritabilityReport") -> None:
    stdout().print("[bold]SNP heritability[/bold]")
    facts: dict[str, object] = {
        **source_facts(report.source),
        "SNPs in the regression": report.n_snps,
        "h2, observed scale": f"{show_estimate(report.h2, report.h2_se)}   (z {show_z(report.h2_z)})",
    }
    if report.h2_liability is not None:
        facts["h2, liability scale"] = (
            f"{show_estimate(report.h2_liability, report.h2_liability_se)}   "
            f"({report.sample_prevalence:g} cases in the sample, {report.population_prevalence:g} in the population)"
        )
    facts |= {
        "intercept": show_estimate(report.intercept, report.intercept_se),
        "ratio": show_estimate(report.ratio, report.ratio_se),
        "mean chi²": f"{report.mean_chi2:.4f}",
        "lambda GC": f"{report.lambda_gc:.4f}",
        "status": show_status(report.status, report.run_id, report.release),
    }
    print_known(facts)


def _show_several(reports: "list[HeritabilityReport]") -> None:
    rows = [
        (
            report.source.name or report.source.target,
            report.source.study_id,
            show_estimate(report.h2, report.h2_se),
            show_estimate(report.intercept, report.intercept_se),
            show_estimate(report.ratio, report.ratio_se),
            f"{report.mean_chi2:.3f}",
            report.n_snps,
        )
        for report in reports
    ]
    columns = ("target", "study", ">h2 ± se", ">intercept ± se", ">ratio ± se", ">mean chi²", ">SNPs")
    print_table(f"SNP heritability of {len(reports)} targets", columns, rows)


def _next_commands(reports: "list[HeritabilityReport]") -> list[str]:
    names = [quoted(report.source.target) for report in reports]
    is_of_files = any(report.run_id is None for report in reports)
    of_files = f" --ld-scores {quoted(reports[0].source.ld_scores)}" if is_of_files else ""
    if len(names) > 1:
        return [f"locusgraph rg {' '.join(names)}{of_files}"]
    of_categories = " --ld-scores PREFIX_WITH_CATEGORIES" if is_of_files else ""
    return [f"locusgraph partition {names[0]}{of_categories}", f"locusgraph rg {names[0]} OTHER{of_files}"]

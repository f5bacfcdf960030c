"""``locusgraph rg``: how much the genetics of two traits have in common."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.errors import WrongUsage, is_ours, show_error
from api.cli.estimates import print_flags, print_known, show_estimate, show_p, show_status, source_facts
from api.cli.output import AsJson, print_json, print_table, stdout
from api.cli.statistics_options import (
    PANEL,
    TARGET_HELP,
    Blocks,
    Intercept,
    LdScores,
    MaximumChi2,
    Weights,
    check_prevalences,
    opened_for,
)

if TYPE_CHECKING:
    from services.statistics import CorrelationReport, RegressionRequest, TraitSummary

NOTE = "The heritabilities are those beside the correlation, from the SNPs of both; h2 of one trait: locusgraph h2."
EXAMPLE = 'Example: [bold]locusgraph rg Height "Body mass index" EFO:0000685[/bold]'
Prevalences = tuple[float | None, float | None]
Asked = tuple[str, str | None, Prevalences]
"""A target, the study that is wanted of it, and its prevalences."""


def add_commands(app: typer.Typer) -> None:
    """Add ``rg``."""
    app.command("rg", rich_help_panel=PANEL, epilog=EXAMPLE)(rg)


def rg(  # noqa: PLR0913, PLR0917 (one parameter an option)
    context: typer.Context,
    targets: Annotated[list[str], typer.Argument(help=f"{TARGET_HELP} The first is set against all others.")],
    study: Annotated[
        list[str] | None,
        typer.Option(
            help="Study of a trait of the graph, as TRAIT=STUDY, may be repeated; STUDY alone is that of every trait. "
            "The complete GWAS with most people by default."
        ),
    ] = None,
    ld_scores: LdScores = None,
    weights: Weights = None,
    intercept: Intercept = None,
    covariance_intercept: Annotated[
        float | None, typer.Option(help="Fix the intercept of the covariance, 0 without shared people; else estimated.")
    ] = None,
    max_chi2: MaximumChi2 = None,
    blocks: Blocks = 200,
    sample_prevalence: Annotated[
        str | None, typer.Option(help="Share of cases of each target, as 0.5,nan,0.3; nan for a quantitative trait.")
    ] = None,
    population_prevalence: Annotated[
        str | None, typer.Option(help="Share of cases in the population of each target, in the same way.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Estimate genetic correlations by cross-trait LD score regression, whether or not the studies share people.

    Traits of the graph get an edge between them; files leave the graph alone.
    """
    from services.statistics import RegressionRequest

    if len(targets) < 2:
        raise WrongUsage(f"a genetic correlation needs two targets, not {len(targets)}: locusgraph rg FIRST SECOND")
    studies = read_studies(study or [], targets)
    prevalences = read_prevalences(sample_prevalence, population_prevalence, n_targets=len(targets))
    request = RegressionRequest(
        ld_scores=ld_scores,
        weights=weights,
        intercept=intercept,
        covariance_intercept=covariance_intercept,
        maximum_chi2=max_chi2,
        n_blocks=blocks,
    )
    reports, failures = _estimate_all(context, list(zip(targets, studies, prevalences, strict=True)), request)
    if as_json:
        print_json({"results": [report.to_dict() for report in reports], "failures": failures})
    elif reports:
        show_correlations(reports)
    if failures:
        raise typer.Exit(1)


def read_studies(choices: list[str], targets: list[str]) -> list[str | None]:
    """The study of each target; None where the default is meant.

    Parameters
    ----------
    choices
        TRAIT=STUDY, where TRAIT is written as among the targets; or one STUDY for all.
    targets
        As given.

    Raises
    ------
    WrongUsage
        For a trait that is no target or has two studies, and for two studies of all.
    """
    if len(choices) == 1 and "=" not in choices[0]:
        return [choices[0]] * len(targets)
    chosen: dict[str, str] = {}
    for choice in choices:
        trait, is_pair, study = choice.rpartition("=")
        if not (trait and is_pair and study):
            raise WrongUsage(f"several --study options are TRAIT=STUDY each, not {choice!r}")
        if trait not in targets:
            raise WrongUsage(f"--study {choice!r} is of no target: write TRAIT as in {', '.join(targets)}")
        if trait in chosen:
            raise WrongUsage(f"--study names {trait} twice: {chosen[trait]} and {study}")
        chosen[trait] = study
    return [chosen.get(target) for target in targets]


def read_prevalences(sample: str | None, population: str | None, *, n_targets: int) -> list[Prevalences]:
    """The two prevalences of each target; None and None for a quantitative trait.

    Raises
    ------
    WrongUsage
        For a number too many or too few, for one without the other, and for what is no share.
    """
    samples = _read_shares("--sample-prevalence", sample, n_targets)
    populations = _read_shares("--population-prevalence", population, n_targets)
    pairs = list(zip(samples, populations, strict=True))
    for number, pair in enumerate(pairs, start=1):
        check_prevalences(*pair, about=f"target {number}")
    return pairs


def _read_shares(option: str, text: str | None, n_targets: int) -> list[float | None]:
    if text is None:
        return [None] * n_targets
    parts = [part.strip().lower() for part in text.split(",")]
    if len(parts) != n_targets:
        raise WrongUsage(f"{option} holds {len(parts)} values for {n_targets} targets: one each, nan for none")
    try:
        return [None if part in {"nan", "na", ""} else float(part) for part in parts]
    except ValueError as error:
        raise WrongUsage(f"{option} {text!r} is not a list of numbers such as 0.5,nan") from error


def _estimate_all(
    context: typer.Context, targets: list[Asked], request: "RegressionRequest"
) -> "tuple[list[CorrelationReport], list[dict[str, str]]]":
    """The first target against each other one; of several pairs, those that fail are told and counted."""
    from dataclasses import replace

    from services.statistics import estimate_trait_correlation

    reports, failures = [], []
    first, study, (sample, population) = targets[0]
    names = [name for name, _, _ in targets]
    with opened_for(context, names, ld_scores=request.ld_scores) as (store, settings, on_progress):
        for second, second_study, (second_sample, second_population) in targets[1:]:
            asked = replace(
                request,
                study=study,
                second_study=second_study,
                sample_prevalence=sample,
                population_prevalence=population,
                second_sample_prevalence=second_sample,
                second_population_prevalence=second_population,
            )
            try:
                report = estimate_trait_correlation(
                    store, settings, first, second, request=asked, on_progress=on_progress
                )
            except Exception as error:
                if len(targets) == 2 or not is_ours(error):
                    raise
                show_error(error)
                failures.append({"first": first, "second": second, "error": str(error)})
            else:
                reports.append(report)
    return reports, failures


def show_correlations(reports: "list[CorrelationReport]") -> None:
    """Print one pair in full, or the first trait against several as a table."""
    if len(reports) == 1:
        _show_one(reports[0])
    else:
        _show_several(reports)
    for report in reports:
        print_flags(report.flags, _name(report.second) if len(reports) > 1 else "")


def _name(trait: "TraitSummary") -> str:
    return trait.source.name or trait.source.target


def _show_one(report: "CorrelationReport") -> None:
    stdout().print(f"[bold]genetic correlation of {_name(report.first)} and {_name(report.second)}[/bold]")
    z = "" if report.rg_z is None else f"   (z {report.rg_z:.2f}, p {show_p(report.rg_neg_log10_p)})"
    facts: dict[str, object] = {
        "rg": show_estimate(report.rg, report.rg_se) + z,
        "genetic covariance": show_estimate(report.genetic_covariance, report.genetic_covariance_se),
    }
    if report.genetic_covariance_liability is not None:
        facts["genetic covariance, liability scale"] = report.genetic_covariance_liability
    facts |= {
        "its intercept": show_estimate(report.covariance_intercept, report.covariance_intercept_se),
        "SNPs in the regression": report.n_snps,
        "status": show_status(report.status, report.run_id, report.release),
    }
    print_known(facts)
    rows = [_trait_row(trait) for trait in (report.first, report.second)]
    columns = ("trait", "study", ">h2 ± se", ">intercept ± se", ">mean chi²", ">lambda GC", "SNPs left out")
    print_table("the two traits", columns, rows, note=NOTE)


def _trait_row(trait: "TraitSummary") -> tuple[object, ...]:
    return (
        _name(trait),
        trait.source.study_id,
        show_estimate(trait.h2, trait.h2_se),
        show_estimate(trait.intercept, trait.intercept_se),
        f"{trait.mean_chi2:.4f}",
        f"{trait.lambda_gc:.4f}",
        source_facts(trait.source)["SNPs left out"],
    )


def _show_several(reports: "list[CorrelationReport]") -> None:
    rows = [
        (
            _name(report.second),
            show_estimate(report.rg, report.rg_se),
            show_p(report.rg_neg_log10_p),
            show_estimate(report.second.h2, report.second.h2_se),
            show_estimate(report.covariance_intercept, report.covariance_intercept_se),
            report.n_snps,
        )
        for report in reports
    ]
    columns = ("trait", ">rg ± se", ">p", ">its h2 ± se", ">covariance intercept ± se", ">SNPs")
    print_table(f"genetic correlations of {_name(reports[0].first)}", columns, rows, note=NOTE)

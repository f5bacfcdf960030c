"""``locusgraph reml``: how much of a trait's variance the genome explains, part by part, from people's genotypes."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.attach_options import AttachToAll
from api.cli.attached import show_attached_reml
from api.cli.destinations import reml_destination, show_results
from api.cli.errors import WrongUsage
from api.cli.estimates import print_known, print_next, quoted, show_estimate, show_p
from api.cli.gwas import GrmKind, show_kinship
from api.cli.option import option
from api.cli.output import AsJson, print_table, stdout
from api.cli.people_options import (
    Categorical,
    CovariateNames,
    Covariates,
    Genotypes,
    Keep,
    MissingCode,
    Out,
    Phenotypes,
    Remove,
    files_again,
    people_facts,
    people_request,
    print_notes_and_files,
    print_people,
)
from api.cli.statistics_options import PANEL

if TYPE_CHECKING:
    from services.mixed_models import Component, Correlation, RemlReport

EXAMPLE = (
    "Example: [bold]locusgraph reml panel.bed --phenotypes traits.txt --trait height --by chromosome --test[/bold]; "
    "two traits, [bold]--trait height --trait weight[/bold], give their genetic correlation"
)
COLUMNS = ("part", ">SNPs", ">SNPs %", ">share of variance ± se", ">variance ± se", ">chi²", ">p")
_TRAITS = 2


class Parts(StrEnum):
    """What gets a matrix of its own."""

    WHOLE = "whole"
    CHROMOSOME = "chromosome"
    ANNOTATION = "annotation"


def add_commands(app: typer.Typer) -> None:
    """Add ``reml``."""
    app.command(rich_help_panel=PANEL, epilog=EXAMPLE)(reml)


def reml(  # noqa: PLR0913, PLR0917 (one parameter an option)
    context: typer.Context,
    genotypes: Genotypes,
    phenotypes: Phenotypes,
    trait: Annotated[list[str], option("Column of the trait; two for their genetic correlation.", "--trait")],
    covariates: Covariates = None,
    covariate: CovariateNames = None,
    categorical: Categorical = None,
    keep: Keep = None,
    remove: Remove = None,
    missing_code: MissingCode = "-9",
    by: Annotated[Parts, option("A matrix of the whole genome, of each chromosome, or of each annotation.")] = (
        Parts.WHOLE
    ),
    annotation: Annotated[
        list[Path] | None,
        option("BED file of intervals, a part of its own; may be repeated; all other SNPs are one part more."),
    ] = None,
    kinship: Annotated[
        list[Path] | None,
        option("Matrix in a file instead (prefix of a .grm.bin, .cXX.txt or .sXX.txt); may be repeated.", "--kinship"),
    ] = None,
    grm_kind: Annotated[
        GrmKind | None, option("How matrices are scaled (of a file: was made); gcta by default.", "--grm-kind")
    ] = None,
    min_maf: Annotated[
        float, option("Least frequency of the rarer allele, among everybody genotyped.", min=0.0, max=0.49)
    ] = 0.01,
    constrained: Annotated[bool, option("Keep variances at or above 0: sums are then biased up.")] = False,
    test: Annotated[
        bool, option("Likelihood-ratio test of each part (of two traits: of the correlation).", "--test")
    ] = (False),
    sample_prevalence: Annotated[
        float | None, option("Share of cases in the sample; counted by default.", min=0.0, max=1.0)
    ] = None,
    population_prevalence: Annotated[
        float | None, option("Share of cases in the population, for the liability scale.", min=0.0, max=1.0)
    ] = None,
    max_iterations: Annotated[int, option("Steps before it gives up.", min=1)] = 60,
    out: Out = None,
    attach: AttachToAll = None,
    as_json: AsJson = False,
) -> None:
    """Estimate SNP heritability, its parts, or a genetic correlation from people's genotypes.

    Average information REML; one that does not converge is said with its reason, and exits with 1. The graph is left
    alone without --attach.
    """
    from services.mixed_models import RemlRequest, estimate_reml

    if len(trait) > _TRAITS:
        raise WrongUsage(f"--trait takes one trait, or two for their genetic correlation, not {len(trait)}")
    people = people_request(
        genotypes,
        phenotypes,
        traits=tuple(trait),
        covariates=covariates,
        names=covariate,
        categorical=categorical,
        keep=keep,
        remove=remove,
        missing_code=missing_code,
    )
    request = RemlRequest(
        people=people,
        parts=Parts.ANNOTATION.value if annotation and by is Parts.WHOLE else by.value,
        annotations=tuple(annotation or ()),
        kinships=tuple(kinship or ()),
        grm_kind=None if grm_kind is None else grm_kind.value,
        minimum_maf=min_maf,
        is_constrained=constrained,
        is_tested=test,
        sample_prevalence=sample_prevalence,
        population_prevalence=population_prevalence,
        max_iterations=max_iterations,
        out=out,
    )
    with reml_destination(context, out, attach or (), trait) as to:
        attached, report = to.finish(estimate_reml(replace(request, out=to.prefix), on_progress=to.on_progress))
    show_results(report, attached, show=show_reml, show_attached=show_attached_reml, as_json=as_json)
    if not report.is_converged:
        raise typer.Exit(1)


def show_reml(report: "RemlReport") -> None:
    """Print who was analysed, the heritability and its parts or the correlation, and what to know before use."""
    facts = {**people_facts(report), "trait": " and ".join(report.traits)}
    print_people("variance components" if report.correlation is None else "genetic correlation", facts)
    if report.correlation is None:
        _show_one(report)
    else:
        _show_two(report, report.correlation)
    _show_flags(report)
    print_notes_and_files(report)
    print_next(_next_commands(report))


def _show_one(report: "RemlReport") -> None:
    scale = "trace-scaled, as GEMMA's PVE" if report.share_scale == "trace" else "as GCTA's V(G)/Vp"
    facts: dict[str, object] = {"h2": f"{_estimate(report.h2, report.h2_se)}   ({scale})"}
    if report.h2_liability is not None:
        facts["h2, liability scale"] = (
            f"{_estimate(report.h2_liability, report.h2_liability_se)}   ({report.sample_prevalence:.4g} cases in the "
            f"sample, {report.population_prevalence:.4g} in the population)"
        )
    facts |= {
        "residual variance": _estimate(report.residual_variance, report.residual_variance_se),
        "phenotypic variance": report.phenotypic_variance,
        "SNPs in no part": report.n_without_part or None,
        **_ending(report),
    }
    print_known(facts)
    first = report.components[0].kinship
    title = f"{len(report.components)} part{'s' * (len(report.components) > 1)}, kinship {first.grm_kind}"
    print_table(title, COLUMNS, [_row(component) for component in report.components])


def _ending(report: "RemlReport") -> dict[str, object]:
    return {
        "variances": "kept at or above 0" if report.is_constrained else "free",
        "log-likelihood": f"{report.log_likelihood:.3f}",
        "converged": f"after {report.n_iterations} steps" if report.is_converged else "no",
        "time": f"{report.seconds:.1f} s",
    }


def _row(component: "Component") -> tuple[object, ...]:
    share = component.share_of_snps
    return (
        component.name,
        component.kinship.n_snps or None,
        None if share is None else f"{100 * share:.2f}",
        "0 (at the bound)" if component.is_at_bound else _estimate(component.share, component.share_se),
        "0 (at the bound)" if component.is_at_bound else _estimate(component.variance, component.variance_se),
        None if component.lrt is None else f"{component.lrt:.2f}",
        show_p(component.lrt_neg_log10_p),
    )


def _show_two(report: "RemlReport", found: "Correlation") -> None:
    facts: dict[str, object] = {
        "people with both traits": found.n_both,
        "rg": _estimate(found.rg, found.rg_se),
        "p of rg = 0": None
        if found.lrt_neg_log10_p is None
        else f"{show_p(found.lrt_neg_log10_p)} (chi² {found.lrt:.2f})",
        "kinship": None if report.kinship is None else show_kinship(report.kinship),
        **_ending(report),
    }
    print_known(facts)
    names = (*report.traits, "covariance")
    order = (0, 2, 1)
    rows = [
        (
            name,
            (found.n_first, found.n_second, found.n_both)[at],
            _estimate(found.h2[at], found.h2_se[at]) if at < _TRAITS else None,
            _estimate(found.genetic_covariance[of], found.genetic_covariance_se[of]),
            _estimate(found.residual_covariance[of], found.residual_covariance_se[of]),
        )
        for at, (name, of) in enumerate(zip(names, order, strict=True))
    ]
    print_table("variances of both traits", ("trait", ">people", ">h2 ± se", ">genetic ± se", ">residual ± se"), rows)


def _estimate(value: float | None, standard_error: float | None) -> str:
    """An estimate with its error, or without where there is none."""
    if value is not None and standard_error is None:
        return f"{value:.4f} (no error)"
    return show_estimate(value, standard_error)


def _show_flags(report: "RemlReport") -> None:
    from services.mixed_models.flags import REML_MEANINGS

    reasons = (*report.flags, report.reason) if report.reason else report.flags
    for flag in reasons:
        stdout().print(f"[yellow]note[/yellow]  {REML_MEANINGS.get(flag, flag)}", markup=True, soft_wrap=True)


def _next_commands(report: "RemlReport") -> list[str]:
    words = f"{files_again(report)} {' '.join(f'--trait {quoted(name)}' for name in report.traits)}"
    if report.correlation is not None:
        return [f"locusgraph reml {words} --test"] if report.correlation.lrt is None else []
    if not report.is_converged:
        return [] if report.is_constrained else [f"locusgraph reml {words} --constrained"]
    if report.parts == "whole" and (report.n_chromosomes or 0) > 1:
        return [f"locusgraph reml {words} --by chromosome --test"]
    return [f"locusgraph gwas {words}"]

"""Genetic correlation of two traits by cross-trait LD score regression, as an edge between them."""

import dataclasses
from typing import Any

from services.graph.connections import Progress
from services.graph.store import Store
from services.releases import current_release
from services.settings import Settings
from services.statistics.commands import Computed, Stopwatch, analysing, make_run, no_progress
from services.statistics.heritability import check_prevalences
from services.statistics.inputs import assemble_inputs
from services.statistics.ld_choice import LdChoice, choose_ld_scores, first_column
from services.statistics.refusals import InputsError
from services.statistics.reports import CorrelationReport, Source, TraitSummary
from services.statistics.requests import RegressionRequest
from services.statistics.runs import GENETIC_CORRELATION, describe_analysis
from services.statistics.targets import Target, is_file, read_target
from services.statistics.values import to_json

_CHOICES = (
    "intercept",
    "covariance_intercept",
    "maximum_chi2",
    "n_blocks",
    "sample_prevalence",
    "population_prevalence",
    "second_sample_prevalence",
    "second_population_prevalence",
)


def estimate_trait_correlation(
    store: Store | None,
    settings: Settings,
    first: str,
    second: str,
    *,
    request: RegressionRequest = RegressionRequest(),
    on_progress: Progress | None = None,
) -> CorrelationReport:
    """Estimate the genetic correlation of two traits; of traits of the graph it becomes an edge between them.

    Parameters
    ----------
    store, settings
        The graph and the state folder; no graph is needed for files.
    first, second
        What names one trait of the graph each, or paths of munged files.
    request
        Choices; ``study`` and ``second_study``, ``ld_scores``, ``weights``, ``intercept``, ``covariance_intercept``,
        ``maximum_chi2``, ``n_blocks`` and the prevalences matter here.
    on_progress
        Called with (done, total, text).

    Raises
    ------
    StatisticsError
        When the analysis cannot be made.
    HeritabilityError
        When the numbers do not allow it.
    TraitNotResolved
        When a text names no trait, or several.
    """
    watch, report = Stopwatch(), on_progress or no_progress
    check_prevalences(request.sample_prevalence, request.population_prevalence)
    check_prevalences(request.second_sample_prevalence, request.second_population_prevalence)
    if store is None or is_file(first) or is_file(second):
        pair = _read_pair(store, settings, (first, second), request)
        metrics, _ = _compute(pair, choose_ld_scores(store, settings, request), request, report)
        return _to_report(to_json(metrics), status="written", run_id=None, release=None, seconds=watch.seconds)
    with analysing(store, settings, f"genetic correlation of {first} and {second}"):
        report(0, 3, "reading statistics")
        pair = _read_pair(store, settings, (first, second), request)
        if pair[0].key == pair[1].key:
            raise InputsError("a genetic correlation is of two traits", seen=f"{pair[0].key} twice")
        choice = choose_ld_scores(store, settings, request, ancestry=pair[0].ancestry)
        analysis = describe_analysis(
            GENETIC_CORRELATION,
            "|".join(sorted(target.key for target in pair)),
            inputs={**{f"statistics {target.key}": target.sha256 for target in pair}, **choice.inputs},
            studies={**choice.studies, **pair[0].studies, **pair[1].studies},
            choices={
                **{name: getattr(request, name) for name in _CHOICES},
                "ld_scores": choice.label,
                "order": [target.key for target in pair],
            },
            release_number=current_release(store).number,
        )
        outcome = make_run(store, settings, analysis, lambda: _compute(pair, choice, request, report))
    return _to_report(
        outcome.metrics,
        status=outcome.status,
        run_id=analysis.run_id,
        release=outcome.release,
        seconds=watch.seconds,
    )


def _read_pair(
    store: Store | None, settings: Settings, texts: tuple[str, str], request: RegressionRequest
) -> tuple[Target, Target]:
    """Both traits' statistics, each of the study that was asked for."""
    first, second = texts
    return (
        read_target(store, settings, first, study=request.study),
        read_target(store, settings, second, study=request.second_study),
    )


def _compute(pair: tuple[Target, Target], choice: LdChoice, request: RegressionRequest, report: Progress) -> Computed:
    from models.heritability import RegressionOptions, TraitZ, estimate_genetic_correlation

    report(1, 3, "joining statistics and LD scores")
    inputs = assemble_inputs(
        [target.table for target in pair], first_column(choice), choice.weights, names=[target.key for target in pair]
    )
    prevalences = (
        (request.sample_prevalence, request.population_prevalence),
        (request.second_sample_prevalence, request.second_population_prevalence),
    )
    traits = [
        TraitZ(trait.z, trait.n_samples, sample_prevalence=sample, population_prevalence=population)
        for trait, (sample, population) in zip(inputs.traits, prevalences, strict=True)
    ]
    report(2, 3, "regressing")
    fit = estimate_genetic_correlation(
        traits[0],
        traits[1],
        inputs.first_ld_score,
        weight_ld=inputs.weight_ld,
        m=float(inputs.m[0]),
        options=RegressionOptions(
            n_blocks=request.n_blocks,
            intercept=request.intercept,
            covariance_intercept=request.covariance_intercept,
            maximum_chi2=request.maximum_chi2,
            column_names=inputs.names,
        ),
    )
    covariance = fit.genetic_covariance
    metrics: dict[str, Any] = {
        "first": _summary(pair[0], choice, fit.heritability_1, inputs.counts),
        "second": _summary(pair[1], choice, fit.heritability_2, inputs.counts),
        "rg": fit.rg,
        "rg_se": fit.rg_se,
        "rg_z": fit.z,
        "rg_neg_log10_p": fit.neg_log10_p,
        "genetic_covariance": covariance.total,
        "genetic_covariance_se": covariance.total_se,
        "genetic_covariance_liability": covariance.total_liability,
        "covariance_intercept": covariance.intercept,
        "covariance_intercept_se": covariance.intercept_se,
        "n_snps": fit.n_snps,
        "flags": list(fit.flags),
    }
    report(3, 3, "regressing")
    return metrics, None


def _summary(target: Target, choice: LdChoice, fit: Any, counts: Any) -> dict[str, Any]:
    named = ("h2", "h2_se", "intercept", "intercept_se", "ratio", "mean_chi2", "lambda_gc")
    return {
        "source": dataclasses.asdict(target.source(choice.label, counts)),
        **{name: getattr(fit, name) for name in named},
    }


def _to_report(metrics: Any, **more: Any) -> CorrelationReport:
    traits = {
        which: TraitSummary(**{**metrics[which], "source": Source(**metrics[which]["source"])})
        for which in ("first", "second")
    }
    return CorrelationReport(**{**metrics, **traits, "flags": tuple(metrics["flags"]), **more})

"""SNP heritability of a trait by LD score regression, as properties of the trait."""

import dataclasses
from typing import Any

from services.graph.connections import Progress
from services.graph.store import Store
from services.releases import current_release
from services.settings import Settings
from services.statistics.commands import Computed, Stopwatch, analysing, make_run, no_progress
from services.statistics.delete_values import write_delete_values
from services.statistics.inputs import assemble_inputs
from services.statistics.ld_choice import LdChoice, choose_ld_scores, first_column
from services.statistics.refusals import InputsError
from services.statistics.reports import HeritabilityReport, Source
from services.statistics.requests import RegressionRequest
from services.statistics.runs import LDSC, describe_analysis
from services.statistics.targets import Target, is_file, read_target
from services.statistics.values import to_json

_CHOICES = ("intercept", "two_step", "maximum_chi2", "n_blocks", "sample_prevalence", "population_prevalence")


def estimate_trait_heritability(
    store: Store | None,
    settings: Settings,
    target: str,
    *,
    request: RegressionRequest = RegressionRequest(),
    on_progress: Progress | None = None,
) -> HeritabilityReport:
    """Estimate the SNP heritability of a trait; of a trait of the graph it becomes properties of its node.

    Parameters
    ----------
    store, settings
        The graph and the state folder; no graph is needed for a file.
    target
        What names one trait of the graph, or the path of a munged file.
    request
        Choices; ``study``, ``ld_scores``, ``weights``, ``intercept``, ``two_step``, ``maximum_chi2``, ``n_blocks``, the
        prevalences and ``save_delete_values`` matter here.
    on_progress
        Called with (done, total, text).

    Raises
    ------
    StatisticsError
        When the analysis cannot be made.
    HeritabilityError
        When the numbers do not allow it.
    TraitNotResolved
        When the text names no trait, or several.
    """
    watch, report = Stopwatch(), on_progress or no_progress
    check_prevalences(request.sample_prevalence, request.population_prevalence)
    if store is None or is_file(target):
        found = read_target(store, settings, target)
        choice = choose_ld_scores(store, settings, request)
        metrics, _ = _compute(found, choice, request, report)
        return _to_report(to_json(metrics), "written", None, None, watch.seconds)
    with analysing(store, settings, f"heritability of {target}"):
        report(0, 3, "reading statistics")
        found = read_target(store, settings, target, study=request.study)
        choice = choose_ld_scores(store, settings, request, ancestry=found.ancestry)
        analysis = describe_analysis(
            LDSC,
            found.key,
            inputs={"statistics": found.sha256, **choice.inputs},
            studies={**choice.studies, **found.studies},
            choices={**{name: getattr(request, name) for name in _CHOICES}, "ld_scores": choice.label},
            release_number=current_release(store).number,
        )
        outcome = make_run(store, settings, analysis, lambda: _compute(found, choice, request, report))
    return _to_report(outcome.metrics, outcome.status, analysis.run_id, outcome.release, watch.seconds)


def check_prevalences(sample: float | None, population: float | None) -> None:
    """See that both prevalences are given, or none, and that they are shares.

    Raises
    ------
    InputsError
        When they are not.
    """
    given = [value for value in (sample, population) if value is not None]
    if len(given) == 1:
        raise InputsError(
            "the liability scale needs both prevalences",
            seen=f"sample {sample}, population {population}",
            remedy="give both or neither",
        )
    if any(not 0.0 < value < 1.0 for value in given):
        raise InputsError(
            "a prevalence must lie between 0 and 1",
            seen=f"sample {sample}, population {population}",
            remedy="give shares",
        )


def _compute(found: Target, choice: LdChoice, request: RegressionRequest, report: Progress) -> Computed:
    from models.heritability import RegressionOptions, estimate_heritability, liability_factor

    report(1, 3, "joining statistics and LD scores")
    inputs = assemble_inputs(found.table, first_column(choice), choice.weights, names=[found.key])
    report(2, 3, "regressing")
    fit = estimate_heritability(
        inputs.z,
        inputs.n_samples,
        inputs.first_ld_score,
        weight_ld=inputs.weight_ld,
        m=float(inputs.m[0]),
        options=RegressionOptions(
            n_blocks=request.n_blocks,
            intercept=request.intercept,
            two_step_cutoff=request.two_step,
            maximum_chi2=request.maximum_chi2,
            keep_delete_values=True,
            column_names=inputs.names,
        ),
    )
    sample, population = request.sample_prevalence, request.population_prevalence
    factor = None if sample is None or population is None else liability_factor(sample, population)
    metrics: dict[str, Any] = {
        "source": dataclasses.asdict(found.source(choice.label, inputs.counts)),
        "h2": fit.h2,
        "h2_se": fit.h2_se,
        "h2_z": fit.h2 / fit.h2_se if fit.h2_se > 0.0 else None,
        "h2_liability": None if factor is None else factor * fit.h2,
        "h2_liability_se": None if factor is None else factor * fit.h2_se,
        "sample_prevalence": sample,
        "population_prevalence": population,
        "intercept": fit.intercept,
        "intercept_se": fit.intercept_se,
        "ratio": fit.ratio,
        "ratio_se": fit.ratio_se,
        "lambda_gc": fit.lambda_gc,
        "mean_chi2": fit.mean_chi2,
        "n_snps": fit.n_snps,
        "flags": list(fit.flags),
    }
    deleted = {"h2": fit.h2_delete_values, "intercept": fit.intercept_delete_values}
    columns = {name: values for name, values in deleted.items() if values is not None}
    report(3, 3, "regressing")
    return metrics, write_delete_values(columns, request.save_delete_values)


def _to_report(
    metrics: Any, status: Any, run_id: str | None, release: int | None, seconds: float
) -> HeritabilityReport:
    values = {**metrics, "source": Source(**metrics["source"]), "flags": tuple(metrics["flags"])}
    return HeritabilityReport(status=status, run_id=run_id, release=release, seconds=seconds, **values)

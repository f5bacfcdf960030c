"""Variance components from files: people matched, matrices made or read, REML, shares with errors and tests."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

import models.heritability as reml
from loaders.phenotypes import case_control
from models.kinship import Kinship, KinshipOptions
from services.mixed_models.errors import MatchError
from services.mixed_models.genome_parts import split_genome
from services.mixed_models.kinships import compute_kinships, kinship_files, read_kinships
from services.mixed_models.people import AnalysedPeople, read_people
from services.mixed_models.reports import Component, Correlation, KinshipFacts, RemlReport
from services.mixed_models.requests import RemlRequest
from services.mixed_models.run_files import SAID_ELSEWHERE, check_out, describe_run, people_files, write_reml
from services.mixed_models.variants import OnProgress, choose_variants
from services.statistics.commands import Stopwatch, no_progress
from services.statistics.values import known

_LOG = logging.getLogger(__name__)
_LIABILITY: dict[str, Any] = {
    "h2_liability": None,
    "h2_liability_se": None,
    "sample_prevalence": None,
    "population_prevalence": None,
}


@dataclasses.dataclass(frozen=True, slots=True)
class _Matrices:
    """Matrices of the people analysed, their names, and how they were made."""

    kinships: tuple[Kinship, ...]
    names: tuple[str, ...]
    facts: tuple[KinshipFacts, ...]
    n_without_part: int
    notes: tuple[str, ...]
    n_chromosomes: int | None = None

    @property
    def share_scale(self) -> Literal["plain", "trace"]:
        """How components become shares: GEMMA's way for its matrices, GCTA's for others."""
        return "trace" if all(kinship.kind == "centred" for kinship in self.kinships) else "plain"


def estimate_reml(request: RemlRequest, *, on_progress: OnProgress = no_progress) -> RemlReport:
    """Estimate the variance that the genome, its chromosomes or annotations explain, or two traits' correlation.

    Parameters
    ----------
    request
        Files and choices.
    on_progress
        Called with SNPs done, SNPs in all (0: unknown), and what is done.

    Returns
    -------
    RemlReport
        Also where the maximum was not found: `RemlReport.reason` says why.

    Raises
    ------
    MixedModelError, LoadError, HeritabilityError, KinshipError
        When files are broken, share nobody, or cannot be analysed; nothing is written.
    """
    watch = Stopwatch()
    check_out(request.out)
    people = read_people(request.people)
    if request.population_prevalence is not None:
        people = people.with_outcomes(case_control(people.traits[:, 0]))
    matrices, people = _matrices(request, people, on_progress=on_progress)
    _LOG.info("REML of %s: %d people, %d matrices", request.people.traits, people.n_people, len(matrices.names))
    if len(request.people.traits) == 2:
        report = _bivariate(request, people, matrices, on_progress=on_progress)
    else:
        report = _one_trait(request, people, matrices, on_progress=on_progress)
    files = () if request.out is None else _write(request, request.out, report)
    return dataclasses.replace(report, files=files, seconds=watch.seconds)


def _matrices(
    request: RemlRequest, people: AnalysedPeople, *, on_progress: OnProgress
) -> tuple[_Matrices, AnalysedPeople]:
    if request.kinships:
        kinships, people = read_kinships(request.kinships, people, kind=request.grm_kind)
        names = tuple(path.name for path in request.kinships)
        facts = tuple(
            KinshipFacts(kinship.kind, kinship.n_snps, None, None, name)
            for kinship, name in zip(kinships, names, strict=True)
        )
        return _Matrices(kinships, names, facts, 0, ()), people
    variants = choose_variants(people.dosages, needs_chromosome=request.parts != "whole")
    if not variants.n_snps:
        raise MatchError(
            "there must be SNPs to make a kinship of",
            seen=f"none of {people.dosages.n_variants:,} variants with a chromosome",
            where=request.people.genotypes,
            remedy="check its table of variants, or take the whole genome",
        )
    parts = split_genome(request, variants)
    options = KinshipOptions(request.grm_kind or "gcta", request.minimum_maf, request.maximum_missing, stored="float32")
    made = compute_kinships(variants, people, parts.membership, options=options, on_progress=on_progress)
    facts = tuple(
        KinshipFacts(part.kind, part.n_snps, part.minimum_maf, part.maximum_missing, "computed") for part in made
    )
    n_apart = variants.n_without_chromosome + parts.n_not_autosomal
    found = _Matrices(made, parts.names, facts, n_apart, parts.notes, variants.n_chromosomes)
    return found, people


def _one_trait(
    request: RemlRequest, people: AnalysedPeople, matrices: _Matrices, *, on_progress: OnProgress
) -> RemlReport:
    y = people.traits[:, 0]
    asked = reml.RemlRequest(
        _options(request), share_scale=matrices.share_scale, tested=None if request.is_tested else ()
    )
    found = reml.estimate_reml(
        y,
        matrices.kinships,
        covariates=people.covariates,
        names=matrices.names,
        request=asked,
        on_progress=lambda fit: on_progress(0, 0, f"REML, {fit}"),
    )
    return RemlReport(
        **_shared(request, people, matrices),
        **_ending(found),
        **_liability(request, found, y),
        n_people=found.n_people,
        h2=found.h2,
        h2_se=known(found.h2_se),
        phenotypic_variance=found.phenotypic_variance,
        residual_variance=found.residual_variance,
        residual_variance_se=known(found.residual_variance_se),
        components=_components(found, matrices),
        correlation=None,
        kinship=None,
    )


def _bivariate(
    request: RemlRequest, people: AnalysedPeople, matrices: _Matrices, *, on_progress: OnProgress
) -> RemlReport:
    on_progress(0, 0, "bivariate REML")
    asked = reml.BivariateRequest(_options(request), share_scale=matrices.share_scale, is_rg_tested=request.is_tested)
    found = reml.estimate_bivariate_reml(
        people.traits, matrices.kinships[0], covariates=people.covariates, request=asked
    )
    return RemlReport(
        **_shared(request, people, matrices),
        **_ending(found),
        **_LIABILITY,
        n_people=found.n_people[0] + found.n_people[1] - found.n_people[2],
        h2=None,
        h2_se=None,
        phenotypic_variance=None,
        residual_variance=None,
        residual_variance_se=None,
        components=(),
        correlation=_correlation(found),
        kinship=matrices.facts[0],
    )


def _options(request: RemlRequest) -> reml.RemlOptions:
    return reml.RemlOptions(is_constrained=request.is_constrained, max_iterations=request.max_iterations)


def _shared(request: RemlRequest, people: AnalysedPeople, matrices: _Matrices) -> dict[str, Any]:
    """What reports of one trait and of two have from files and choices."""
    return {
        **people.facts(request.people),
        "n_chromosomes": matrices.n_chromosomes,
        "notes": (*people.notes, *matrices.notes),
        "files": (),
        "seconds": 0.0,
        "traits": request.people.traits,
        "parts": "files" if request.kinships else request.parts,
        "share_scale": matrices.share_scale,
        "n_without_part": matrices.n_without_part,
        "is_constrained": request.is_constrained,
    }


def _ending(found: reml.Reml | reml.BivariateReml) -> dict[str, Any]:
    """How the maximisation ended."""
    return {
        "log_likelihood": found.log_likelihood,
        "n_iterations": found.n_iterations,
        "is_converged": found.is_converged,
        "reason": found.reason,
        "flags": found.flags,
    }


def _liability(request: RemlRequest, found: reml.Reml, y: NDArray[np.float64]) -> dict[str, Any]:
    population = request.population_prevalence
    if population is None:
        return _LIABILITY
    sample = float(np.mean(y)) if request.sample_prevalence is None else request.sample_prevalence
    h2, h2_se = found.to_liability(sample, population)
    return {
        "h2_liability": h2,
        "h2_liability_se": known(h2_se),
        "sample_prevalence": sample,
        "population_prevalence": population,
    }


def _components(found: reml.Reml, matrices: _Matrices) -> tuple[Component, ...]:
    tests = {test.name: test for test in found.tests}
    n_snps = [facts.n_snps for facts in matrices.facts]
    rows = []
    for at, component in enumerate(found.components):
        test = tests.get(component.name)
        rows.append(
            Component(
                name=component.name,
                variance=component.variance,
                variance_se=known(component.variance_se),
                share=component.share,
                share_se=known(component.share_se),
                share_of_snps=n_snps[at] / sum(n_snps) if all(n_snps) else None,
                is_at_bound=component.is_at_bound,
                lrt=None if test is None else known(test.statistic),
                lrt_neg_log10_p=None if test is None else known(test.neg_log10_p),
                kinship=matrices.facts[at],
                mean_diagonal=component.mean_diagonal,
            )
        )
    return tuple(rows)


def _correlation(found: reml.BivariateReml) -> Correlation:
    test = found.test_of_no_correlation
    first, second, both = found.n_people
    return Correlation(
        rg=known(found.genetic_correlation),
        rg_se=known(found.genetic_correlation_se),
        genetic_covariance=_triangle(found.genetic_covariance),
        genetic_covariance_se=_triangle(found.genetic_covariance_se),
        residual_covariance=_triangle(found.residual_covariance),
        residual_covariance_se=_triangle(found.residual_covariance_se),
        h2=(float(found.h2[0]), float(found.h2[1])),
        h2_se=(float(found.h2_se[0]), float(found.h2_se[1])),
        n_first=first,
        n_second=second,
        n_both=both,
        lrt=None if test is None else known(test.statistic),
        lrt_neg_log10_p=None if test is None else known(test.neg_log10_p),
    )


def _triangle(matrix: NDArray[np.float64]) -> tuple[float, float, float]:
    return float(matrix[0, 0]), float(matrix[0, 1]), float(matrix[1, 1])


def _write(request: RemlRequest, prefix: Path, report: RemlReport) -> tuple[str, ...]:
    read: Sequence[Path] = [file for path in request.kinships for file in kinship_files(path)]
    results = report.to_dict()
    for name in SAID_ELSEWHERE:
        results.pop(name)
    inputs = (*people_files(request.people), *request.annotations, *read)
    return (str(write_reml(prefix, describe_run(request, inputs, results))),)

"""A scan of a trait from files: people matched, kinship made or read, every SNP tested, the table written."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from loaders.dosages import DosageFile
from loaders.phenotypes import case_control
from models.association.design import build_design
from models.association.errors import AssociationError
from models.kinship import Kinship
from services.mixed_models.errors import MatchError, RequestError
from services.mixed_models.kinships import kinship_files, read_kinships
from services.mixed_models.people import AnalysedPeople, read_people
from services.mixed_models.predictions import Predicted, check_predictions, prediction_files, read_predictions
from services.mixed_models.reports import ScanReport
from services.mixed_models.ridge import run_ridge
from services.mixed_models.run_files import (
    PREDICTIONS,
    SAID_ELSEWHERE,
    Digests,
    beside,
    check_out,
    describe_run,
    people_files,
    write_prediction_list,
    write_predictions,
    write_scan,
)
from services.mixed_models.scan_kinships import kinship_facts, scan_kinships
from services.mixed_models.scan_methods import run_method
from services.mixed_models.scan_report import make_report, with_sexes
from services.mixed_models.scan_request import ScanRequest
from services.mixed_models.scan_table import make_table
from services.mixed_models.sexes import XSnps, find_x_snps
from services.mixed_models.variants import ChosenVariants, OnProgress, choose_variants
from services.statistics.commands import Stopwatch, no_progress

_LOG = logging.getLogger(__name__)


def scan_genotypes(request: ScanRequest, *, on_progress: OnProgress = no_progress) -> ScanReport:
    """Test every SNP of a genotype file for association with a trait; arguments and errors as for `scan_traits`.

    Raises
    ------
    RequestError
        If there are several traits.
    """
    if len(request.people.traits) != 1:
        raise RequestError("this scan is of one trait", seen=", ".join(request.people.traits))
    return scan_traits(request, on_progress=on_progress)[0]


def scan_traits(request: ScanRequest, *, on_progress: OnProgress = no_progress) -> tuple[ScanReport, ...]:
    """Test every SNP of a genotype file for association with each of several traits.

    Parameters
    ----------
    request
        Files and choices.
    on_progress
        Called with SNPs done, SNPs in all (0: unknown), and what is done.

    Returns
    -------
    tuple[ScanReport, ...]
        Of each trait in the order asked: the model without a SNP, counts, lambda GC and leads; the full table is in the
        files it names.

    Raises
    ------
    MixedModelError, LoadError, AssociationError, KinshipError
        When files are broken, share nobody, or cannot be analysed; nothing is written of the traits that are known for
        the same people.

    Notes
    -----
    Traits known for the same people share kinship, its decomposition, the first step of a ridge and each block of
    genotypes; those of other people are done after them. Cases and controls are done trait by trait.
    """
    singles = request.each_trait()
    for one in singles:
        check_out(one.out)
    check_predictions(request.ridge.predictions, request.people.traits)
    people = [_read_one(one) for one in singles[:1]]
    people += [_read_one(one, people[0].dosages) for one in singles[1:]]
    source = _open_source(request, people[0].dosages)
    if source.x_snps is None:
        singles = tuple(dataclasses.replace(one, sex=None, build=None) for one in singles)
    tasks = [_with_predictions(Task(one, of), source.variants) for one, of in zip(singles, people, strict=True)]
    reports: dict[str, ScanReport] = {}
    for group in _of_the_same_people(tasks):
        reports |= _scan_group(request, group, source, on_progress=on_progress)
    found = tuple(reports[trait] for trait in request.people.traits)
    if not request.ridge.is_written or request.out is None:
        return found
    listed = write_prediction_list(request.out, {one.people.traits[0]: _loco_of(one) for one in singles})
    return tuple(
        dataclasses.replace(report, files=(*report.files[:-1], str(listed), report.files[-1])) for report in found
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """What all traits share: the SNPs, those of X among them (None for none), and sha256 of the files."""

    variants: ChosenVariants
    x_snps: XSnps | None
    digests: Digests


@dataclasses.dataclass(frozen=True, slots=True)
class Task:
    """One trait's request, its people, and the predictions that a file holds."""

    request: ScanRequest
    people: AnalysedPeople
    predicted: Predicted | None = None

    @property
    def trait(self) -> str:
        """The trait's name."""
        return self.request.people.traits[0]


def _read_one(request: ScanRequest, dosages: DosageFile | None = None) -> AnalysedPeople:
    people = read_people(request.people, dosages)
    if not request.is_of_cases:
        return people
    where = f"{request.people.phenotypes}, column {request.people.traits[0]}"
    return people.with_outcomes(case_control(people.traits[:, 0], where=where))


def _open_source(request: ScanRequest, dosages: DosageFile) -> Source:
    variants = _variants(request, dosages)
    x_snps = find_x_snps(request, variants)
    if x_snps is not None:
        variants = dataclasses.replace(variants, coding=x_snps.coding())
    return Source(variants, x_snps, Digests())


def _variants(request: ScanRequest, dosages: DosageFile) -> ChosenVariants:
    """The SNPs that are read, once it is sure that they can be tested."""
    variants = choose_variants(dosages, needs_chromosome=request.is_loco or request.uses_ridge)
    if not variants.n_snps:
        raise MatchError(
            "there must be SNPs to test",
            seen=f"none of {dosages.n_variants:,} variants with a chromosome",
            where=request.people.genotypes,
            remedy="check its table of variants, or do not leave chromosomes out",
        )
    if request.is_loco and variants.n_chromosomes < 2:
        raise MatchError(
            "leaving a chromosome out needs SNPs on two or more",
            seen=f"all {variants.n_snps:,} on {variants.chromosomes[0]}",
            where=request.people.genotypes,
            remedy="give the genotypes of all chromosomes, or test with the whole kinship",
        )
    return variants


def _with_predictions(task: Task, variants: ChosenVariants) -> Task:
    path = task.request.ridge.predictions
    if path is None:
        return task
    predicted, people = read_predictions(path, task.people, variants, task.trait)
    return dataclasses.replace(task, people=people, predicted=predicted)


def _of_the_same_people(tasks: Sequence[Task]) -> list[list[Task]]:
    """Traits that can share a pass, in order of their first; each trait of cases and controls alone."""
    groups: dict[bytes, list[Task]] = {}
    for number, task in enumerate(tasks):
        key = str(number).encode() if task.request.is_of_cases else task.people.index.tobytes()
        groups.setdefault(key, []).append(task)
    return list(groups.values())


def _scan_group(
    request: ScanRequest, tasks: Sequence[Task], source: Source, *, on_progress: OnProgress
) -> dict[str, ScanReport]:
    """Scan the traits of the same people, and write what was found; the report of each trait."""
    watch, variants = Stopwatch(), source.variants
    kinships, tasks = _kinships(request, tasks, variants, on_progress=on_progress)
    _check_traits(tasks)
    people = [task.people for task in tasks]
    names = ", ".join(task.trait for task in tasks)
    _LOG.info("scan of %s: %d people, %d SNPs", names, people[0].n_people, variants.n_snps)
    if request.uses_ridge:
        read = [task.predicted for task in tasks if task.predicted is not None]
        found = run_ridge(request, people, variants, read=read, on_progress=on_progress)
    else:
        found = run_method(request, people, variants, kinships=kinships, on_progress=on_progress)
    facts, reports = kinship_facts(request, kinships), {}
    for task, tested in zip(tasks, found, strict=True):
        table = make_table(tested, variants)
        report = make_report(task.request, task.people, variants, found=tested, table=table, kinship=facts)
        report = with_sexes(report, task.request, task.people, variants, source.x_snps)
        files = _write(task, table, report=report, predicted=tested.predicted, digests=source.digests)
        reports[task.trait] = dataclasses.replace(report, files=files, seconds=watch.seconds)
    return reports


def _check_traits(tasks: Sequence[Task]) -> None:
    """Name the one of several traits that cannot be scanned, before the others are."""
    for task in tasks if len(tasks) > 1 else ():
        try:
            build_design(task.people.traits[:, 0], task.people.covariates)
        except AssociationError as error:
            raise MatchError(
                "each of several traits must be fit for a scan",
                seen=f"{task.trait}: {error}",
                where=task.request.people.phenotypes,
                remedy="leave the trait out, or correct it",
            ) from error


def _kinships(
    request: ScanRequest, tasks: Sequence[Task], variants: ChosenVariants, *, on_progress: OnProgress
) -> tuple[Mapping[str, Kinship], Sequence[Task]]:
    """The matrices that the method needs, and the traits with the people who are in them."""
    people = tasks[0].people
    if not request.uses_kinship:
        return {}, tasks
    if request.kinship is None:
        return scan_kinships(request, people, variants, on_progress=on_progress), tasks
    (kinship,), left = read_kinships([request.kinship], people, kind=request.grm_kind)
    is_lost = np.isin(people.index, left.index, invert=True)
    name = "n_without_kinship"
    return {"whole": kinship}, [dataclasses.replace(task, people=task.people.without(is_lost, name)) for task in tasks]


def _write(
    task: Task, table: pl.DataFrame, *, report: ScanReport, predicted: Predicted | None, digests: Digests
) -> tuple[str, ...]:
    """Write a trait's files: none without a prefix."""
    request = task.request
    if request.out is None:
        return ()
    results = report.to_dict()
    for name in SAID_ELSEWHERE:
        results.pop(name)
    more = {}
    if request.ridge.is_written and predicted is not None:
        more["predictions"] = write_predictions(request.out, task.people.people, predicted)
    seconds = _taken_out(results["ridge"], "step_1_seconds", "step_2_seconds")
    description = {**describe_run(request, _inputs(request), results, digests=digests), **seconds}
    place, about = write_scan(request.out, table, description, more=more)
    return tuple(map(str, (place, *more.values(), about)))


def _taken_out(values: dict[str, Any] | None, *names: str) -> dict[str, Any]:
    """Values of a run that another run of the same would not have, so that results say what was found alone."""
    return {} if values is None else {name: values.pop(name) for name in names}


def _inputs(request: ScanRequest) -> tuple[Path, ...]:
    """Every file that was read for a trait."""
    inputs = people_files(request.people)
    if request.kinship is not None:
        inputs = (*inputs, *kinship_files(request.kinship))
    if request.sex is not None:
        inputs = (*inputs, request.sex)
    if request.ridge.snps is not None:
        inputs = (*inputs, request.ridge.snps)
    if request.ridge.predictions is not None:
        inputs = (*inputs, *prediction_files(request.ridge.predictions, request.people.traits[0]))
    return inputs


def _loco_of(request: ScanRequest) -> Path:
    """The file of predictions that a trait's request writes."""
    return beside(request.out or Path(), PREDICTIONS)

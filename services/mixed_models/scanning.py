"""A scan of a trait from files: people matched, kinship made or read, every SNP tested, the table written."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.phenotypes import case_control
from models.association.null_model import NullModel
from models.kinship import Kinship, KinshipOptions, split_by
from services.mixed_models.errors import MatchError
from services.mixed_models.kinships import compute_kinships, kinship_files, read_kinships
from services.mixed_models.people import AnalysedPeople, read_people
from services.mixed_models.reports import Hit, KinshipFacts, NullFacts, ScanReport
from services.mixed_models.requests import ScanRequest
from services.mixed_models.run_files import SAID_ELSEWHERE, check_out, describe_run, people_files, write_scan
from services.mixed_models.scan_methods import TESTS, Tested, run_method
from services.mixed_models.scan_table import GENOME_WIDE, choose_leads, make_table
from services.mixed_models.variants import ChosenVariants, OnProgress, choose_variants, passing_snps, watched
from services.statistics.commands import Stopwatch, no_progress
from services.statistics.values import known

_LOG = logging.getLogger(__name__)
_HIT_COLUMNS = tuple(Hit.__dataclass_fields__)[:-1]

_LARGEST_MAF = 0.5

Kinships = tuple[Mapping[str, Kinship], AnalysedPeople]


def scan_genotypes(request: ScanRequest, *, on_progress: OnProgress = no_progress) -> ScanReport:
    """Test every SNP of a genotype file for association with a trait.

    Parameters
    ----------
    request
        Files and choices.
    on_progress
        Called with SNPs done, SNPs in all (0: unknown), and what is done.

    Returns
    -------
    ScanReport
        The model without a SNP, counts, lambda GC and leads; the full table is in the files it names.

    Raises
    ------
    MixedModelError, LoadError, AssociationError, KinshipError
        When files are broken, share nobody, or cannot be analysed; nothing is written.
    """
    watch = Stopwatch()
    check_out(request.out)
    people = read_people(request.people)
    if request.method == "firth":
        people = people.with_outcomes(case_control(people.traits[:, 0]))
    variants = choose_variants(people.dosages, needs_chromosome=request.is_loco)
    if not variants.n_snps:
        raise MatchError(
            "there must be SNPs to test",
            seen=f"none of {people.dosages.n_variants:,} variants with a chromosome",
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
    kinships, people = _kinships(request, people, variants, on_progress=on_progress)
    _LOG.info("scan of %s: %d people, %d SNPs", request.people.traits[0], people.n_people, variants.n_snps)
    found = run_method(request, people, variants, kinships=kinships, on_progress=on_progress)
    table = make_table(found, variants)
    facts = _kinship_facts(request, kinships)
    report = _report(request, people, variants, found=found, table=table, kinship=facts)
    files = () if request.out is None else _write(request, request.out, table, report=report)
    return _finished(report, files, watch.seconds)


def _kinships(
    request: ScanRequest, people: AnalysedPeople, variants: ChosenVariants, *, on_progress: OnProgress
) -> Kinships:
    """The matrices that the method needs, and the people who are in them.

    Where everybody genotyped is analysed, their frequencies need no pass of their own.
    """
    if request.method not in {"exact", "p3d"}:
        return {}, people
    if request.kinship is not None:
        (kinship,), people = read_kinships([request.kinship], people, kind=request.grm_kind)
        return {"whole": kinship}, people
    options = KinshipOptions(request.grm_kind or "centred", stored="float32" if request.is_loco else "float64")
    is_everybody = people.n_people == people.dosages.n_people
    if is_everybody and not request.is_loco and request.minimum_maf < _LARGEST_MAF:
        options = dataclasses.replace(options, minimum_maf=request.minimum_maf, maximum_missing=request.maximum_missing)
        everything = np.ones((variants.n_snps, 1), np.bool_)
        made = compute_kinships(variants, people, everything, options=options, on_progress=on_progress)
        return {"whole": made[0]}, people
    names, membership = _parts_that_pass(request, people, variants, on_progress=on_progress)
    made = compute_kinships(variants, people, membership, options=options, on_progress=on_progress)
    return dict(zip(names, made, strict=True)), people


def _parts_that_pass(
    request: ScanRequest, people: AnalysedPeople, variants: ChosenVariants, *, on_progress: OnProgress
) -> tuple[tuple[str, ...], NDArray[np.bool_]]:
    """The SNPs that pass the bars among the people analysed, of the whole genome or of each chromosome with some."""
    reader = watched(variants.reader(people.index), variants.n_snps, "frequencies", on_progress)
    bars = {"minimum_maf": request.minimum_maf, "maximum_missing": request.maximum_missing}
    passes = passing_snps(reader, variants.n_snps, people.n_people, **bars)[:, None]
    if not passes.any():
        raise MatchError(
            "a kinship needs SNPs that pass the bars",
            seen=f"none of {variants.n_snps:,} with a minor allele frequency of {request.minimum_maf:g} and at most "
            f"{request.maximum_missing:g} missing",
            where=request.people.genotypes,
            remedy="lower the bars, or test without kinship (ols)",
        )
    if not request.is_loco:
        return ("whole",), passes
    names, of_part = split_by(variants.chromosomes)
    membership = of_part & passes
    has_snps = np.asarray(membership.any(axis=0))
    return tuple(name for name, has in zip(names, has_snps, strict=True) if has), membership[:, has_snps]


def _kinship_facts(request: ScanRequest, kinships: Mapping[str, Kinship]) -> KinshipFacts | None:
    if not kinships:
        return None
    parts = tuple(kinships.values())
    n_snps = sum(part.n_snps for part in parts)
    if request.kinship is not None:
        return KinshipFacts(parts[0].kind, n_snps, None, None, request.kinship.name)
    return KinshipFacts(parts[0].kind, n_snps, request.minimum_maf, request.maximum_missing, "computed")


def _report(
    request: ScanRequest,
    people: AnalysedPeople,
    variants: ChosenVariants,
    *,
    found: Tested,
    table: pl.DataFrame,
    kinship: KinshipFacts | None,
) -> ScanReport:
    judged_by = TESTS[request.method][0]
    n_dropped = {"without_chromosome": variants.n_without_chromosome, **found.n_dropped}
    significant = table.filter(pl.col(f"neg_log10_p_{judged_by}") > GENOME_WIDE)
    return ScanReport(
        **people.facts(request.people),
        n_people=people.n_people,
        n_chromosomes=variants.n_chromosomes,
        notes=people.notes,
        files=(),
        seconds=0.0,
        trait=request.people.traits[0],
        method=request.method,
        is_loco=request.is_loco,
        n_cases=found.n_cases,
        n_controls=found.n_controls,
        n_snps=people.dosages.n_variants,
        n_tested=table.height,
        n_dropped=n_dropped,
        n_refitted=found.n_refitted,
        kinship=kinship,
        null=None if found.null is None else null_facts(found.null),
        chromosome_pve={name: null.pve for name, null in found.nulls.items()},
        lambda_gc=found.lambda_gc,
        judged_by=judged_by,
        n_genome_wide=significant.height,
        hits=_hits(table, judged_by, request),
    )


def _hits(table: pl.DataFrame, judged_by: str, request: ScanRequest) -> tuple[Hit, ...]:
    leads = choose_leads(table, judged_by, n_top=request.n_top, locus_bp=request.locus_bp)
    return tuple(Hit(*row) for row in leads.select(*_HIT_COLUMNS, f"neg_log10_p_{judged_by}").iter_rows())


def null_facts(null: NullModel) -> NullFacts:
    """The model without a SNP as it is reported."""
    return NullFacts(
        pve=null.pve,
        pve_se=known(null.pve_se),
        vg=null.vg,
        ve=null.ve,
        lambda_reml=null.lambda_reml,
        lambda_ml=null.lambda_ml,
        logl_reml=null.logl_reml,
        logl_ml=null.logl_ml,
        trace=null.trace,
        beta=tuple(map(float, null.beta)),
        beta_se=tuple(map(float, null.beta_se)),
        is_at_bound=null.is_at_bound,
    )


def _write(request: ScanRequest, prefix: Path, table: pl.DataFrame, *, report: ScanReport) -> tuple[str, ...]:
    inputs = people_files(request.people)
    if request.kinship is not None:
        inputs = (*inputs, *kinship_files(request.kinship))
    results = report.to_dict()
    for name in SAID_ELSEWHERE:
        results.pop(name)
    return tuple(map(str, write_scan(prefix, table, describe_run(request, inputs, results))))


def _finished(report: ScanReport, files: tuple[str, ...], seconds: float) -> ScanReport:
    return dataclasses.replace(report, files=files, seconds=seconds)

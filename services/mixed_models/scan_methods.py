"""Runs the test of each method on one trait or several of the same people, and names its columns alike."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.association.chromosome_ranges import chromosome_ranges
from models.association.exact_scan import scan_traits
from models.association.loco import scan_loco_traits
from models.association.loco_predictions import LocoPredictions
from models.association.logistic_score import scan_cases
from models.association.null_model import NullModel, fit_null
from models.association.ols_scan import scan_ols_traits
from models.association.p_values import abs_z_score
from models.association.scan_filters import ScanFilters
from models.association.scan_options import ScanOptions
from models.association.scan_results import MEDIAN_CHI2, Scan
from models.association.snp_screen import ScreenCounts
from models.association.spectral import decompose
from models.genotype_blocks import BlockReader
from models.kinship import Kinship, combine, leave_out
from services.mixed_models.people import AnalysedPeople
from services.mixed_models.predictions import Predicted
from services.mixed_models.scan_facts import RidgeFacts
from services.mixed_models.scan_request import ScanRequest
from services.mixed_models.variants import ChosenVariants, OnProgress, watched

FloatArray = NDArray[np.float64]

TESTS: Final[Mapping[str, tuple[str, ...]]] = {
    "exact": ("wald", "lrt", "score"),
    "p3d": ("wald", "score"),
    "ols": ("wald",),
    "firth": ("firth",),
    "ridge": ("score",),
    "ridge-firth": ("firth",),
}
"""Tests of each method; the first is the one that hits are judged by."""


@dataclasses.dataclass(frozen=True, slots=True)
class Tested:
    """What a method found at each SNP, ``[m]``; NaN where it was not tested.

    Attributes
    ----------
    is_tested
        Whether it was.
    n_seen, frequency
        People with a dosage, and the share of the effect allele among them.
    beta, se
        Effect of a copy of the effect allele (log odds for cases and controls), and its error.
    neg_log10_p
        By test.
    more
        Further columns, such as log lambda.
    n_dropped
        SNPs left out, by reason.
    lambda_gc
        By test; NaN where nothing was tested.
    null, nulls
        The model without a SNP, of the whole kinship and of each chromosome left out.
    n_refitted
        SNPs fitted on the whole range of lambda.
    n_cases, n_controls
        Of a trait of cases and controls; None for others.
    ridge, predicted
        The first step of a ridge, and what it predicts; None for other methods.
    notes
        What a reader should know, as sentences.
    """

    is_tested: NDArray[np.bool_]
    n_seen: NDArray[np.int64]
    frequency: FloatArray
    beta: FloatArray
    se: FloatArray
    neg_log10_p: Mapping[str, FloatArray]
    more: Mapping[str, NDArray[np.generic]]
    n_dropped: Mapping[str, int]
    lambda_gc: Mapping[str, float]
    null: NullModel | None = None
    nulls: Mapping[str, NullModel] = dataclasses.field(default_factory=dict)
    n_refitted: int = 0
    n_cases: int | None = None
    n_controls: int | None = None
    ridge: RidgeFacts | None = None
    predicted: Predicted | None = None
    notes: tuple[str, ...] = ()


def run_method(
    request: ScanRequest,
    people: Sequence[AnalysedPeople],
    variants: ChosenVariants,
    *,
    kinships: Mapping[str, Kinship],
    on_progress: OnProgress,
) -> tuple[Tested, ...]:
    """Test every SNP by the method that was asked for; one a trait.

    Parameters
    ----------
    request, variants
        Choices and SNPs.
    people
        With each trait: the same people, one trait each. Of cases and controls one alone.
    kinships
        Of the people analysed: one called ``whole``, or one a chromosome; empty for a method without.
    on_progress
        Told the SNPs that were read.

    Raises
    ------
    AssociationError
        If trait, covariates or kinship cannot be analysed.
    """
    first = people[0]
    reader = watched(variants.reader(first.index), variants.n_snps, "scan", on_progress)
    if request.is_of_cases:
        return (cases_tested(reader, first, variants),)
    traits, covariates = traits_of(people), first.covariates
    filters = ScanFilters(request.minimum_maf, request.maximum_missing, request.maximum_r_squared)
    if request.method == "ols":
        scans = scan_ols_traits(reader, variants.n_snps, traits, covariates, filters=filters)
        return tuple(_of_scan(found, request, first.n_people) for found in scans)
    options = ScanOptions(
        "p3d" if request.method == "p3d" else "exact",
        filters,
        n_nodes=request.n_nodes,
        precision="float64" if request.is_double else "float32",
    )
    if request.is_loco:
        return _loco(reader, request, people, variants, kinships=kinships, options=options)
    on_progress(0, 0, "decomposition of the kinship")
    spectrum = decompose(kinships["whole"].matrix)
    nulls = [fit_null(spectrum, y, covariates) for y in traits.T]
    scans = scan_traits(reader, variants.n_snps, spectrum, traits, covariates, options=options)
    return tuple(
        dataclasses.replace(_of_scan(found, request, first.n_people), null=null)
        for found, null in zip(scans, nulls, strict=True)
    )


def traits_of(people: Sequence[AnalysedPeople]) -> FloatArray:
    """The traits of the same people side by side, ``[n, t]``."""
    return np.column_stack([each.traits[:, 0] for each in people])


def _loco(
    reader: BlockReader,
    request: ScanRequest,
    people: Sequence[AnalysedPeople],
    variants: ChosenVariants,
    *,
    kinships: Mapping[str, Kinship],
    options: ScanOptions,
) -> tuple[Tested, ...]:
    """Each chromosome with the kinship of the others; the whole one for the share of variance alone."""
    traits, covariates = traits_of(people), people[0].covariates
    whole = combine(tuple(kinships.values()))
    spectrum = decompose(whole.matrix)
    nulls = [fit_null(spectrum, y, covariates) for y in traits.T]
    del spectrum

    def without(chromosome: str) -> NDArray[np.floating]:
        part = kinships.get(chromosome)  # None where no SNP of it passes
        return whole.matrix.copy() if part is None else leave_out(whole, part).matrix

    scans = scan_loco_traits(reader, variants.chromosomes, without, traits, covariates, options=options)
    return tuple(
        dataclasses.replace(_of_scan(found.scan, request, people[0].n_people), null=null, nulls=found.nulls)
        for found, null in zip(scans, nulls, strict=True)
    )


def _of_scan(found: Scan, request: ScanRequest, n_people: int) -> Tested:
    tests = TESTS[request.method]
    more: dict[str, NDArray[np.generic]] = {}
    if request.method == "exact":
        more = {
            "log_lambda_reml": found.log_lambda_reml,
            "log_lambda_ml": found.log_lambda_ml,
            "logl_h1": found.logl_h1,
        }
    return Tested(
        found.is_tested,
        n_people - found.n_missing.astype(np.int64),
        found.frequency,
        beta=found.beta,
        se=found.se,
        neg_log10_p={test: getattr(found, f"neg_log10_p_{test}") for test in tests},
        more=more,
        n_dropped=found.n_dropped,
        lambda_gc={test: found.lambda_gc(test) for test in tests},  # type: ignore[arg-type]
        n_refitted=found.n_refitted,
    )


def cases_tested(
    reader: BlockReader,
    people: AnalysedPeople,
    variants: ChosenVariants,
    predictions: LocoPredictions | None = None,
) -> Tested:
    """Score tests of cases and controls, Firth's where p is small, beside what other chromosomes predict."""
    ranges = chromosome_ranges(variants.chromosomes)
    found = scan_cases(reader, ranges, people.traits[:, 0], people.covariates, predictions=predictions)
    return Tested(
        found.reason == 0,
        found.n_seen,
        found.frequency,
        beta=found.beta,
        se=found.se,
        neg_log10_p={"firth": found.neg_log10_p},
        more={"is_firth": found.is_corrected},
        n_dropped=lost_by_reason(found.counts),
        lambda_gc={"firth": lambda_gc(found.neg_log10_p)},
        n_cases=found.n_cases,
        n_controls=found.n_controls,
    )


def lost_by_reason(screened: ScreenCounts) -> dict[str, int]:
    """SNPs left out, by reason."""
    counts = dataclasses.asdict(screened)
    return {name.removeprefix("n_"): number for name, number in counts.items() if name != "n_tested"}


def lambda_gc(neg_log10_p: FloatArray) -> float:
    """Genomic control's lambda; NaN where nothing was tested."""
    known = neg_log10_p[np.isfinite(neg_log10_p)]
    return float(abs_z_score(np.array([np.median(known)]))[0] ** 2) / MEDIAN_CHI2 if known.size else math.nan

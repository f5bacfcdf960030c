"""Runs the test of each method, and names its columns alike."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.association.chromosome_ranges import chromosome_ranges
from models.association.exact_scan import scan
from models.association.loco import scan_loco
from models.association.logistic_score import LogisticScan, scan_cases
from models.association.null_model import NullModel, fit_null
from models.association.ols_scan import scan_ols
from models.association.p_values import abs_z_score
from models.association.scan_filters import ScanFilters
from models.association.scan_options import ScanOptions
from models.association.scan_results import MEDIAN_CHI2, Scan
from models.association.spectral import decompose
from models.genotype_blocks import BlockReader
from models.kinship import Kinship, combine, leave_out
from services.mixed_models.people import AnalysedPeople
from services.mixed_models.requests import ScanRequest
from services.mixed_models.variants import ChosenVariants, OnProgress, watched

FloatArray = NDArray[np.float64]

TESTS: Final[Mapping[str, tuple[str, ...]]] = {
    "exact": ("wald", "lrt", "score"),
    "p3d": ("wald", "score"),
    "ols": ("wald",),
    "firth": ("firth",),
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
        Effect of a copy of the effect allele (log odds for firth), and its error.
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


def run_method(
    request: ScanRequest,
    people: AnalysedPeople,
    variants: ChosenVariants,
    *,
    kinships: Mapping[str, Kinship],
    on_progress: OnProgress,
) -> Tested:
    """Test every SNP by the method that was asked for.

    Parameters
    ----------
    request, people, variants
        Choices, people and SNPs.
    kinships
        Of the people analysed: one called ``whole``, or one a chromosome; empty for a method without.
    on_progress
        Told the SNPs that were read.

    Raises
    ------
    AssociationError
        If trait, covariates or kinship cannot be analysed.
    """
    reader = watched(variants.reader(people.index), variants.n_snps, "scan", on_progress)
    if request.method == "firth":
        return _firth(reader, people, variants)
    y, covariates = people.traits[:, 0], people.covariates
    filters = ScanFilters(request.minimum_maf, request.maximum_missing, request.maximum_r_squared)
    if request.method == "ols":
        return _of_scan(scan_ols(reader, variants.n_snps, y, covariates, filters), request, people.n_people)
    options = ScanOptions(
        request.method, filters, n_nodes=request.n_nodes, precision="float64" if request.is_double else "float32"
    )
    if request.is_loco:
        return _loco(reader, request, people, variants, kinships=kinships, options=options)
    on_progress(0, 0, "decomposition of the kinship")
    spectrum = decompose(kinships["whole"].matrix)
    null = fit_null(spectrum, y, covariates)
    found = scan(reader, variants.n_snps, spectrum, y, covariates, options)
    return dataclasses.replace(_of_scan(found, request, people.n_people), null=null)


def _loco(
    reader: BlockReader,
    request: ScanRequest,
    people: AnalysedPeople,
    variants: ChosenVariants,
    *,
    kinships: Mapping[str, Kinship],
    options: ScanOptions,
) -> Tested:
    """Each chromosome with the kinship of the others; the whole one for the share of variance alone."""
    y, covariates = people.traits[:, 0], people.covariates
    whole = combine(tuple(kinships.values()))
    null = fit_null(decompose(whole.matrix), y, covariates)

    def without(chromosome: str) -> NDArray[np.floating]:
        part = kinships.get(chromosome)  # None where no SNP of it passes
        return whole.matrix.copy() if part is None else leave_out(whole, part).matrix

    found = scan_loco(reader, variants.chromosomes, without, y, covariates, options)
    return dataclasses.replace(_of_scan(found.scan, request, people.n_people), null=null, nulls=found.nulls)


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


def _firth(reader: BlockReader, people: AnalysedPeople, variants: ChosenVariants) -> Tested:
    ranges = chromosome_ranges(variants.chromosomes)
    found = scan_cases(reader, ranges, people.traits[:, 0], people.covariates)
    return Tested(
        found.reason == 0,
        found.n_seen,
        found.frequency,
        beta=found.beta,
        se=found.se,
        neg_log10_p={"firth": found.neg_log10_p},
        more={"is_firth": found.is_corrected},
        n_dropped=_lost(found),
        lambda_gc={"firth": _lambda_gc(found.neg_log10_p)},
        n_cases=found.n_cases,
        n_controls=found.n_controls,
    )


def _lost(found: LogisticScan) -> dict[str, int]:
    counts = dataclasses.asdict(found.counts)
    return {name.removeprefix("n_"): number for name, number in counts.items() if name != "n_tested"}


def _lambda_gc(neg_log10_p: FloatArray) -> float:
    known = neg_log10_p[np.isfinite(neg_log10_p)]
    return float(abs_z_score(np.array([np.median(known)]))[0] ** 2) / MEDIAN_CHI2 if known.size else math.nan

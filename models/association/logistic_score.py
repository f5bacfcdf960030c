"""Case and control traits, second step of a whole-genome regression: score tests, Firth's where p is small."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.association.chromosome_ranges import ChromosomeRange, count_snps
from models.association.covariate_basis import CovariateBasis, covariate_basis
from models.association.errors import ScanOptionError, TraitError
from models.association.firth import FirthTest, firth_likelihood_ratio
from models.association.loco_predictions import LocoPredictions
from models.association.logistic_null import LogisticNull, fit_firth_null, fit_logistic_null
from models.association.snp_screen import (
    NOT_CONVERGED,
    TESTED,
    ScreenCounts,
    ScreenedBlock,
    ScreenOptions,
    count_reasons,
    screen_block,
)
from models.genotype_blocks import VALUES_AT_A_TIME, BlockReader, block_size, read_checked
from models.significance import neg_log10_two_sided

FloatArray = NDArray[np.float64]
Correction = Literal["none", "approximate", "exact"]


@dataclasses.dataclass(frozen=True, slots=True)
class LogisticOptions:
    """How case and control traits are tested.

    Attributes
    ----------
    correction
        What SNPs with a small score p get: ``approximate`` Firth tests (one coefficient, the covariates' part held as
        an offset; REGENIE's ``--firth --approx``), ``exact`` ones (covariates fitted with every SNP) or ``none``.
    correct_from
        Minus log10 of the score p above which a SNP is corrected.
    screen
        Bars a SNP has to pass.
    smallest_group
        Cases and controls needed; fewer, and the trait is not tested.
    """

    correction: Correction = "approximate"
    correct_from: float = 2.0
    screen: ScreenOptions = dataclasses.field(default_factory=ScreenOptions)
    smallest_group: int = 10


@dataclasses.dataclass(frozen=True, slots=True)
class LogisticScan:
    """Results of one trait, a value a SNP ``[m]``; NaN where the SNP was not tested.

    Attributes
    ----------
    n_cases, n_controls
        People tested.
    n_seen, frequency
        People with a dosage, and the share of allele 1 among them.
    beta, se
        Log odds of a copy of allele 1 and standard error: one Newton step from 0 for score tests, the maximum of the
        penalised likelihood for corrected SNPs.
    chi2, neg_log10_p
        Score or penalised likelihood-ratio statistic with one degree of freedom, and its p.
    is_corrected
        Whether the numbers are Firth's.
    reason, counts
        Codes of `models.association.snp_screen`, and SNPs by them.
    """

    n_cases: int
    n_controls: int
    n_seen: NDArray[np.int64]
    frequency: FloatArray
    beta: FloatArray
    se: FloatArray
    chi2: FloatArray
    neg_log10_p: FloatArray
    is_corrected: NDArray[np.bool_]
    reason: NDArray[np.int8]
    counts: ScreenCounts


@dataclasses.dataclass(frozen=True, slots=True)
class _People:
    """Who is tested, with outcome and covariates."""

    chosen: NDArray[np.intp]
    outcome: FloatArray
    basis: CovariateBasis


def scan_cases(
    read_block: BlockReader,
    ranges: Sequence[ChromosomeRange],
    outcome: FloatArray,
    covariates: FloatArray | None = None,
    *,
    predictions: LocoPredictions | None = None,
    options: LogisticOptions | None = None,
) -> LogisticScan:
    """Test each SNP against a case and control trait.

    Parameters
    ----------
    read_block
        Dosages of n people.
    ranges
        The SNPs by chromosome, from SNP 0 on without gaps.
    outcome
        1 for cases, 0 for controls, NaN where unknown, ``[n]``.
    covariates
        ``[n, c]`` without an intercept, finite; None for none.
    predictions
        Log odds that the other chromosomes predict, of this one trait; None for 0.
    options
        Which correction, and the bars.

    Raises
    ------
    TraitError
        If the outcome is not 0 and 1, there are too few cases or controls, or shapes do not fit.
    NullModelError
        If the covariates tell cases and controls apart, so that their log odds are infinite.

    Notes
    -----
    With mu and w = mu (1 - mu) of the null model and g the dosages less their w-weighted regression on the
    covariates: ``chi2 = (g'(y - mu))² / g'Wg``, ``beta = g'(y - mu) / g'Wg``. The approximate correction tests g with
    the null model of Firth's regression as the offset.

    References
    ----------
    Mbatchou et al. 2021, doi:10.1038/s41588-021-00870-7, Methods ("Association testing, binary traits").
    """
    settings = options or LogisticOptions()
    people = _choose(outcome, covariates, settings)
    n_snps = count_snps(ranges)
    filled = _empty(n_snps, people.outcome)
    for chromosome in ranges:
        offset = _offset(predictions, chromosome.name, outcome.size)[people.chosen]
        null = fit_logistic_null(people.outcome, people.basis, offset)
        firth = fit_firth_null(people.outcome, people.basis, offset) if settings.correction == "approximate" else null
        size = block_size(outcome.size)
        for first in range(chromosome.first, chromosome.last, size):
            last = min(first + size, chromosome.last)
            block = read_checked(read_block, first, last, n_people=outcome.size)
            screened = screen_block(block[:, people.chosen], people.basis, settings.screen)
            _test(screened, people, (null, firth), settings=settings, into=filled, first=first)
    return dataclasses.replace(filled, counts=count_reasons(filled.reason))


def _choose(outcome: FloatArray, covariates: FloatArray | None, options: LogisticOptions) -> _People:
    if options.correction not in ("none", "approximate", "exact"):
        raise ScanOptionError(f"correction is {options.correction!r}: choose none, approximate or exact")
    if outcome.ndim != 1:
        raise TraitError(f"the outcome has shape {outcome.shape}: give one trait, [people]")
    known = np.flatnonzero(~np.isnan(outcome))
    values = np.asarray(outcome, np.float64)[known]
    check_groups(values, options.smallest_group)
    among = None if covariates is None else np.asarray(covariates)[known]
    return _People(known, values, covariate_basis(among, known.size))


def check_groups(outcome: FloatArray, smallest: int = LogisticOptions().smallest_group) -> None:
    """Check that there are cases and controls enough.

    Parameters
    ----------
    outcome
        1 for cases, 0 for controls, ``[n]``.
    smallest
        How many of each are needed.

    Raises
    ------
    TraitError
        If there are fewer, or other values.
    """
    if not np.isin(outcome, (0.0, 1.0)).all():
        bad = outcome[~np.isin(outcome, (0.0, 1.0))][0]
        raise TraitError(f"an outcome is {bad}: write 1 for cases, 0 for controls, NaN for unknown")
    n_cases = int(outcome.sum())
    if min(n_cases, outcome.size - n_cases) < smallest:
        raise TraitError(
            f"there are {n_cases} cases and {outcome.size - n_cases} controls, at least {smallest} of each are "
            "needed: leave the trait out, or lower smallest_group"
        )


def _offset(predictions: LocoPredictions | None, chromosome: str, n_people: int) -> FloatArray:
    """Log odds of each person that the other chromosomes predict, ``[n]``."""
    if predictions is None:
        return np.zeros(n_people)
    return np.asarray(predictions.checked(chromosome, 1, n_people)[0])


def _empty(n_snps: int, outcome: FloatArray) -> LogisticScan:
    columns = (np.full(n_snps, np.nan) for _ in range(5))
    n_cases = int(outcome.sum())
    frequency, beta, se, chi2, neg_log10_p = columns
    return LogisticScan(
        n_cases,
        outcome.size - n_cases,
        np.zeros(n_snps, np.int64),
        frequency,
        beta=beta,
        se=se,
        chi2=chi2,
        neg_log10_p=neg_log10_p,
        is_corrected=np.zeros(n_snps, np.bool_),
        reason=np.zeros(n_snps, np.int8),
        counts=ScreenCounts(0, 0, 0, 0),
    )


def _test(
    block: ScreenedBlock,
    people: _People,
    nulls: tuple[LogisticNull, LogisticNull],
    *,
    settings: LogisticOptions,
    into: LogisticScan,
    first: int,
) -> None:
    """Write the block's results into the columns, from SNP `first` on."""
    null = nulls[0]
    at = slice(first, first + len(block.reason))
    with np.errstate(divide="ignore", invalid="ignore"):
        information = np.where(block.reason == TESTED, null.information(block.dosages), np.nan)
        score = block.dosages @ (people.outcome - null.mu)
        chi2 = score * score / information
        beta, se, neg_log10_p = score / information, 1.0 / np.sqrt(information), neg_log10_two_sided(np.sqrt(chi2))
    into.n_seen[at], into.frequency[at], into.reason[at] = block.n_seen, block.frequency, block.reason
    into.beta[at], into.se[at], into.chi2[at], into.neg_log10_p[at] = beta, se, chi2, neg_log10_p
    if settings.correction == "none":
        return
    chosen = np.flatnonzero(neg_log10_p > settings.correct_from)
    step = max(1, VALUES_AT_A_TIME // (8 * people.outcome.size))
    for start in range(0, chosen.size, step):
        snps = chosen[start : start + step]
        _correct(_firth(block.dosages[snps], people, nulls, settings), into, first + snps)


def _firth(
    dosages: FloatArray,
    people: _People,
    nulls: tuple[LogisticNull, LogisticNull],
    settings: LogisticOptions,
) -> FirthTest:
    null, firth = nulls
    if settings.correction == "approximate":
        rest, nothing = null.weighted_rest(dosages), np.zeros((people.outcome.size, 0))
        return firth_likelihood_ratio(people.outcome, rest, nothing, offset=firth.eta)
    return firth_likelihood_ratio(people.outcome, dosages, null.covariates, offset=null.offset)


def _correct(test: FirthTest, into: LogisticScan, snps: NDArray[np.intp]) -> None:
    into.beta[snps], into.se[snps], into.chi2[snps] = test.beta, test.se, test.chi2
    into.neg_log10_p[snps], into.is_corrected[snps] = test.neg_log10_p, test.is_converged
    into.reason[snps[~test.is_converged]] = NOT_CONVERGED

"""Tests candidates at a false discovery rate, with weights learned from their scores beside equal ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.association import render_p_value
from models.association.covariate_check import FEWEST_GROUPS, check_independence
from models.association.weighting import UniformReason, Weighting, WeightingOptions, weigh_hypotheses
from services.search.error_rates import (
    CovariateCheck,
    Discoveries,
    FalseDiscoveryResult,
    FalseDiscoveryTest,
    FamilyWiseResult,
    FamilyWiseTest,
    WeightBin,
)
from services.search.linkage import Linkage
from services.search.query_snps import clump_rows
from services.search.testing import Outcome

IndexArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_ABOVE = 0.5


@dataclass(frozen=True)
class WeightedOutcome:
    """The false discovery test, and what it says of each candidate.

    Attributes
    ----------
    test
        The whole.
    of_row
        Result of each candidate, by its row of the SNP table.
    """

    test: FalseDiscoveryTest
    of_row: dict[int, FalseDiscoveryResult]


@dataclass(frozen=True)
class Scored:
    """SNPs with p and score, to weigh or to check the score by.

    Attributes
    ----------
    rows
        Rows of the SNP table (n).
    score
        Of each (n).
    name
        What kind of score it is, for a reader.
    """

    rows: IndexArray
    score: FloatArray
    name: str


def weigh_candidates(
    neg_log10_p: FloatArray, candidates: Scored, others: Scored | None, linkage: Linkage, rate: float
) -> WeightedOutcome:
    """Test candidates at a false discovery rate, with weights learned from their scores and with equal ones.

    Parameters
    ----------
    neg_log10_p
        Of each SNP of the linkage's table (n).
    candidates
        Rows of the candidates with their scores, at least one.
    others
        SNPs of the same GWAS that are no candidates, with a score of the same model, to check the score by; None
        where there is none.
    linkage
        What makes a clump; chromosomes are the folds.
    rate
        False discovery rate.
    """
    chromosome = linkage.snps.chromosome[candidates.rows]
    weighting = weigh_hypotheses(
        neg_log10_p[candidates.rows], candidates.score, chromosome, WeightingOptions(rate=rate)
    )
    n_chromosomes = len(np.unique(chromosome))
    is_weighted = weighting.reason is None
    checks = [_check(neg_log10_p, scored, linkage) for scored in (candidates, others) if scored is not None]
    plain, with_weights = weighting.unweighted_false_discovery, weighting.false_discovery
    test = FalseDiscoveryTest(
        rate=rate,
        n_candidates=len(candidates.rows),
        n_chromosomes=n_chromosomes,
        unweighted=_count(plain.is_discovery, neg_log10_p, candidates.rows, linkage),
        weighted=_count(with_weights.is_discovery, neg_log10_p, candidates.rows, linkage) if is_weighted else None,
        reason=_say(weighting.reason, len(candidates.rows), n_chromosomes),
        covariate=candidates.name,
        bins=_list_bins(weighting, candidates.score) if is_weighted else (),
        checks=tuple(checks),
    )
    results = [_result(weighting, at, is_weighted=is_weighted) for at in range(len(candidates.rows))]
    return WeightedOutcome(test, dict(zip(candidates.rows.tolist(), results, strict=True)))


def family_wise_test(outcome: Outcome, rate: float, n_candidates: int) -> FamilyWiseTest:
    """The family-wise test as a record of its own."""
    return FamilyWiseTest(
        rate=rate,
        n_candidates=n_candidates,
        threshold=outcome.threshold,
        p_threshold=render_p_value(outcome.threshold),
        n_rejected=len(outcome.survivors),
        n_loci=outcome.n_loci,
    )


def family_wise_result(neg_log10_p: float, n_candidates: int, *, is_rejected: bool) -> FamilyWiseResult:
    """Bonferroni's adjusted p of one candidate."""
    adjusted = max(neg_log10_p - float(np.log10(n_candidates)), 0.0)
    return FamilyWiseResult(render_p_value(adjusted), adjusted, is_rejected)


def _count(passes: BoolArray, neg_log10_p: FloatArray, rows: IndexArray, linkage: Linkage) -> Discoveries:
    passing = np.sort(rows[passes])
    leads = clump_rows(passing, neg_log10_p[passing], linkage)
    return Discoveries(len(passing), len(np.unique(leads)))


def _result(weighting: Weighting, at: int, *, is_weighted: bool) -> FalseDiscoveryResult:
    plain, weighted = weighting.unweighted_false_discovery, weighting.false_discovery
    adjusted, weighted_adjusted = float(plain.neg_log10_adjusted[at]), float(weighted.neg_log10_adjusted[at])
    return FalseDiscoveryResult(
        p_adjusted=render_p_value(adjusted),
        neg_log10_adjusted=adjusted,
        is_discovery=bool(plain.is_discovery[at]),
        score_bin=int(weighting.bin[at]) + 1 if is_weighted else None,
        weight=float(weighting.weight[at]) if is_weighted else None,
        weighted_p_adjusted=render_p_value(weighted_adjusted) if is_weighted else None,
        weighted_neg_log10_adjusted=weighted_adjusted if is_weighted else None,
        is_weighted_discovery=bool(weighted.is_discovery[at]) if is_weighted else None,
    )


def _list_bins(weighting: Weighting, score: FloatArray) -> tuple[WeightBin, ...]:
    bins = []
    for number in range(weighting.n_bins):
        inside = weighting.bin == number
        weight = weighting.weight[inside]
        bins.append(
            WeightBin(
                number=number + 1,
                lowest_score=float(score[inside].min()),
                highest_score=float(score[inside].max()),
                n_candidates=int(inside.sum()),
                lowest_weight=float(weight.min()),
                mean_weight=float(weight.mean()),
                highest_weight=float(weight.max()),
                n_unweighted=int(weighting.unweighted_false_discovery.is_discovery[inside].sum()),
                n_weighted=int(weighting.false_discovery.is_discovery[inside].sum()),
            )
        )
    return tuple(bins)


def _say(reason: UniformReason | None, n_candidates: int, n_chromosomes: int) -> str | None:
    """The reason in words, with what was seen and what is needed."""
    if reason is None:
        return None
    needed = 2 * WeightingOptions().fewest_in_bin
    return {
        UniformReason.TOO_FEW_HYPOTHESES: f"too few candidates: {n_candidates}, and weights are learned from {needed}",
        UniformReason.TOO_FEW_FOLDS: (
            f"too few chromosomes: candidates lie on {n_chromosomes}, and weights are learned without a chromosome's "
            "own p-values, from at least 2 others"
        ),
        UniformReason.CONSTANT_COVARIATE: "the score does not vary enough: all candidates fall into one bin",
        UniformReason.NOTHING_LEARNED: (
            "nothing was learned: on chromosomes left out no weights by score find more than equal ones"
        ),
    }[reason]


def _check(neg_log10_p: FloatArray, scored: Scored, linkage: Linkage) -> CovariateCheck:
    """Check a score on SNPs with a large p, one an LD block (else a chromosome's stretch as wide as the window)."""
    found = check_independence(
        10.0 ** -neg_log10_p[scored.rows], scored.score, _blocks(linkage, scored.rows), above=_ABOVE
    )
    if found is None:
        reason = f"fewer than {FEWEST_GROUPS} LD blocks hold such a SNP with p > {_ABOVE:g}, or score or p is the same"
        return CovariateCheck(scored.name, _ABOVE, None, None, None, None, None, None, None, None, reason)
    return CovariateCheck(
        among=scored.name,
        above=found.above,
        n_blocks=found.n,
        rank_correlation=found.rank_correlation,
        interval=found.interval,
        p_value=found.p_value,
        n_strata=found.n_strata,
        chi_square=found.chi_square,
        degrees_of_freedom=found.degrees_of_freedom,
        histogram_p_value=found.histogram_p_value,
        reason=None,
    )


def _blocks(linkage: Linkage, rows: IndexArray) -> NDArray[np.str_]:
    snps, width = linkage.snps, max(linkage.window_bp, 1)
    names: Sequence[str] = [
        snps.block[row] or f"{snps.chromosome[row]}:{snps.position_bp[row] // width}" for row in rows
    ]
    return np.array(names, dtype=np.str_)

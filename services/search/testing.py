"""Tests a fixed set of candidates at Bonferroni, clumps what passes, and says what random sets would have given."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.association import bonferroni_neg_log10, draw_matched_sets, match_strata, wilson_interval
from services.search.linkage import Linkage
from services.search.options import CandidateOptions
from services.search.query_snps import clump_rows
from services.search.report import NullExpectation
from services.search.snp_table import SnpTable

IndexArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

_INTERVAL = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What passed the test.

    Attributes
    ----------
    threshold
        Minus log10 p that a candidate must exceed.
    survivors
        Rows of the table that pass, strongest first.
    lead_of
        Row of the clump's lead of each survivor.
    """

    threshold: float
    survivors: IndexArray
    lead_of: IndexArray

    @property
    def n_loci(self) -> int:
        """Number of clumps."""
        return len(np.unique(self.lead_of))


def judge_candidates(neg_log10_p: FloatArray, candidates: IndexArray, linkage: Linkage, alpha: float) -> Outcome:
    """Test candidates at ``alpha`` over their number and clump the survivors.

    Parameters
    ----------
    neg_log10_p
        Of each SNP of the linkage's table (n).
    candidates
        Rows of the candidates; their number alone sets the threshold.
    linkage, alpha
        What makes a clump; the family-wise error rate.
    """
    threshold = bonferroni_neg_log10(alpha, len(candidates))
    passing = np.sort(candidates[neg_log10_p[candidates] > threshold])
    leads = clump_rows(passing, neg_log10_p[passing], linkage)
    order = np.lexsort((passing, -neg_log10_p[passing]))
    return Outcome(threshold, passing[order], passing[leads][order])


def expect_by_chance(
    neg_log10_p: FloatArray, candidates: IndexArray, pool: IndexArray, linkage: Linkage, options: CandidateOptions
) -> NullExpectation:
    """How many survivors and loci matched random candidates give at the same threshold.

    Parameters
    ----------
    neg_log10_p
        Of each SNP of the linkage's table; known for the whole pool (n).
    candidates
        Rows of the real candidates.
    pool
        Rows of every SNP that could have been a candidate: in the graph with molecular associations, in the same
        GWAS, outside what is excluded. The candidates are among them.
    linkage, options
        What makes a clump; number of sets, seed and error rate.
    """
    pool = np.sort(pool)
    is_chosen = np.isin(pool, candidates)
    strata = match_strata(matching_features(linkage.snps, pool), is_chosen)
    generator = np.random.default_rng(options.seed)
    sets = pool[draw_matched_sets(strata, is_chosen, options.n_null_sets, generator)]
    observed = judge_candidates(neg_log10_p, candidates, linkage, options.alpha)
    outcomes = [judge_candidates(neg_log10_p, drawn, linkage, options.alpha) for drawn in sets]
    survivors = np.array([len(outcome.survivors) for outcome in outcomes])
    loci = np.array([outcome.n_loci for outcome in outcomes])
    n_any = int((loci > 0).sum())
    return NullExpectation(
        n_sets=options.n_null_sets,
        n_pool=len(pool),
        n_bins=strata.n_bins,
        share_matched=strata.share_matched,
        observed_survivors=len(observed.survivors),
        observed_loci=observed.n_loci,
        survivors=float(survivors.mean()),
        survivors_interval=_interval(survivors),
        loci=float(loci.mean()),
        loci_interval=_interval(loci),
        share_with_any=n_any / len(loci),
        share_with_any_interval=wilson_interval(n_any, len(loci)),
        p_survivors=_share_as_many(survivors, len(observed.survivors)),
        p_loci=_share_as_many(loci, observed.n_loci),
    )


def matching_features(snps: SnpTable, rows: IndexArray) -> FloatArray:
    """Log degree, minor allele frequency and LD score of some rows, NaN where unknown (len(rows), 3)."""
    degree = np.log1p(snps.degree[rows].astype(np.float64))
    return np.stack([degree, snps.minor_allele_frequency[rows], snps.ld_score[rows]], axis=1)


def _interval(counts: NDArray[np.int64]) -> tuple[float, float]:
    low, high = np.percentile(counts, _INTERVAL)
    return float(low), float(high)


def _share_as_many(counts: Sequence[int] | NDArray[np.int64], observed: int) -> float:
    """One-sided p-value of a permutation test, never 0: (1 + sets with as many) / (1 + sets)."""
    return float((1 + np.count_nonzero(np.asarray(counts) >= observed)) / (1 + len(counts)))

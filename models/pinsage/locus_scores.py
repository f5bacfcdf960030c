"""Scores of loci for queries in two parts, what walks say and what is known without them, and their mixture."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from models.pinsage.bipartite import BoolArray, FloatArray

_SMALLEST_SPREAD = 1e-12


@dataclass(frozen=True, eq=False)
class LocusScores:
    """Parts of the scores of every block for some queries.

    Attributes
    ----------
    by_walks, by_prior
        Logits, shape (queries, n_blocks).
    prior_log_odds
        Shape (queries,): log odds that a locus of the query is one that walks say nothing of.
    is_known
        Shape (queries, n_blocks): blocks that are known for the query already.
    """

    by_walks: FloatArray
    by_prior: FloatArray
    prior_log_odds: NDArray[np.float64]
    is_known: BoolArray

    def adding(self, others: FloatArray, weight: float) -> "LocusScores":
        """Add another model's scores to what walks say, brought to the same spread over the blocks of a query.

        Parameters
        ----------
        others
            Shape (queries, n_blocks), larger is better, in any unit.
        weight
            1 = as much as the walks.
        """
        spread = self.by_walks.std(axis=1, keepdims=True, dtype=np.float64)
        added = self.by_walks + weight * spread * standardised(others)
        return replace(self, by_walks=added.astype(np.float32))

    def mixed(self) -> FloatArray:
        """Log of (1 - s) softmax(by_walks) + s softmax(by_prior), each over the blocks that are not known.

        Returns
        -------
        float32 array, shape (queries, n_blocks)
            Known blocks have a score too: their weight beside the total of all others.
        """
        log_odds = self.prior_log_odds[:, None]
        by_walks = log_shares(self.by_walks, self.is_known) - np.logaddexp(0.0, log_odds)
        by_prior = log_shares(self.by_prior, self.is_known) - np.logaddexp(0.0, -log_odds)
        scores: FloatArray = np.logaddexp(by_walks, by_prior).astype(np.float32)
        return scores


def standardised(scores: FloatArray) -> NDArray[np.float64]:
    """Give each row mean 0 and spread 1 over its blocks; a constant row becomes 0."""
    centred = scores - scores.mean(axis=1, keepdims=True, dtype=np.float64)
    scaled: NDArray[np.float64] = centred / np.maximum(centred.std(axis=1, keepdims=True), _SMALLEST_SPREAD)
    return scaled


def log_shares(logits: NDArray[np.floating], is_known: BoolArray) -> NDArray[np.float64]:
    """Log softmax of each row, its total over the blocks that are not known (over all where all are)."""
    wide = logits.astype(np.float64)
    counted = ~is_known | is_known.all(axis=1, keepdims=True)
    shares: NDArray[np.float64] = wide - logsumexp(wide, b=counted, axis=1, keepdims=True)
    return shares

"""A predicted edge, and the choice of a target's best loci from its scores."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

TargetLabel = Literal["CpG", "Gene", "Trait"]


class PredictionError(Exception):
    """A model's scores cannot be written."""


@dataclass(frozen=True, slots=True)
class PredictedEdge:
    """One predicted edge from the lead SNP of a locus to a target.

    Attributes
    ----------
    target_label, target
        Label and key of the node it points to.
    snp, block_id
        Key of the locus' lead SNP, and its LD block.
    rank
        1 for the best new locus of the target.
    score
        The model's raw score, comparable within one target only.
    query_snps
        Keys of the target's known SNPs that led there, the nearest to the locus first.
    probability
        Calibrated probability that the pair is one of the data's held-out pairs; None for traits, and where too few
        pairs could be held out.
    null_percentile
        Where the score stands among those of the best loci on a degree-preserving null, 0 to 100; None without a null.
    """

    target_label: TargetLabel
    target: str
    snp: str
    block_id: str
    rank: int
    score: float
    query_snps: tuple[str, ...]
    probability: float | None = None
    null_percentile: float | None = None


@dataclass(frozen=True, slots=True)
class TopLoci:
    """The best new loci of each target.

    Attributes
    ----------
    block
        Block numbers, best first, -1 where there are fewer than k (n_targets, k).
    score
        Their scores, NaN where there are fewer (n_targets, k).
    """

    block: NDArray[np.int64]
    score: NDArray[np.float64]


def top_loci(score: NDArray[np.float32], is_excluded: NDArray[np.bool_], k: int) -> TopLoci:
    """Choose each target's k best loci that are not excluded; equal scores go to the lower block number.

    Parameters
    ----------
    score
        Score of every locus for every target (n_targets, n_blocks).
    is_excluded
        True for known loci and for loci that cannot be named (n_targets, n_blocks).
    k
        Loci a target.

    Raises
    ------
    PredictionError
        When a score of a locus that may be chosen is not a finite number.
    """
    if not np.isfinite(score[~is_excluded]).all():
        n_bad = int((~np.isfinite(score[~is_excluded])).sum())
        raise PredictionError(
            f"{n_bad} scores of new loci are not finite, so they cannot be ranked: train again with another seed, "
            "and report this with the run's folder"
        )
    masked = np.where(is_excluded, -np.inf, score.astype(np.float64))
    order = np.argsort(-masked, axis=1, kind="stable")[:, :k]
    chosen = np.take_along_axis(masked, order, axis=1)
    is_there = np.isfinite(chosen)
    return TopLoci(block=np.where(is_there, order, -1), score=np.where(is_there, chosen, np.nan))

"""How many SNP-RNA associations a model of SNP-CpG edges recapitulates, beside matched random SNPs."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.pinsage.bipartite import BoolArray, IntArray
from models.pinsage.block_means import block_means
from models.pinsage.errors import GraphError
from models.pinsage.evaluation import Measure

Counts = NDArray[np.float64]
Neighbours = Callable[[IntArray], IntArray]
"""From SNPs (n,) to their nearest SNPs (n, k), best first, -1 where there are fewer; never the SNP itself."""

_N_DEGREE_BINS, _N_LD_BINS = 10, 5


@dataclass(frozen=True, eq=False)
class Associations:
    """SNP-RNA associations, one entry a pair, sorted by RNA, then SNP.

    Attributes
    ----------
    snp, rna
        Ids.
    """

    snp: IntArray
    rna: IntArray

    def __len__(self) -> int:
        return int(self.snp.size)


@dataclass(frozen=True, eq=False)
class Recapitulated:
    """What each possible association came to, and each prediction.

    Attributes
    ----------
    associations
        The associations asked about.
    is_found
        The SNP is among the nearest of one of the RNA's other SNPs.
    expected
        Probability that a random SNP of like degree and LD score, not associated with the RNA, would have been.
    predicted_snp, is_right
        One entry a predicted (SNP, RNA) pair: the SNP, and whether it is associated.
    """

    associations: Associations
    is_found: BoolArray
    expected: Counts
    predicted_snp: IntArray
    is_right: BoolArray


@dataclass(frozen=True)
class RecapitulationRow:
    """Figures of one k.

    Attributes
    ----------
    k
        Nearest SNPs looked at.
    n_possible, n_rnas
        Possible associations, and RNAs with any.
    n_found
        Recapitulated ones, the mean over fits.
    share
        n_found / n_possible.
    matched
        Exact expectation of the share for random SNPs of like degree and LD score.
    excess
        share - matched, resampled together.
    n_predicted
        (SNP, RNA) pairs that the nearest SNPs amount to, the mean over fits.
    precision
        Those of them that are associations.
    """

    k: int
    n_possible: int
    n_rnas: int
    n_found: float
    share: Measure
    matched: Measure
    excess: Measure
    n_predicted: float
    precision: Measure


def possible_associations(
    snp: IntArray, rna: IntArray, is_in_graph: BoolArray, *, snp_block: IntArray | None = None
) -> Associations:
    """Keep the associations whose SNP is in the graph and whose RNA has another SNP in it; repeats count once.

    Parameters
    ----------
    snp, rna
        One entry an association.
    is_in_graph
        Shape (n_snps,): the SNP has an edge that the model was trained on.
    snp_block
        Shape (n_snps,): where given, the other SNP must lie in another LD block.
    """
    known = is_in_graph[snp]
    rna, snp = np.unique(np.stack([rna[known], snp[known]]), axis=1).astype(np.int32)
    group = np.zeros(snp.size, dtype=np.int32) if snp_block is None else snp_block[snp]
    _, own_rna, n_of_rna = np.unique(rna, return_inverse=True, return_counts=True)
    _, own_unit, n_of_unit = np.unique(np.stack([rna, group]), axis=1, return_inverse=True, return_counts=True)
    n_other = n_of_rna[own_rna] - (1 if snp_block is None else n_of_unit[own_unit.ravel()])
    return Associations(snp[n_other > 0], rna[n_other > 0])


def match_bins(degree: NDArray[np.int64], ld_score: Counts, is_in_graph: BoolArray) -> IntArray:
    """Put SNPs of like degree (tenths) and, within those, like LD score (fifths) into one bin; -1 outside the graph.

    Parameters
    ----------
    degree
        Shape (n_snps,): edges of each SNP.
    ld_score
        Shape (n_snps,): NaN where unknown; these SNPs have bins of their own.
    is_in_graph
        Shape (n_snps,).
    """
    bins = np.full(degree.size, -1, dtype=np.int32)
    chosen = np.flatnonzero(is_in_graph)
    of_degree = _quantile_bin(degree[chosen].astype(np.float64), _N_DEGREE_BINS)
    for number in np.unique(of_degree):
        members = chosen[of_degree == number]
        bins[members] = number * (_N_LD_BINS + 1) + _quantile_bin(ld_score[members], _N_LD_BINS)
    return bins


def recapitulate(associations: Associations, neighbours: Neighbours, bins: IntArray) -> Recapitulated:
    """Look for each association's SNP among the nearest SNPs of the RNA's other SNPs.

    Parameters
    ----------
    associations
        Possible ones: each RNA has at least two SNPs.
    neighbours
        The model's nearest SNPs.
    bins
        Result of `match_bins`: the pool of random SNPs of an association is its bin without the RNA's own SNPs.

    Raises
    ------
    GraphError
        When an association's SNP has no bin.

    Notes
    -----
    The expectation is exact, not sampled: the number of SNPs of the pool that are among the nearest of the RNA's other
    SNPs, over the pool's size; an empty pool counts as 0.
    """
    if associations.snp.size and bins[associations.snp].min() < 0:
        raise GraphError("Every SNP of a possible association must be in the graph, one has no matching bin.")
    asked, query_of = np.unique(associations.snp, return_inverse=True)
    near = neighbours(asked)
    bin_size = np.bincount(bins[bins >= 0])
    start = np.flatnonzero(np.diff(associations.rna, prepend=-1))
    parts = [
        _of_rna(associations.snp[low:high], near[query_of[low:high]], bins, bin_size)
        for low, high in itertools.pairwise([*start, len(associations)])
    ]
    found, expected, predicted, right = (
        np.concatenate([part[at] for part in parts]) if parts else np.zeros(0) for at in range(4)
    )
    return Recapitulated(
        associations, found.astype(np.bool_), expected, predicted.astype(np.int32), right.astype(np.bool_)
    )


def summarise(
    runs: Sequence[Recapitulated], k: int, snp_block: IntArray, *, n_bootstrap: int = 1000, seed: int = 0
) -> RecapitulationRow:
    """Average over fits with different seeds, with 95 % intervals from resampled LD blocks.

    Parameters
    ----------
    runs
        One a fit, all of the same associations.
    k
        Nearest SNPs looked at.
    snp_block
        Shape (n_snps,): the blocks of the associated, or predicted, SNPs are resampled.
    n_bootstrap, seed
        Of the bootstrap.
    """
    asked = runs[0].associations
    is_found = np.mean([run.is_found for run in runs], axis=0)
    expected = np.mean([run.expected for run in runs], axis=0)
    predicted = np.concatenate([run.predicted_snp for run in runs])
    is_right = np.concatenate([run.is_right for run in runs]).astype(np.float64)
    values = np.stack([is_found, expected, is_found - expected], axis=1)
    share, matched, excess = block_means(values, snp_block[asked.snp], n_bootstrap=n_bootstrap, seed=seed)
    (precision,) = block_means(is_right[:, None], snp_block[predicted], n_bootstrap=n_bootstrap, seed=seed)
    return RecapitulationRow(
        k=k,
        n_possible=len(asked),
        n_rnas=int(np.unique(asked.rna).size),
        n_found=float(is_found.sum()),
        share=share,
        matched=matched,
        excess=excess,
        n_predicted=predicted.size / len(runs),
        precision=precision,
    )


def _of_rna(
    snps: IntArray, near: IntArray, bins: IntArray, bin_size: NDArray[np.intp]
) -> tuple[BoolArray, Counts, IntArray, BoolArray]:
    """One RNA: found, expected (one entry a SNP of it), predicted SNPs, which of them are right.

    A SNP that is near only one of the RNA's SNPs is no evidence for that one itself.
    """
    query, place = np.nonzero(near >= 0)
    predicted, at, n_queries = np.unique(near[query, place], return_inverse=True, return_counts=True)
    is_right = np.isin(predicted, snps)
    sole = np.full(predicted.size, -1, dtype=np.intp)
    sole[at] = query
    sole[n_queries > 1] = -1
    is_found = np.isin(snps, predicted)
    wrong = ~is_right & (bins[predicted] >= 0)
    n_bins = bin_size.size
    reached = np.bincount(bins[predicted[wrong]], minlength=n_bins)
    own = np.bincount(bins[snps], minlength=n_bins)
    own_bin = bins[snps]
    only_by_itself = np.zeros(snps.size)
    lonely = wrong & (sole >= 0)
    same_bin = lonely & (bins[predicted] == own_bin[sole])
    np.add.at(only_by_itself, sole[same_bin], 1.0)
    pool = bin_size[own_bin] - own[own_bin]
    expected = np.divide(reached[own_bin] - only_by_itself, pool, out=np.zeros(snps.size), where=pool > 0)
    return is_found, expected, predicted, is_right


def _quantile_bin(values: Counts, n_bins: int) -> IntArray:
    """Number equal values alike, from 0 up; NaN gets the number n_bins."""
    bins = np.full(values.size, n_bins, dtype=np.int32)
    known = np.isfinite(values)
    if known.any():
        edges = np.unique(np.quantile(values[known], np.arange(1, n_bins) / n_bins))
        bins[known] = np.searchsorted(edges, values[known], side="left")
    return bins

"""Metrics of a full ranking: recall, precision and AUC of each held-out pair, its subsets, and degree-matched nulls."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.pinsage.bipartite import BipartiteGraph, BoolArray, LocusPairs
from models.pinsage.ranking import Places, Ranks, Scorer, known_mask

RECALL_CUTOFFS = (10, 50, 100)
MHC_BP = (25_000_000, 34_000_000)
_N_DECILES = 10
_CHUNK_MOLECULES = 1024


@dataclass(frozen=True, eq=False)
class PairMetrics:
    """What each held-out pair reached; means over any subset of pairs are the reported figures.

    Attributes
    ----------
    recall_10, recall_50, recall_100
        1 where the rank is within the cutoff, else 0.
    reciprocal_rank
        1 / rank; its mean is the MRR.
    precision
        Share of held-out loci of the same molecule among all loci down to the pair's place. Its mean over a molecule's
        pairs is the average precision (AUPRC) of the molecule's full ranking.
    auc
        Share of the molecule's loci that are neither known nor held out and rank below the pair; ties count half.
    """

    recall_10: NDArray[np.float64]
    recall_50: NDArray[np.float64]
    recall_100: NDArray[np.float64]
    reciprocal_rank: NDArray[np.float64]
    precision: NDArray[np.float64]
    auc: NDArray[np.float64]

    def mean(self, chosen: BoolArray) -> dict[str, float]:
        """Give the mean of every metric over the chosen pairs; NaN where none is chosen."""
        named = vars(self).items()
        return {name: float(values[chosen].mean()) if chosen.any() else float("nan") for name, values in named}


def pair_metrics(ranks: Ranks, training: LocusPairs, targets: LocusPairs, *, n_blocks: int) -> PairMetrics:
    """Compute the metrics of each ranked pair from its mean rank.

    Parameters
    ----------
    ranks
        Result of `rank_targets`: rank of each target among the blocks not known for its molecule.
    training, targets
        Known and held-out pairs, each sorted by molecule.
    n_blocks
        Number of loci ranked, the known ones included.
    """
    n_known = _count_of_molecule(training.molecule, targets.molecule)
    above, n_held_out = _held_out_above(ranks, targets.molecule)
    n_others = n_blocks - n_known - n_held_out
    others_above = ranks - 1.0 - above
    auc = np.divide(n_others - others_above, n_others, out=np.ones_like(ranks), where=n_others > 0)
    recall_10, recall_50, recall_100 = ((ranks <= cutoff).astype(np.float64) for cutoff in RECALL_CUTOFFS)
    return PairMetrics(recall_10, recall_50, recall_100, 1.0 / ranks, (1.0 + above) / ranks, auc)


def spread_ties(metrics: PairMetrics, places: Places) -> PairMetrics:
    """Replace recall and 1 / rank by their expectation over random orders of tied loci.

    At the mean rank a method that scores all of n loci alike has recall 0 at every cutoff below n / 2; at the expected
    one it has k / n, the chance level. Precision and AUC keep the mean rank.
    """
    best, n_places = places.rank - places.n_tied / 2.0, places.n_tied + 1.0
    recall_10, recall_50, recall_100 = (np.clip((k - best + 1.0) / n_places, 0.0, 1.0) for k in RECALL_CUTOFFS)
    harmonic = np.concatenate([[0.0], np.cumsum(1.0 / np.arange(1.0, (best + n_places).max(initial=1.0) + 1.0))])
    first, last = np.rint(best - 1.0).astype(np.intp), np.rint(best - 1.0 + n_places).astype(np.intp)
    reciprocal = (harmonic[last] - harmonic[first]) / n_places
    return PairMetrics(recall_10, recall_50, recall_100, reciprocal, metrics.precision, metrics.auc)


def subset_masks(
    graph: BipartiteGraph, training: LocusPairs, targets: LocusPairs, *, mhc_chromosome: int | None = None
) -> dict[str, BoolArray]:
    """Mark the subsets to report: all, trans only, without the MHC, and deciles of the locus's training degree.

    Parameters
    ----------
    graph
        Places of SNPs.
    training, targets
        Pairs; the degree of a block is its number of training pairs.
    mhc_chromosome
        The graph's number of chromosome 6; None = places are not a genome's, no such subset.

    Notes
    -----
    The MHC is 25 to 34 Mb of chromosome 6. A target whose lead SNP has no position stays in. Deciles are of the
    targets' degrees; equal degrees share a decile, so deciles may differ in size or be empty.
    """
    masks = {"all": np.ones(len(targets), dtype=np.bool_), "trans": targets.is_trans.copy()}
    if mhc_chromosome is not None:
        position = graph.snp_position_bp[targets.lead_snp]
        on_chromosome = graph.snp_chromosome[targets.lead_snp] == mhc_chromosome
        masks["without the MHC"] = ~(on_chromosome & (position >= MHC_BP[0]) & (position <= MHC_BP[1]))
    degree = np.bincount(training.block, minlength=graph.n_blocks)[targets.block]
    edges = np.quantile(degree, np.arange(1, _N_DECILES) / _N_DECILES)
    decile = np.searchsorted(edges, degree, side="left")
    for number in range(_N_DECILES):
        masks[f"degree decile {number + 1}"] = decile == number
    return masks


@dataclass(frozen=True)
class MatchedNull:
    """Recall beside that of random loci of the same degree.

    Attributes
    ----------
    cutoff, recall
        k, and the recall at k of the held-out pairs.
    expected, lower, upper
        Mean and 2.5 % and 97.5 % quantiles over the null sets.
    p
        (1 + null sets that reach the recall) / (1 + null sets).
    """

    cutoff: int
    recall: float
    expected: float
    lower: float
    upper: float
    p: float


def matched_null(
    scorer: Scorer,
    training: LocusPairs,
    targets: LocusPairs,
    *,
    seed: int,
    n_sets: int = 1000,
    n_nearest: int = 50,
) -> tuple[MatchedNull, ...]:
    """Compare recall with that of null sets: each target's locus replaced by a random one of nearly the same degree.

    Parameters
    ----------
    scorer, training, targets, seed
        As in `draw_matched_null`.
    n_sets, n_nearest
        As in `NullDesign`.

    Returns
    -------
    tuple of MatchedNull
        One for each of `RECALL_CUTOFFS`.
    """
    drawn = draw_matched_null(scorer, training, targets, seed=seed, design=NullDesign(n_sets, n_nearest))
    return compare_with_null(drawn.n_hits, drawn.null_hits, len(targets))


@dataclass(frozen=True, eq=False)
class NullDesign:
    """How null sets are drawn.

    Attributes
    ----------
    n_sets
        Null sets, at least 1,000 for a report.
    n_nearest
        A null locus is one of the blocks nearest in what they are matched on, neither known nor held out for the
        molecule.
    match_on
        Shape (n_blocks, properties): blocks are matched by Euclidean distance in these, each divided by its standard
        deviation, for example log degree, allele frequency and LD score. By default by training degree.
    """

    n_sets: int = 1000
    n_nearest: int = 50
    match_on: NDArray[np.float64] | None = None


@dataclass(frozen=True, eq=False)
class NullHits:
    """Hits at each of `RECALL_CUTOFFS`; those of several graphs may be added.

    Attributes
    ----------
    n_hits
        Shape (cutoffs,): held-out pairs within the cutoff.
    null_hits
        Shape (cutoffs, sets): the same in each null set.
    """

    n_hits: NDArray[np.int64]
    null_hits: NDArray[np.int64]


def draw_matched_null(
    scorer: Scorer, training: LocusPairs, targets: LocusPairs, *, seed: int, design: NullDesign
) -> NullHits:
    """Replace each target's locus by a random matched one, many times, and count the hits.

    Parameters
    ----------
    scorer
        From molecules to scores, shape (molecules, n_blocks).
    training, targets
        Known and held-out pairs, sorted by molecule.
    seed
        Of the draws.
    design
        How many sets, and what loci are matched on.
    """
    generator = np.random.default_rng([seed, 6])
    observed, drawn = np.empty(len(targets)), np.empty((len(targets), design.n_sets), dtype=np.float32)
    for low in range(0, len(targets), _CHUNK_MOLECULES):
        part = targets.select(np.arange(low, min(low + _CHUNK_MOLECULES, len(targets))))
        scores = scorer(part.molecule)
        is_known = known_mask(training, part.molecule, scores.shape[1])
        is_taken = is_known | known_mask(targets, part.molecule, scores.shape[1])
        degree = np.bincount(training.block, minlength=scores.shape[1])
        properties = degree[:, None].astype(np.float64) if design.match_on is None else _scaled(design.match_on)
        for row in range(len(part)):
            ranks = _ranks_of_all(scores[row], is_known[row])
            free = np.flatnonzero(~is_taken[row] & (degree > 0))
            pool = _nearest(properties, int(part.block[row]), free, design.n_nearest)
            observed[low + row] = ranks[part.block[row]]
            drawn[low + row] = ranks[generator.choice(pool, design.n_sets)] if pool.size else np.inf
    cutoffs = np.array(RECALL_CUTOFFS)
    null_hits = np.stack([(drawn <= cutoff).sum(axis=0) for cutoff in cutoffs])
    return NullHits((observed[None, :] <= cutoffs[:, None]).sum(axis=1), null_hits.astype(np.int64))


def compare_with_null(n_hits: NDArray[np.int64], null_hits: NDArray[np.int64], n_pairs: int) -> tuple[MatchedNull, ...]:
    """Compare the recall with the null sets', one result a cutoff; counts as in `NullHits`."""
    compared = []
    for place, cutoff in enumerate(RECALL_CUTOFFS):
        null = null_hits[place] / n_pairs
        lower, upper = np.quantile(null, [0.025, 0.975])
        p = (1 + int((null_hits[place] >= n_hits[place]).sum())) / (1 + null.size)
        recall = float(n_hits[place] / n_pairs)
        compared.append(MatchedNull(cutoff, recall, float(null.mean()), float(lower), float(upper), p))
    return tuple(compared)


def _count_of_molecule(molecule: NDArray[np.int32], asked: NDArray[np.int32]) -> NDArray[np.intp]:
    return np.searchsorted(molecule, asked, side="right") - np.searchsorted(molecule, asked, side="left")


def _held_out_above(ranks: Ranks, molecule: NDArray[np.int32]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Count the molecule's other held-out pairs above each pair (ties half), and all of its held-out pairs."""
    above = np.zeros(ranks.size)
    n_held_out = _count_of_molecule(molecule, molecule)
    start = np.searchsorted(molecule, molecule, side="left")
    for place in range(int(n_held_out.max(initial=0))):
        has = place < n_held_out
        other = np.where(has, start + place, 0)
        is_self = other == np.arange(ranks.size)
        step = (ranks[other] < ranks) + 0.5 * (ranks[other] == ranks)
        above += np.where(has & ~is_self, step, 0.0)
    return above, n_held_out


def _ranks_of_all(scores: NDArray[np.float32], is_known: BoolArray) -> Ranks:
    """Rank every unknown block of one molecule, ties the mean rank; known blocks are ranked last (infinity)."""
    ranks = np.full(scores.size, np.inf)
    own = -scores[~is_known]
    ordered = np.sort(own)
    first, last = np.searchsorted(ordered, own, side="left"), np.searchsorted(ordered, own, side="right")
    ranks[~is_known] = (first + 1 + last) / 2.0
    return ranks


def _scaled(properties: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = properties.std(axis=0)
    scaled: NDArray[np.float64] = np.divide(properties, spread, out=np.zeros_like(properties), where=spread > 0)
    return scaled


def _nearest(properties: NDArray[np.float64], block: int, free: NDArray[np.intp], n_nearest: int) -> NDArray[np.intp]:
    """Give the free blocks whose properties differ least, those tied with the last one too."""
    gap = ((properties[free] - properties[block]) ** 2).sum(axis=1)
    if free.size <= n_nearest:
        return free
    nearest: NDArray[np.intp] = free[gap <= np.partition(gap, n_nearest - 1)[n_nearest - 1]]
    return nearest

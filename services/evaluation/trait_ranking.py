"""Ranks LD blocks for traits by several methods, and the ranks that blocks of like degree get."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from models.pinsage import NotFiniteError, lead_pairs
from models.pinsage.hybrid import FittedHybrid
from models.pinsage.ld_jump import Place
from services.evaluation.dated_traits import DatedSplit, DatedTrait
from services.write_back.loci import LociOfSnapshot

CUTOFFS = (10, 50, 100)
PINSAGE, HYBRID, ALS_LD = "PinSage", "hybrid", "ALS-LD"
POPULARITY, EARLIER_TRAITS, NEAREST = "popularity", "earlier traits", "nearest position"
_N_DEGREE_BINS = 10
_OTHER_CHROMOSOME = -1e12

TraitScorer = Callable[[DatedTrait], NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class TraitRanks:
    """What one method gave each target; one entry a (trait, target block).

    Attributes
    ----------
    rank
        Among the blocks that are not known for the trait and have a SNP with a vector; ties take the mean.
    matched
        Shape (targets, cutoffs): share of the other such blocks of like degree that rank within the cutoff.
    """

    rank: NDArray[np.float64]
    matched: NDArray[np.float64]


def model_scorers(model: FittedHybrid) -> dict[str, TraitScorer]:
    """Give the scorers of a fitted hybrid: its own, and those of its two parts."""
    evidence = model.pinsage.evidence

    def of_als(trait: DatedTrait) -> NDArray[np.float64]:
        snp = np.unique(trait.query.query_snp).astype(np.int32)
        place = Place(snp, evidence.snp_block[snp], evidence.snp_position_bp[snp])
        return np.asarray(model.als_ld.score_query_blocks(place), dtype=np.float64)

    return {
        PINSAGE: lambda trait: np.asarray(model.pinsage.score_query_blocks(trait.query.query_snp), dtype=np.float64),
        HYBRID: lambda trait: np.asarray(model.score_query_blocks(trait.query.query_snp), dtype=np.float64),
        ALS_LD: of_als,
    }


def plain_scorers(loci: LociOfSnapshot, split: DatedSplit) -> dict[str, TraitScorer]:
    """Give the baselines that need no model: molecules of a block, its earlier traits, and its distance."""
    degree = block_degree(loci).astype(np.float64)
    earlier = split.n_earlier_traits.astype(np.float64)
    lead = loci.lead_snp
    chromosome = np.where(lead >= 0, loci.snapshot.graph.snp_chromosome[lead], -1)
    position = np.where(lead >= 0, loci.snapshot.graph.snp_position_bp[lead], 0)

    def nearest(trait: DatedTrait) -> NDArray[np.float64]:
        score = np.full(loci.n_blocks, _OTHER_CHROMOSOME)
        for code, places in trait.known_position_bp.items():
            here = np.flatnonzero(chromosome == code)
            score[here] = -np.abs(position[here][:, None] - places).min(axis=1)
        return score

    return {POPULARITY: lambda _trait: degree, EARLIER_TRAITS: lambda _trait: earlier, NEAREST: nearest}


def block_degree(loci: LociOfSnapshot) -> NDArray[np.int64]:
    """Number of molecules of each block, shape (n_blocks,)."""
    return np.bincount(lead_pairs(loci.snapshot.graph).block, minlength=loci.n_blocks)[: loci.n_blocks]


def rank_traits(traits: Sequence[DatedTrait], scorer: TraitScorer, loci: LociOfSnapshot, *, name: str) -> TraitRanks:
    """Rank every trait's targets.

    Parameters
    ----------
    traits
        Those to ask about.
    scorer
        From a trait to a score of each block.
    loci
        The snapshot; only blocks with a SNP that has a vector take part.
    name
        Of the method, for errors.

    Raises
    ------
    NotFiniteError
        When a score is not finite.
    """
    degree = block_degree(loci)
    ranks, matched = [np.zeros(0)], [np.zeros((0, len(CUTOFFS)))]
    for trait in traits:
        score = scorer(trait)
        if not np.isfinite(score).all():
            raise NotFiniteError(f"Scores of {name} must be finite; trait {trait.query.trait_id} got one that is not.")
        candidates = np.flatnonzero((loci.lead_snp >= 0) & ~trait.query.is_excluded)
        rank = rankdata(-score[candidates])
        place = np.searchsorted(candidates, trait.target_block)
        ranks.append(rank[place])
        matched.append(_matched(rank, place, degree[candidates]))
    return TraitRanks(np.concatenate(ranks), np.concatenate(matched))


def _matched(rank: NDArray[np.float64], place: NDArray[np.intp], degree: NDArray[np.int64]) -> NDArray[np.float64]:
    """For each target the share of other candidates in its tenth of degree that rank within each cutoff."""
    edges = np.unique(np.quantile(degree, np.arange(1, _N_DEGREE_BINS) / _N_DEGREE_BINS))
    bins = np.searchsorted(edges, degree, side="left")
    is_other = np.ones(rank.size, dtype=np.bool_)
    is_other[place] = False
    within = rank[:, None] <= np.array(CUTOFFS)
    shares = {}
    for number in np.unique(bins[place]):
        pool = is_other & (bins == number)
        shares[number] = within[pool].mean(axis=0) if pool.any() else np.zeros(len(CUTOFFS))
    return np.array([shares[number] for number in bins[place]]).reshape(-1, len(CUTOFFS))


def mean_ranks(runs: Sequence[Mapping[str, TraitRanks]], name: str) -> dict[str, NDArray[np.float64]]:
    """Average a method's figures over fits, one entry a target: recall and matched recall at each cutoff, 1 / rank."""
    chosen = [run[name] for run in runs]
    figures = {f"recall@{cutoff}": np.mean([ranks.rank <= cutoff for ranks in chosen], axis=0) for cutoff in CUTOFFS}
    figures["MRR"] = np.mean([1.0 / ranks.rank for ranks in chosen], axis=0)
    for at, cutoff in enumerate(CUTOFFS):
        figures[f"matched@{cutoff}"] = np.mean([ranks.matched[:, at] for ranks in chosen], axis=0)
    return figures

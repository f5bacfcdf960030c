"""The ranking protocol: which hidden pairs can be ranked, and the place of each among all loci not known."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.pinsage.bipartite import BipartiteGraph, BoolArray, FloatArray, LocusPairs
from models.pinsage.errors import NotFiniteError, TooFewPairsError
from models.pinsage.views import is_predictable

Ids = NDArray[np.integer[Any]]
Scorer = Callable[[Ids], FloatArray]
"""From molecule ids to scores of all blocks, shape (molecules, n_blocks), larger is better."""
Ranks = NDArray[np.float64]

_CHUNK_MOLECULES = 2048


def rankable_pairs(graph: BipartiteGraph, training: LocusPairs, hidden: LocusPairs) -> LocusPairs:
    """Select the hidden pairs whose block and molecule both occur in training.

    Raises
    ------
    TooFewPairsError
        When there is none.
    """
    both = LocusPairs(
        *(
            np.concatenate([getattr(part, name) for part in (training, hidden)])
            for name in ("block", "molecule", "cluster", "lead_snp", "is_trans")
        )
    )
    is_hidden = np.arange(len(both)) >= len(training)
    selected = both.select(is_predictable(both, is_hidden, graph.n_blocks, graph.n_molecules))
    if len(selected) == 0:
        raise TooFewPairsError(
            f"An evaluation needs held-out pairs whose block and molecule occur in training; none of {len(hidden)} "
            "held-out pairs does. Load more molecules with several loci, or hold out more."
        )
    return selected


@dataclass(frozen=True, eq=False)
class Places:
    """Where each target stands among the blocks that were ranked for its molecule.

    Attributes
    ----------
    rank
        Shape (pairs,): rank of the target, best = 1; ties take the mean rank.
    n_tied
        Shape (pairs,): other blocks with the same score.
    """

    rank: Ranks
    n_tied: Ranks


def rank_targets(scorer: Scorer, training: LocusPairs, targets: LocusPairs, *, name: str) -> Ranks:
    """Rank each target's block among all blocks not in training for its molecule; ties take the mean rank.

    Raises
    ------
    NotFiniteError
        When a score is NaN or infinite (a NaN would count as a hit).
    """
    return place_targets(scorer, training, targets, name=name).rank


def place_targets(
    scorer: Scorer, training: LocusPairs, targets: LocusPairs, *, name: str, is_candidate: BoolArray | None = None
) -> Places:
    """Place each target's block among the candidate blocks not in training for its molecule.

    Parameters
    ----------
    scorer, training, targets
        The method, what it knew, and the hidden pairs.
    name
        Of the method, for the error.
    is_candidate
        Shape (n_blocks,): blocks that are ranked; by default all.

    Raises
    ------
    NotFiniteError
        When a score is NaN or infinite (a NaN would count as a hit).
    """
    rank, n_tied = np.empty(len(targets), dtype=np.float64), np.empty(len(targets), dtype=np.float64)
    for low in range(0, len(targets), _CHUNK_MOLECULES):
        chunk = slice(low, low + _CHUNK_MOLECULES)
        molecule, block = targets.molecule[chunk], targets.block[chunk].astype(np.int64)
        scores = scorer(molecule)
        if not np.isfinite(scores).all():
            raise NotFiniteError(f"Scores must be finite, those of {name!r} are not; the evaluation stops.")
        is_left_out = known_mask(training, molecule, scores.shape[1])
        if is_candidate is not None:
            is_left_out |= ~is_candidate
        rank[chunk], n_tied[chunk] = _place(scores, is_left_out, block)
    return Places(rank, n_tied)


def known_mask(training: LocusPairs, molecule: NDArray[np.int32], n_blocks: int) -> BoolArray:
    """Mark the blocks already known in training, shape (molecules, n_blocks)."""
    low = np.searchsorted(training.molecule, molecule, side="left")
    n_known = np.searchsorted(training.molecule, molecule, side="right") - low
    row = np.repeat(np.arange(molecule.size), n_known)
    place = np.arange(row.size) - np.repeat(np.cumsum(n_known) - n_known, n_known) + np.repeat(low, n_known)
    mask = np.zeros((molecule.size, n_blocks), dtype=np.bool_)
    mask[row, training.block[place]] = True
    return mask


def mean_ranks(scores: FloatArray, is_known: BoolArray, block: NDArray[np.int64]) -> Ranks:
    """Rank one block a row among its unknown blocks, best first; ties take the mean rank."""
    return _place(scores, is_known, block)[0]


def _place(scores: FloatArray, is_left_out: BoolArray, block: NDArray[np.int64]) -> tuple[Ranks, Ranks]:
    """Give the mean rank of one block a row, and how many others share its score."""
    target = scores[np.arange(block.size), block][:, None]
    n_better = ((scores > target) & ~is_left_out).sum(axis=1)
    n_tied = ((scores == target) & ~is_left_out).sum(axis=1) - 1
    ranks: Ranks = 1.0 + n_better + n_tied / 2.0
    return ranks, n_tied.astype(np.float64)

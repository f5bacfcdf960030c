"""Scores of (LD block, molecule) pairs on one scale, and samples of pairs drawn as predictions are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.pinsage import locus_scores
from models.pinsage.bipartite import BipartiteGraph, BoolArray, LocusPairs, lead_pairs
from models.pinsage.ranking import Ids, Scorer, known_mask

_CHUNK_MOLECULES = 1024
_FURTHER_PER_MOLECULE = 20
MOST_MOLECULES = 20_000
"""Of more molecules, so many are drawn at random."""


@dataclass(frozen=True, eq=False)
class PairSample:
    """Candidate pairs: a molecule with a block not known for it; (n) each.

    Attributes
    ----------
    share
        Score on the scale of `log_shares`.
    log_expected
        Logarithm of (block's pairs + 1/2) times the molecule's pairs: what degrees alone expect, up to a constant.
    is_hit
        True for held-out pairs.
    block, rank
        LD block; rank among the molecule's candidates, 1 is best.
    weight
        Candidate pairs that each stands for: 1 for hits and for best-ranked ones, more for the others drawn.
    """

    share: NDArray[np.float64]
    log_expected: NDArray[np.float64]
    is_hit: BoolArray
    block: NDArray[np.int64]
    rank: NDArray[np.int64]
    weight: NDArray[np.float64]

    def select(self, chosen: BoolArray) -> "PairSample":
        """Give the pairs at a mask."""
        return PairSample(*(values[chosen] for values in vars(self).values()))


def log_shares(scores: NDArray[np.floating], is_open: BoolArray) -> NDArray[np.float64]:
    """Natural logarithm of each open locus's share of a softmax over the row's open loci; -inf for the others.

    Parameters
    ----------
    scores
        Raw scores, one row a molecule or trait, comparable within it (m, n_blocks).
    is_open
        Loci that may be predicted (m, n_blocks).

    Notes
    -----
    PinSage's loss is the softmax over a row's loci, so that the share is what it holds the locus's odds to be. It makes
    the rows of different molecules, and models with other scales of scores, comparable.
    """
    return np.where(is_open, locus_scores.log_shares(scores, ~is_open), -np.inf)


def best_shares(scorer: Scorer, known: LocusPairs, molecules: Ids, *, n_blocks: int, top: int) -> NDArray[np.float64]:
    """Shares of the `top` best new loci of each molecule, all in one array: what a graph would have predicted."""
    found = []
    for low in range(0, len(molecules), _CHUNK_MOLECULES):
        chunk = np.asarray(molecules[low : low + _CHUNK_MOLECULES], dtype=np.int32)
        shares = log_shares(scorer(chunk), ~known_mask(known, chunk, n_blocks))
        k = min(top, n_blocks)
        best = -np.partition(-shares, k - 1, axis=1)[:, :k]
        found.append(best[np.isfinite(best)])
    return np.sort(np.concatenate(found)) if found else np.zeros(0)


def some_molecules(molecules: NDArray[np.int32], generator: np.random.Generator) -> NDArray[np.int32]:
    """All of them, or `MOST_MOLECULES` at random, in their order."""
    if molecules.size <= MOST_MOLECULES:
        return molecules
    return np.sort(generator.choice(molecules, MOST_MOLECULES, replace=False))


def sample_pairs(
    scorer: Scorer,
    graph: BipartiteGraph,
    held_out: LocusPairs,
    *,
    minimum_known: int,
    top: int,
    seed: int,
) -> PairSample:
    """Draw candidate pairs as predictions are drawn: every molecule with enough known loci, every locus not known.

    Parameters
    ----------
    scorer
        From molecules to scores of all blocks, fitted without the held-out pairs.
    graph, held_out
        The graph without the held-out pairs, and those pairs sorted by molecule.
    minimum_known
        Pairs that a molecule must have among the known ones; whether it has a held-out one plays no part.
    top
        So many best candidates of each molecule are all taken, like every held-out pair; of the others 20 at random,
        each with the weight that stands for all of them.
    seed
        Of the draw.
    """
    known, n_blocks = lead_pairs(graph), graph.n_blocks
    n_known = np.bincount(known.molecule, minlength=graph.n_molecules)
    chosen = np.flatnonzero(n_known >= minimum_known).astype(np.int32)
    log_degree = np.log(np.bincount(known.block, minlength=n_blocks) + 0.5)
    generator = np.random.default_rng([seed, 19])
    chosen = some_molecules(chosen, generator)
    parts = []
    for low in range(0, chosen.size, _CHUNK_MOLECULES):
        molecule = chosen[low : low + _CHUNK_MOLECULES]
        is_open = ~known_mask(known, molecule, n_blocks)
        part = _sample_rows(
            log_shares(scorer(molecule), is_open), is_open, known_mask(held_out, molecule, n_blocks), top, generator
        )
        row, block = part.log_expected.astype(np.int64), part.block
        expected = log_degree[block] + np.log(n_known[molecule[row]])
        parts.append(PairSample(part.share, expected, part.is_hit, block, part.rank, part.weight))
    if not parts:
        none = np.zeros(0)
        whole = np.zeros(0, dtype=np.int64)
        return PairSample(none, none, np.zeros(0, dtype=np.bool_), whole, whole, none)
    return PairSample(*(np.concatenate(columns) for columns in zip(*(vars(p).values() for p in parts), strict=True)))


def _sample_rows(
    shares: NDArray[np.float64],
    is_open: BoolArray,
    is_hit: BoolArray,
    top: int,
    generator: np.random.Generator,
) -> PairSample:
    """Sample the candidates of some molecules; `log_expected` holds the row for now."""
    order = np.argsort(-shares, axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.broadcast_to(np.arange(1, shares.shape[1] + 1), shares.shape), axis=1)
    surely = is_open & (is_hit | (rank <= top))
    rest = is_open & ~surely
    n_rest = rest.sum(axis=1, keepdims=True)
    probability = np.minimum(_FURTHER_PER_MOLECULE / np.maximum(n_rest, 1), 1.0)
    drawn = rest & (generator.random(rest.shape) < probability)
    row, block = np.nonzero(surely | drawn)
    weight = np.where(surely[row, block], 1.0, 1.0 / probability[row, 0])
    at = (row, block)
    return PairSample(shares[at], row.astype(np.float64), is_hit[at] & is_open[at], block, rank[at], weight)

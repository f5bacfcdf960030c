"""Nearest rows of a table of vectors by inner product and bias, with ties broken the same way every time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.pinsage.bipartite import FloatArray, IntArray

_CHUNK_QUERIES = 64
_LOOKED_AT = 8
"""Candidates sorted for each one wanted, where a block may give only some; so many times more when that is too few."""


@dataclass(frozen=True, eq=False)
class Nodes:
    """Rows that ask or can be found: ids, LD blocks, and vectors of shape (rows, d)."""

    node: IntArray
    block: IntArray
    vectors: FloatArray


@dataclass(frozen=True)
class NeighbourRule:
    """How many neighbours, and which: as in FittedPinSage.nearest_snps."""

    k: int
    exclude_same_block: bool
    max_per_block: int | None


def nearest_rows(
    query: Nodes, candidates: Nodes, candidate_bias: FloatArray, rule: NeighbourRule
) -> tuple[IntArray, FloatArray]:
    """Find, for each query, the candidates with the largest inner product plus bias.

    Parameters
    ----------
    query, candidates
        A query never finds its own id, and finds nothing when its vector is 0.
    candidate_bias
        Shape (candidates,).
    rule
        How many and which.

    Returns
    -------
    (int32 array, float32 array), both of shape (queries, rule.k)
        Ids and scores, best first, ties to the earlier candidate; missing ones are -1 and 0.
    """
    found = np.full((query.node.size, rule.k), -1, dtype=np.int32)
    found_score = np.zeros((query.node.size, rule.k), dtype=np.float32)
    columns = np.ascontiguousarray(candidates.vectors.T)
    for low in range(0, query.node.size, _CHUNK_QUERIES):
        scores = query.vectors[low : low + _CHUNK_QUERIES] @ columns + candidate_bias
        for row in range(low, low + scores.shape[0]):
            if not query.vectors[row].any():
                continue
            allowed = candidates.node != query.node[row]
            if rule.exclude_same_block:
                allowed &= candidates.block != query.block[row]
            chosen = _best(scores[row - low], allowed, candidates.block, rule.k, rule.max_per_block)
            found[row, : chosen.size] = candidates.node[chosen]
            found_score[row, : chosen.size] = scores[row - low, chosen]
    return found, found_score


def _best(
    score: FloatArray, allowed: NDArray[np.bool_], block: IntArray, k: int, max_per_block: int | None
) -> NDArray[np.intp]:
    """Give the places of the k best allowed scores, best first, ties to the lower place."""
    place = np.flatnonzero(allowed)
    n_looked_at = k if max_per_block is None else _LOOKED_AT * k
    while True:
        ordered = _order_best(score, place, n_looked_at)
        n_ordered = ordered.size
        if max_per_block is not None:
            ordered = ordered[_rank_within(block[ordered]) < max_per_block]
        if ordered.size >= k or n_ordered == place.size:
            return ordered[:k]
        n_looked_at *= _LOOKED_AT


def _order_best(score: FloatArray, place: NDArray[np.intp], n: int) -> NDArray[np.intp]:
    """Order the n best places, and those with the score of the last of them, best first, ties to the lower place."""
    if place.size > n:
        threshold = np.partition(score[place], place.size - n)[place.size - n]
        place = place[score[place] >= threshold]
    return place[np.lexsort((place, -score[place]))]


def _rank_within(group: IntArray) -> NDArray[np.intp]:
    """Number the members of each group 0, 1, 2, ... in the order they come."""
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    first = np.searchsorted(ordered, ordered, side="left")
    rank = np.empty(group.size, dtype=np.intp)
    rank[order] = np.arange(group.size) - first
    return rank

"""Explanations: the walks that lead from query SNPs to a candidate SNP, with their probabilities."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.pinsage.bipartite import FloatArray, IntArray, LocusPairs
from models.pinsage.ld_jump import Place, jump_probabilities
from models.pinsage.settings import PinSageSettings

_MOST_BRIDGE_ENDS = 300


@dataclass(frozen=True, eq=False)
class LocusEvidence:
    """What explanations need to know.

    Attributes
    ----------
    pairs
        All (block, molecule) pairs of the training graph.
    snp_block, snp_position_bp
        Shape (n_snps,): block (-1 = none) and position.
    ld_scale_bp, ld_minimum
        The LD kernel of the fit.
    pair_weight
        Shape (pairs,): weight of each pair in walks (`cis_weight` where the molecule is at home in the block, else 1).
    """

    pairs: LocusPairs
    snp_block: IntArray
    snp_position_bp: NDArray[np.int64]
    ld_scale_bp: float
    ld_minimum: float
    pair_weight: FloatArray

    @cached_property
    def leads(self) -> tuple[Place, NDArray[np.intp]]:
        """The lead SNPs, ascending, with their places; and the number of each pair's lead among them."""
        snp, lead_of_pair = np.unique(self.pairs.lead_snp, return_inverse=True)
        return Place(snp.astype(np.int32), self.snp_block[snp], self.snp_position_bp[snp]), lead_of_pair

    @cached_property
    def degree(self) -> NDArray[np.float64]:
        """Weights of the pairs that each SNP leads, summed, shape (n_snps,)."""
        weighed = np.bincount(self.pairs.lead_snp, weights=self.pair_weight, minlength=self.snp_block.size)
        return weighed.astype(np.float64)

    @cached_property
    def n_loci(self) -> NDArray[np.intp]:
        """Number of loci of each molecule."""
        return np.bincount(self.pairs.molecule)


def evidence_of(
    pairs: LocusPairs,
    snp_block: IntArray,
    snp_position_bp: NDArray[np.int64],
    molecule_home_block: IntArray,
    settings: PinSageSettings,
) -> LocusEvidence:
    """Gather what explanations need of a fit; parameters as in `LocusEvidence` and `BipartiteGraph`."""
    weight = pairs.weights(molecule_home_block, settings.cis_weight)
    return LocusEvidence(pairs, snp_block, snp_position_bp, settings.ld_scale_bp, settings.ld_minimum, weight)


@dataclass(frozen=True, eq=False)
class EvidencePaths:
    """Paths query SNP -> lead -> molecule (-> bridge leads -> second molecule) -> lead -> candidate, best first.

    Attributes
    ----------
    query_snp, query_lead
        The query SNP and the lead SNP of its block that the walk goes on from (itself, or one in LD).
    molecule
        Molecule that the query's locus shares with the candidate's locus, or with the bridge.
    bridge_lead_in, bridge_lead_out, second_molecule
        For paths over two molecules: the bridge locus's leads of the first and of the second molecule, and the second
        molecule; -1 for direct paths.
    candidate_lead
        Lead SNP in the candidate's block.
    weight
        Probability of the walk times the LD of the candidate with `candidate_lead`.
    """

    query_snp: IntArray
    query_lead: IntArray
    molecule: IntArray
    bridge_lead_in: IntArray
    bridge_lead_out: IntArray
    second_molecule: IntArray
    candidate_lead: IntArray
    weight: FloatArray

    def __len__(self) -> int:
        return int(self.weight.size)


@dataclass(frozen=True, eq=False)
class _Ends:
    """Pairs that paths may start from or end in: pair number, SNP at that end, and weight."""

    pair: NDArray[np.intp]
    snp: IntArray
    weight: NDArray[np.float64]


def find_paths(evidence: LocusEvidence, query_snps: IntArray, candidate_snp: int, *, n_paths: int) -> EvidencePaths:
    """Find the strongest paths from query SNPs to a candidate SNP in another block.

    Direct paths (one shared molecule) come before paths over a bridge locus (two molecules) of equal weight; only
    `n_paths` are kept. Paths over a bridge start and end with the 300 strongest pairs at most. Query SNPs in the
    candidate's own block give none.

    Returns
    -------
    EvidencePaths
        May be empty.
    """
    ends = _ends(evidence, np.array([candidate_snp], dtype=np.int32), is_start=False)
    query = np.unique(query_snps[evidence.snp_block[query_snps] != evidence.snp_block[candidate_snp]])
    starts = _ends(evidence, query.astype(np.int32), is_start=True)
    direct = _direct(evidence, starts, ends)
    bridged = _bridged(evidence, _strongest(starts), _strongest(ends))
    nodes = np.concatenate([direct.nodes, bridged.nodes], axis=1)
    weight = np.concatenate([direct.weight, bridged.weight])
    order = np.lexsort((*nodes[::-1], nodes[3] >= 0, -weight))[:n_paths]
    return EvidencePaths(*nodes[:, order].astype(np.int32), weight[order].astype(np.float32))  # type: ignore[call-arg]


@dataclass(frozen=True, eq=False)
class _Paths:
    """Paths before sorting: seven rows of nodes (the columns of EvidencePaths in order) and the weights."""

    nodes: NDArray[np.int64]
    weight: NDArray[np.float64]


def _direct(evidence: LocusEvidence, starts: _Ends, ends: _Ends) -> _Paths:
    """Join starts and ends on their molecule."""
    pairs, n_loci = evidence.pairs, evidence.n_loci
    start, end = _join(pairs.molecule[starts.pair], pairs.molecule[ends.pair])
    molecule = pairs.molecule[starts.pair[start]]
    weight = starts.weight[start] * ends.weight[end] / np.maximum(n_loci[molecule] - 1, 1)
    none = np.full(start.size, -1, dtype=np.int64)
    lead = pairs.lead_snp
    here, there = lead[starts.pair[start]], lead[ends.pair[end]]
    return _Paths(np.stack([starts.snp[start], here, molecule, none, none, none, there]), weight)


def _bridged(evidence: LocusEvidence, starts: _Ends, ends: _Ends) -> _Paths:
    """Join starts -> molecule -> bridge lead ~ LD ~ bridge lead -> molecule -> ends."""
    pairs, n_loci = evidence.pairs, evidence.n_loci
    forward, out = _join(pairs.molecule[starts.pair], pairs.molecule)
    keep = pairs.block[out] != pairs.block[starts.pair[forward]]
    forward, out = forward[keep], out[keep]
    backward, back = _join(pairs.molecule[ends.pair], pairs.molecule)
    keep = pairs.block[back] != pairs.block[ends.pair[backward]]
    backward, back = backward[keep], back[keep]
    one, other = _join(pairs.block[out], pairs.block[back])
    differs = pairs.molecule[out[one]] != pairs.molecule[back[other]]
    one, other = one[differs], other[differs]
    lead_in, lead_out = pairs.lead_snp[out[one]], pairs.lead_snp[back[other]]
    ld = _ld(evidence, lead_in, lead_out)
    first, second = pairs.molecule[out[one]], pairs.molecule[back[other]]
    start, end = forward[one], backward[other]
    arriving, leaving = evidence.pair_weight[out[one]], evidence.pair_weight[back[other]]
    weight = starts.weight[start] * ends.weight[end] * ld * arriving * leaving / evidence.degree[lead_out]
    weight = weight / (np.maximum(n_loci[first] - 1, 1) * np.maximum(n_loci[second] - 1, 1))
    lead = pairs.lead_snp
    here, there = lead[starts.pair[start]], lead[ends.pair[end]]
    nodes = np.stack([starts.snp[start], here, first, lead_in, lead_out, second, there]).astype(np.int64)
    return _Paths(nodes[:, ld > 0], weight[ld > 0])


def _ends(evidence: LocusEvidence, snp: IntArray, *, is_start: bool) -> _Ends:
    """Give the pairs in LD with some SNPs; a start divides its probability among leads and their molecules."""
    lead, lead_of_pair = evidence.leads
    start = Place(snp, evidence.snp_block[snp], evidence.snp_position_bp[snp])
    degree = evidence.degree[lead.snp].astype(np.float32)
    jump = jump_probabilities(
        start, lead, scale_bp=evidence.ld_scale_bp, minimum=evidence.ld_minimum, lead_weight=degree
    ).tocoo()
    at, pair = _join(jump.col.astype(np.int64), lead_of_pair.astype(np.int64))
    weight = jump.data[at].astype(np.float64) * evidence.pair_weight[pair]
    weight = weight / degree[jump.col[at]] if is_start else weight
    return _Ends(pair, snp[jump.row[at]], weight)


def _strongest(ends: _Ends) -> _Ends:
    """Keep the strongest ends: a locus with thousands of molecules would give millions of paths over bridges."""
    kept = np.sort(np.lexsort((ends.pair, -ends.weight))[:_MOST_BRIDGE_ENDS])
    return _Ends(ends.pair[kept], ends.snp[kept], ends.weight[kept])


def _ld(evidence: LocusEvidence, one: IntArray, other: IntArray) -> NDArray[np.float64]:
    """Compute the LD kernel between SNPs of one block, entry by entry."""
    position, distant = evidence.snp_position_bp, np.float64(np.inf)
    known = (position[one] > 0) & (position[other] > 0)
    distance = np.where(known, np.abs(position[one] - position[other]), distant)
    kernel = np.exp(-np.where(one == other, 0.0, distance) / evidence.ld_scale_bp)
    return np.where(kernel >= evidence.ld_minimum, kernel, 0.0)


def _join(left: NDArray[np.integer[Any]], right: NDArray[np.integer[Any]]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Give all (left row, right row) with equal values, as an inner join does."""
    order = np.argsort(right, kind="stable")
    low = np.searchsorted(right[order], left, side="left")
    n_matches = np.searchsorted(right[order], left, side="right") - low
    row = np.repeat(np.arange(left.size), n_matches)
    before = np.repeat(np.cumsum(n_matches) - n_matches, n_matches)
    return row, order[np.arange(row.size) - before + np.repeat(low, n_matches)]

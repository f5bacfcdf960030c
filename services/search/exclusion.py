"""Keeps candidates away from what is known: by distance, by LD, and around genes where a known SNP has no place."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from loaders.builds import CHROMOSOME_RANKS
from services.graph.store import Store
from services.search.linkage import Linkage
from services.search.options import CandidateOptions
from services.search.query_snps import KnownHit
from services.search.snp_table import SnpTable

IndexArray = NDArray[np.int64]


class Reason(IntEnum):
    """Why a SNP is no candidate; the first that fits, in this order."""

    KEPT = 0
    NO_PLACE = 1
    NEAR_KNOWN_SNP = 2
    CORRELATED_WITH_KNOWN_SNP = 3
    SAME_LD_BLOCK = 4
    NEAR_GENE_OF_UNPLACED_SNP = 5


@dataclass(frozen=True, slots=True)
class GeneSurroundings:
    """The stretch around a gene of a known SNP that has no place in the reference build (1-based, ends included)."""

    chromosome: int
    start_bp: int
    end_bp: int


@dataclass(frozen=True, slots=True)
class Unplaced:
    """What is known of the places of known SNPs without a place in the reference build.

    Attributes
    ----------
    surroundings
        Stretches around their genes, which are excluded.
    n_by_gene
        Known SNPs handled by their genes.
    nowhere
        Known SNPs of which not even a gene is known; novelty cannot be assessed where they may lie.
    chromosomes
        Chromosomes on which SNPs of `nowhere` lie (codes).
    is_anywhere
        Whether one of them has no known chromosome, so that it may lie on any.
    """

    surroundings: tuple[GeneSurroundings, ...]
    n_by_gene: int
    nowhere: tuple[str, ...]
    chromosomes: tuple[int, ...]
    is_anywhere: bool


def place_unplaced_hits(
    store: Store, hits: Sequence[KnownHit], snps: SnpTable, *, build: str, gene_window_bp: int
) -> Unplaced:
    """Find the genes of the known SNPs that have no place in the reference build."""
    unplaced = [hit for hit in hits if not snps.is_placed[snps.index[hit.key]]]
    names = sorted({name for hit in unplaced for name in hit.mapped_genes})
    places: dict[str, list[GeneSurroundings]] = {}
    for row in store.read("search/places_of_genes", names=names, build=build) if names else ():
        around = GeneSurroundings(
            CHROMOSOME_RANKS.get(row["chromosome"] or "", 0),
            max(1, row["start_bp"] - gene_window_bp),
            row["end_bp"] + gene_window_bp,
        )
        places.setdefault(row["name"], []).append(around)
    nowhere = [hit.key for hit in unplaced if not any(name in places for name in hit.mapped_genes)]
    chromosomes = {int(snps.any_chromosome[snps.index[key]]) for key in nowhere}
    found = {around for listed in places.values() for around in listed}
    return Unplaced(
        surroundings=tuple(sorted(found, key=lambda around: (around.chromosome, around.start_bp, around.end_bp))),
        n_by_gene=len(unplaced) - len(nowhere),
        nowhere=tuple(nowhere),
        chromosomes=tuple(sorted(chromosomes - {0})),
        is_anywhere=0 in chromosomes,
    )


def exclude(
    snps: SnpTable, hits: IndexArray, unplaced: Unplaced, linkage: Linkage, options: CandidateOptions
) -> NDArray[np.int8]:
    """Reason for which each SNP of the table cannot be a candidate (codes of ``Reason``).

    Parameters
    ----------
    snps
        Any SNPs (n).
    hits
        Rows of the trait's known SNPs.
    unplaced
        Surroundings of the genes of those without a place.
    linkage
        Linkage of the same table.
    options
        Window and r² limit.
    """
    reason = np.zeros(len(snps.keys), dtype=np.int8)
    placed_hits = hits[snps.is_placed[hits]]
    _mark(reason, ~snps.is_placed, Reason.NO_PLACE)
    _mark(reason, distance_to_nearest(snps, placed_hits) <= options.window_bp, Reason.NEAR_KNOWN_SNP)
    free = np.flatnonzero(reason == Reason.KEPT)
    correlated = np.zeros(len(reason), dtype=np.bool_)
    correlated[free] = linkage.any_correlated(free, placed_hits)
    _mark(reason, correlated, Reason.CORRELATED_WITH_KNOWN_SNP)
    _mark(reason, _shares_block(snps, placed_hits, linkage), Reason.SAME_LD_BLOCK)
    _mark(reason, _is_inside(snps, unplaced.surroundings), Reason.NEAR_GENE_OF_UNPLACED_SNP)
    return reason


def is_novelty_assessed(snps: SnpTable, unplaced: Unplaced) -> NDArray[np.bool_]:
    """Whether every known SNP that may lie near each SNP has a place (n)."""
    if unplaced.is_anywhere:
        return np.zeros(len(snps.keys), dtype=np.bool_)
    return np.asarray(~np.isin(snps.chromosome, unplaced.chromosomes), dtype=np.bool_)


def distance_to_nearest(snps: SnpTable, hits: IndexArray) -> NDArray[np.float64]:
    """Base pairs from each SNP to the nearest of `hits`; infinite where its chromosome has none (n)."""
    nearest = np.full(len(snps.keys), np.inf)
    for code in np.unique(snps.chromosome[hits]):
        positions = np.sort(snps.position_bp[hits[snps.chromosome[hits] == code]])
        here = np.flatnonzero(snps.chromosome == code)
        at = np.searchsorted(positions, snps.position_bp[here])
        left = np.abs(snps.position_bp[here] - positions[np.maximum(at - 1, 0)])
        right = np.abs(positions[np.minimum(at, len(positions) - 1)] - snps.position_bp[here])
        nearest[here] = np.minimum(left, right)
    return nearest


def _mark(reason: NDArray[np.int8], applies: NDArray[np.bool_], code: Reason) -> None:
    reason[applies & (reason == Reason.KEPT)] = code


def _shares_block(snps: SnpTable, hits: IndexArray, linkage: Linkage) -> NDArray[np.bool_]:
    """Whether a known SNP lies in the same LD block and the panel has not both."""
    is_covered = linkage.is_covered
    all_blocks = {block for block in snps.block[hits] if block}
    uncovered_blocks = {block for block in snps.block[hits[~is_covered[hits]]] if block}
    in_any = np.array([block in all_blocks for block in snps.block], dtype=np.bool_)
    in_uncovered = np.array([block in uncovered_blocks for block in snps.block], dtype=np.bool_)
    return np.where(is_covered, in_uncovered, in_any)


def _is_inside(snps: SnpTable, surroundings: Sequence[GeneSurroundings]) -> NDArray[np.bool_]:
    inside = np.zeros(len(snps.keys), dtype=np.bool_)
    for around in surroundings:
        between = (snps.position_bp >= around.start_bp) & (snps.position_bp <= around.end_bp)
        inside |= between & (snps.chromosome == around.chromosome)
    return inside

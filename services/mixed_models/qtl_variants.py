"""The SNPs of a map, sorted by place, and what the people analysed say of each."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from models.association.covariate_basis import covariate_basis
from models.association.qtl_pairs import Pairs
from models.association.scan_filters import ScanFilters, prepare_block
from models.genotype_blocks import BlockReader, iterate_blocks
from services.mixed_models.people import AnalysedPeople
from services.mixed_models.variants import ChosenVariants, choose_variants

PAIRS_AT_A_TIME = 65_536


@dataclasses.dataclass(frozen=True, slots=True)
class SnpFacts:
    """SNPs among everybody analysed.

    Attributes
    ----------
    frequency
        Of allele 1; NaN where nobody is seen, ``[m]``.
    n_missing
        People without a dosage, ``[m]``.
    reason
        Of `scan_filters`: tested or why not, ``[m]``.
    """

    frequency: NDArray[np.float64]
    n_missing: NDArray[np.int32]
    reason: NDArray[np.int8]


def sorted_variants(people: AnalysedPeople) -> tuple[ChosenVariants, int]:
    """The SNPs with a place, each chromosome's by position, and how many have none."""
    chosen = choose_variants(people.dosages, needs_chromosome=True)
    position = chosen.table["position_bp"].fill_null(0).to_numpy()
    chromosome = np.unique(np.array(chosen.chromosomes), return_inverse=True)[1].reshape(-1)
    blocks = np.cumsum(np.r_[0, np.diff(chromosome) != 0]) if chromosome.size else chromosome
    order = np.lexsort((position, blocks))
    order = order[position[order] > 0]
    n_lost = people.dosages.n_variants - int(order.size)
    names = tuple(chosen.chromosomes[at] for at in order.tolist())
    return dataclasses.replace(chosen, index=chosen.index[order], table=chosen.table[order], chromosomes=names), n_lost


def read_snp_facts(reader: BlockReader, n_snps: int, people: AnalysedPeople, filters: ScanFilters) -> SnpFacts:
    """Count, and judge by the filters, the SNPs among everybody analysed.

    Raises
    ------
    AssociationError
        If covariates are sums of each other or there are too few people.
    """
    basis = np.ascontiguousarray(covariate_basis(people.covariates, people.n_people).columns[:, 1:])
    facts = SnpFacts(np.full(n_snps, np.nan), np.zeros(n_snps, np.int32), np.zeros(n_snps, np.int8))
    for first, block in iterate_blocks(reader, n_snps, people.n_people):
        prepared = prepare_block(block, basis, filters)
        rows = slice(first, first + prepared.reason.size)
        facts.frequency[rows], facts.n_missing[rows] = prepared.frequency, prepared.n_missing
        facts.reason[rows] = prepared.reason
    return facts


def count_people(reader: BlockReader, facts: SnpFacts, pairs: Pairs, traits: NDArray[np.float64]) -> NDArray[np.int32]:
    """People with both the SNP and the trait of each pair.

    Parameters
    ----------
    reader
        Of the people analysed.
    facts
        From `read_snp_facts`.
    pairs
        By their numbers.
    traits
        NaN where missing, ``[n, t]``.
    """
    n_people, has_trait = traits.shape[0], np.asarray(~np.isnan(traits))
    n_with_trait = np.asarray(has_trait.sum(axis=0), np.int32)
    found: NDArray[np.int32] = n_with_trait[pairs.trait] - facts.n_missing[pairs.snp]
    is_hard = (facts.n_missing[pairs.snp] > 0) & (n_with_trait < n_people)[pairs.trait]
    hard = np.flatnonzero(is_hard)[np.argsort(pairs.snp[is_hard], kind="stable")]
    if not hard.size:
        return found
    n_snps, snp = facts.reason.size, pairs.snp[hard]
    for first, block in iterate_blocks(reader, n_snps, n_people):
        is_seen = ~np.isnan(block)
        inside = hard[slice(*np.searchsorted(snp, [first, first + len(block)]))]
        for start in range(0, inside.size, PAIRS_AT_A_TIME):
            part = inside[start : start + PAIRS_AT_A_TIME]
            both = is_seen[pairs.snp[part] - first] & has_trait.T[pairs.trait[part]]
            found[part] = both.sum(axis=1)
    return found

"""Pairs of SNPs and traits: the strongest kept in bounded memory, all of them counted."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from models.association.qtl_options import KeptPairs

FloatArray = NDArray[np.float64]
ROOM = 2
"""Pairs held, relative to those kept, before the weaker ones are thrown away."""


@dataclasses.dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of SNPs and traits with their tests, ``[p]`` each.

    `snp`, `trait` are numbers; `beta` is the effect of allele 1 on the trait, `se` its error.
    """

    snp: NDArray[np.int64]
    trait: NDArray[np.int64]
    beta: FloatArray
    se: FloatArray
    neg_log10_p: FloatArray

    def take(self, chosen: NDArray[np.int64]) -> Pairs:
        """Some of the pairs, in the order of `chosen`."""
        return Pairs(*(getattr(self, field.name)[chosen] for field in dataclasses.fields(self)))


@dataclasses.dataclass(frozen=True, slots=True)
class PairMap:
    """What a cis or trans map found.

    Attributes
    ----------
    pairs
        Those kept, by trait, then SNP.
    n_tested
        Pairs tested for each trait, kept or not: what multiple testing counts, ``[t]``.
    lead_snp
        The trait's SNP of the smallest p among the tested ones, the first of equals, -1 where none was tested or none
        reached the bar, ``[t]``.
    lead_neg_log10_p
        Its -log10 p, NaN where there is none, ``[t]``.
    n_passing
        Pairs that reached the bar.
    """

    pairs: Pairs
    n_tested: NDArray[np.int64]
    lead_snp: NDArray[np.int64]
    lead_neg_log10_p: FloatArray
    n_passing: int

    @property
    def n_pairs_tested(self) -> int:
        """Pairs tested in all."""
        return int(self.n_tested.sum())

    @property
    def is_cut(self) -> bool:
        """Whether more pairs reached the bar than are kept; the strongest were kept."""
        return self.n_passing > self.pairs.snp.size


class PairKeeper:
    """Takes in pairs that reached the bar, and keeps the strongest."""

    def __init__(self, n_traits: int, kept: KeptPairs) -> None:
        self._most, self._held, self._parts, self._n_passing = kept.most_pairs, 0, list[Pairs](), 0
        self.n_tested = np.zeros(n_traits, np.int64)
        self._lead_snp = np.full(n_traits, -1, np.int64)
        self._lead = np.full(n_traits, -np.inf)

    def add(self, pairs: Pairs) -> None:
        """Take in pairs."""
        if not pairs.snp.size:
            return
        self._update_leads(pairs)
        self._parts.append(pairs)
        self._n_passing += pairs.snp.size
        self._held += pairs.snp.size
        if self._held > ROOM * self._most:
            self._parts = [_strongest(_joined(self._parts), self._most)]
            self._held = self._parts[0].snp.size

    def finish(self) -> PairMap:
        """The map."""
        pairs = _strongest(_joined(self._parts), self._most)
        pairs = pairs.take(np.lexsort((pairs.snp, pairs.trait)))
        lead = np.where(self._lead_snp >= 0, self._lead, np.nan)
        return PairMap(pairs, self.n_tested, self._lead_snp, lead, self._n_passing)

    def _update_leads(self, pairs: Pairs) -> None:
        order = np.lexsort((pairs.snp, -pairs.neg_log10_p, pairs.trait))
        trait, first = np.unique(pairs.trait[order], return_index=True)
        best = order[first]
        value = pairs.neg_log10_p[best]
        is_better = value > self._lead[trait]
        self._lead[trait[is_better]] = value[is_better]
        self._lead_snp[trait[is_better]] = pairs.snp[best][is_better]


def _joined(parts: list[Pairs]) -> Pairs:
    if not parts:
        nothing, empty = np.zeros(0, np.int64), np.zeros(0)
        return Pairs(nothing, nothing, empty, empty, empty)
    return Pairs(*(np.concatenate([getattr(one, field.name) for one in parts]) for field in dataclasses.fields(Pairs)))


def _strongest(pairs: Pairs, most: int) -> Pairs:
    """At most so many; of equals at the edge, those of the first SNPs and traits."""
    if pairs.snp.size <= most:
        return pairs
    return pairs.take(np.lexsort((pairs.trait, pairs.snp, -pairs.neg_log10_p))[:most])

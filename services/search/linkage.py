"""Linkage between SNPs: r² from a panel where it covers both, else the same LD block or a short distance.

Where a run of LD scores of the same panel left its pairs in the graph, they answer within its window; the genotypes
answer for the rest, and both say the same.
"""

import numpy as np
from numpy.typing import NDArray

from models.association import squared_correlation
from services.search.ld_pairs import KnownPairs, PairSource
from services.search.ld_panel import LdPanel, match_panel, read_genotypes
from services.search.snp_table import SnpTable

IndexArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

LONGEST_LD_BP = 10_000_000
"""r² is asked for up to this distance (the MHC, the longest stretch of LD, spans 9 Mb); beyond it chance rules."""

_CHUNK = 2_000


class Linkage:
    """Answers which SNPs of a table are linked; genotypes once read are kept."""

    def __init__(
        self,
        snps: SnpTable,
        *,
        r_squared: float,
        window_bp: int,
        panel: LdPanel | None = None,
        build: str = "GRCh37",
        pairs: PairSource | None = None,
    ) -> None:
        self.snps = snps
        self.r_squared = r_squared
        self.window_bp = window_bp
        self.panel = panel
        none = np.full(len(snps.keys), -1, dtype=np.int64)
        self._variant = none if panel is None else match_panel(panel, snps, build)
        self._genotypes: dict[int, NDArray[np.int8]] = {}
        self._pairs = None if panel is None or pairs is None else KnownPairs.of(pairs, snps, build)

    @property
    def is_covered(self) -> BoolArray:
        """Whether the panel has each SNP (n)."""
        return np.asarray(self._variant >= 0)

    def is_linked(self, lead: int, others: IndexArray) -> BoolArray:
        """Whether each of `others` is linked to `lead`.

        Both in the panel: r² above the limit, on one chromosome within ``LONGEST_LD_BP``. Else: the same LD block, or
        at most ``window_bp`` apart.
        """
        distance = self.distance(lead, others)
        by_place = (distance <= self.window_bp) | (self._same_block(lead, others) & np.isfinite(distance))
        in_panel = self.is_covered[others] & self.is_covered[lead]
        asked = in_panel & (distance <= LONGEST_LD_BP)
        linked = np.where(in_panel, False, by_place)
        if asked.any():
            linked[asked] = self._is_correlated(np.array([lead]), others[asked])[0]
        return np.asarray(linked, dtype=np.bool_)

    def any_correlated(self, snps: IndexArray, others: IndexArray) -> BoolArray:
        """Whether the r² of each of `snps` with any of `others` is above the limit; 0 where the panel lacks one."""
        correlated = np.zeros(len(snps), dtype=np.bool_)
        others = others[self.is_covered[others]]
        for code in np.unique(self.snps.chromosome[others]):
            partners = others[self.snps.chromosome[others] == code]
            here = np.flatnonzero((self.snps.chromosome[snps] == code) & self.is_covered[snps])
            for start in range(0, len(here), _CHUNK):
                part = here[start : start + _CHUNK]
                correlated[part] = self._any_correlated_on_chromosome(snps[part], partners)
        return correlated

    def distance(self, lead: int, others: IndexArray) -> NDArray[np.float64]:
        """Base pairs between `lead` and each of `others`; infinite on another chromosome or without a place."""
        snps = self.snps
        same = (snps.chromosome[others] == snps.chromosome[lead]) & (snps.chromosome[lead] > 0)
        return np.where(same, np.abs(snps.position_bp[others] - snps.position_bp[lead]), np.inf)

    def r_squared_between(self, first: IndexArray, second: IndexArray) -> NDArray[np.float64]:
        """r² of each pair of SNPs that the panel has (len(first), len(second))."""
        return squared_correlation(self._read(first), self._read(second))

    def source_of(self, snp: int) -> str:
        """Where knowledge of the SNP's linkage comes from: the panel, its LD block, or distance alone."""
        if self.panel is not None and self.is_covered[snp]:
            return f"r² of panel {self.panel.study_id} where it has both SNPs, else LD block"
        return "LD block" if self.snps.block[snp] else f"distance up to {self.window_bp:,} bp"

    def _any_correlated_on_chromosome(self, snps: IndexArray, partners: IndexArray) -> BoolArray:
        gap = np.abs(self.snps.position_bp[snps][:, None] - self.snps.position_bp[partners][None, :])
        near = gap <= LONGEST_LD_BP
        rows, columns = near.any(axis=1), near.any(axis=0)
        found = np.zeros(len(snps), dtype=np.bool_)
        if rows.any():
            correlated = self._is_correlated(snps[rows], partners[columns])
            found[rows] = (correlated & near[np.ix_(rows, columns)]).any(axis=1)
        return found

    def _is_correlated(self, first: IndexArray, second: IndexArray) -> BoolArray:
        """Whether the r² of each pair of SNPs that the panel has is above the limit (len(first), len(second))."""
        if self._pairs is None:
            return np.asarray(self.r_squared_between(first, second) > self.r_squared)
        known = self._pairs.answers_for(first, second)
        correlated = np.zeros(known.shape, dtype=np.bool_)
        if known.any():
            above, unsure = self._pairs.compare(first, second, self.r_squared)
            known &= ~unsure
            correlated[known] = above[known]
        rows, columns = ~known.all(axis=1), ~known.all(axis=0)
        if rows.any():
            part = np.ix_(rows, columns)
            above = self.r_squared_between(first[rows], second[columns]) > self.r_squared
            correlated[part] = np.where(known[part], correlated[part], above)
        return correlated

    def _same_block(self, lead: int, others: IndexArray) -> BoolArray:
        block = self.snps.block[lead]
        return np.asarray((self.snps.block[others] == block) & bool(block), dtype=np.bool_)

    def _read(self, snps: IndexArray) -> NDArray[np.int8]:
        variants = self._variant[snps]
        missing = np.array(sorted({int(variant) for variant in variants} - self._genotypes.keys()), dtype=np.int64)
        if missing.size and self.panel is not None:
            block = read_genotypes(self.panel, missing)
            self._genotypes.update({int(variant): block[:, column] for column, variant in enumerate(missing)})
        return np.stack([self._genotypes[int(variant)] for variant in variants], axis=1)

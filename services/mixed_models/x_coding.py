"""Chromosome X of men, who have most of it once: their one copy counts as two, and two different ones as missing."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from models.genotype_blocks import BlockReader


@dataclasses.dataclass(frozen=True, slots=True)
class XCoding:
    """Which genotypes are of one copy, and how many of them were heterozygous.

    Attributes
    ----------
    is_haploid
        SNPs that men have once, ``[m]``.
    is_male
        Of everybody genotyped, ``[n]``.
    n_heterozygous
        Men heterozygous at each SNP when it was last read, ``[m]``; filled by the readers.
    """

    is_haploid: NDArray[np.bool_]
    is_male: NDArray[np.bool_]
    n_heterozygous: NDArray[np.int64]

    def chosen(self, rows: NDArray[np.intp]) -> XCoding:
        """Of some of the SNPs, counted apart."""
        return XCoding(self.is_haploid[rows], self.is_male, np.zeros(rows.size, np.int64))

    def reader(self, read_block: BlockReader, people: NDArray[np.int64] | None) -> BlockReader:
        """The same reader with men's heterozygous genotypes as missing; a man's 0 and 2 stay as they are.

        Parameters
        ----------
        read_block
            Dosages of these SNPs for the people.
        people
            Rows of those genotyped; None for everybody.

        Notes
        -----
        A dosage nearer to 1 than to 0 and 2 (more than 0.5 from both) counts as heterozygous; others are kept as they
        are, so that the uncertainty of imputed ones is.
        """
        males = np.flatnonzero(self.is_male if people is None else self.is_male[people])

        def read(first: int, last: int) -> NDArray[np.float32]:
            block = read_block(first, last)
            rows = np.flatnonzero(self.is_haploid[first:last])
            if rows.size and males.size:
                at = np.ix_(rows, males)
                of_males = block[at]
                is_heterozygous = np.abs(of_males - 1.0) < 0.5
                of_males[is_heterozygous] = np.nan
                block[at] = of_males
                self.n_heterozygous[first + rows] = is_heterozygous.sum(axis=1)
            return block

        return read

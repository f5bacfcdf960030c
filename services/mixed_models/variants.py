"""The SNPs of an analysis in chromosome order, and readers of their dosages that tell how far they are."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.dosages import DosageFile
from models.association.scan_filters import SMALLEST_VARIANCE
from models.genotype_blocks import BlockReader, block_frequencies, iterate_blocks
from services.mixed_models.x_coding import XCoding

OnProgress = Callable[[int, int, str], None]
UNPLACED = ""
"""Name of the chromosome of SNPs that have none."""
SEX_AND_MITOCHONDRIAL: Final = ("X", "Y", "MT")
"""Chromosomes whose SNPs enter no kinship and no ridge."""


@dataclasses.dataclass(frozen=True, slots=True)
class ChosenVariants:
    """SNPs of a genotype file, each chromosome's standing together.

    Attributes
    ----------
    dosages
        The file.
    index
        Rows of its variants, ``[m]``.
    table
        The same rows of its table of variants; a position that is no place (0, or -9 in old maps) is null.
    chromosomes
        Of each, `UNPLACED` where the file names none.
    n_without_chromosome
        Variants left out because the analysis needs a chromosome.
    coding
        How men's genotypes on X are read; None for as they are written.
    """

    dosages: DosageFile
    index: NDArray[np.int64]
    table: pl.DataFrame
    chromosomes: tuple[str, ...]
    n_without_chromosome: int
    coding: XCoding | None = None

    @property
    def n_snps(self) -> int:
        """SNPs of the analysis."""
        return int(self.index.size)

    @property
    def n_chromosomes(self) -> int:
        """Chromosomes that they lie on, that of the unplaced counted."""
        return len(set(self.chromosomes))

    @property
    def is_autosomal(self) -> NDArray[np.bool_]:
        """Which lie on none of X, Y and MT, those without a chromosome among them, ``[m]``; all where none does."""
        found = ~self.lies_on(*SEX_AND_MITOCHONDRIAL)
        return found if found.any() else np.ones_like(found)

    def lies_on(self, *chromosomes: str) -> NDArray[np.bool_]:
        """Which lie on any of these chromosomes, ``[m]``."""
        return self.table["chromosome"].is_in(chromosomes).fill_null(value=False).to_numpy()

    def reader(self, people: NDArray[np.int64] | None = None) -> BlockReader:
        """Dosages of these SNPs for rows of people, None for everybody."""
        is_whole = self.index.size == self.dosages.n_variants and bool((np.diff(self.index) == 1).all())
        reader = self.dosages.block_reader(people, None if is_whole else self.index)
        return reader if self.coding is None else self.coding.reader(reader, people)

    def chosen(self, rows: NDArray[np.intp]) -> ChosenVariants:
        """Some of them, in their order."""
        return dataclasses.replace(
            self,
            index=self.index[rows],
            table=self.table[rows],
            chromosomes=tuple(self.chromosomes[row] for row in rows),
            coding=None if self.coding is None else self.coding.chosen(rows),
        )


def choose_variants(dosages: DosageFile, *, needs_chromosome: bool) -> ChosenVariants:
    """Put the variants of a file into an order in which each chromosome's stand together.

    Parameters
    ----------
    dosages
        The file.
    needs_chromosome
        Whether variants without one (or on none of 1 to 22, X, Y, MT) are left out.
    """
    names = dosages.variants["chromosome"].fill_null(UNPLACED)
    order = {name: at for at, name in enumerate(names.unique(maintain_order=True).to_list())}
    index = np.argsort(names.replace_strict(order, return_dtype=pl.Int64).to_numpy(), kind="stable").astype(np.int64)
    if needs_chromosome:
        index = index[(names != UNPLACED).to_numpy()[index]]
    chosen = tuple(names[index].to_list())
    position = pl.col("position_bp")
    table = dosages.variants[index].with_columns(pl.when(position > 0).then(position).alias("position_bp"))
    return ChosenVariants(dosages, index, table, chosen, dosages.n_variants - int(index.size))


def watched(read_block: BlockReader, n_snps: int, text: str, on_progress: OnProgress) -> BlockReader:
    """The same reader, telling after each block how many SNPs were read."""

    def read(first: int, last: int) -> NDArray[np.float32]:
        block = read_block(first, last)
        on_progress(last, n_snps, text)
        return block

    return read


def passing_snps(
    read_block: BlockReader, n_snps: int, n_people: int, *, minimum_maf: float, maximum_missing: float
) -> NDArray[np.bool_]:
    """Which SNPs vary and have a rarer allele and a share of missing dosages within the bars, ``[m]``."""
    passes = np.zeros(n_snps, np.bool_)
    for first, block in iterate_blocks(read_block, n_snps, n_people):
        found = block_frequencies(block)
        with np.errstate(invalid="ignore"):
            is_common = (found.minor_allele_frequency >= minimum_maf) & (found.variance >= SMALLEST_VARIANCE)
        is_seen = (n_people - found.n_seen) / n_people <= maximum_missing
        passes[first : first + block.shape[0]] = is_common & is_seen & (found.n_seen > 0)
    return passes

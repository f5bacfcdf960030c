"""What level 0 of the stacked ridge hands to level 1: a column a block and penalty, standardised."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from models.association.chromosome_ranges import ChromosomeRange, count_snps
from models.association.covariate_basis import CovariateBasis
from models.association.errors import ScanOptionError
from models.association.ridge_level0 import predict_by_fold, predict_leaving_one_out, residualise_block
from models.association.ridge_options import Folds, RidgeOptions, shrinkages
from models.genotype_blocks import BlockReader, read_checked

FloatArray = NDArray[np.float64]
OnBlock = Callable[[int, int], None]


@dataclasses.dataclass(frozen=True, slots=True)
class RidgeTask:
    """What is predicted, people in the order of the folds.

    Attributes
    ----------
    traits
        Residualised traits of variance 1, 0 where unknown, ``[n, t]``.
    basis
        Their covariates.
    folds
        From `models.association.ridge_options.fold_people`.
    """

    traits: FloatArray
    basis: CovariateBasis
    folds: Folds


@dataclasses.dataclass(frozen=True, slots=True)
class RidgeColumns:
    """Level 0's predictions, all out of sample.

    Attributes
    ----------
    blocks
        Of each block ``[j, t, n]``, people in the order of the folds.
    groups
        Number of each column's chromosome, ``[p]``.
    n_snps, n_flat
        SNPs read, and those of them left out because they do not vary beyond the covariates.
    """

    blocks: list[NDArray[np.float32]]
    groups: NDArray[np.intp]
    n_snps: int
    n_flat: int

    def of(self, trait: int) -> FloatArray:
        """Columns of a trait, each of mean 0 and variance 1, ``[n, p]``."""
        columns = np.concatenate([block[:, trait] for block in self.blocks]).T.astype(np.float64)
        columns -= columns.mean(axis=0)
        columns /= np.sqrt(np.maximum(np.sum(columns * columns, axis=0) / (len(columns) - 1), 1e-30))
        return columns


def make_columns(
    read_block: BlockReader,
    ranges: Sequence[ChromosomeRange],
    task: RidgeTask,
    *,
    options: RidgeOptions,
    on_block: OnBlock | None = None,
) -> RidgeColumns:
    """Read all SNPs once, block by block, and predict the traits from each block.

    Parameters
    ----------
    read_block
        Dosages of n people in their own order.
    ranges
        The SNPs by chromosome; no block lies on two.
    task
        What is predicted.
    options
        Blocks and penalties.
    on_block
        Called with blocks done and blocks in all.

    Raises
    ------
    ScanOptionError
        If there are no SNPs.
    """
    traits, folds = task.traits, task.folds
    cuts = _cut(ranges, options.block_snps)
    n_snps = count_snps(ranges)
    penalties = shrinkages(options.level0_heritability, n_snps)
    blocks, n_flat = [], 0
    for done, (_, first, last) in enumerate(cuts, start=1):
        block = read_checked(read_block, first, last, n_people=len(traits))
        ready = residualise_block(block if folds.order is None else block[:, folds.order], task.basis.columns)
        n_flat += ready.n_flat
        blocks.append(
            predict_by_fold(ready.dosages, traits, penalties, folds.runs)
            if folds.runs
            else predict_leaving_one_out(ready.dosages, traits, penalties)
        )
        if on_block is not None:
            on_block(done, len(cuts))
    groups = np.repeat(np.array([number for number, _, _ in cuts], np.intp), penalties.size)
    return RidgeColumns(blocks, groups, n_snps, n_flat)


def _cut(ranges: Sequence[ChromosomeRange], size: int) -> list[tuple[int, int, int]]:
    """Blocks as (number of the chromosome, first, last)."""
    cuts = [
        (number, first, min(first + size, chromosome.last))
        for number, chromosome in enumerate(ranges)
        for first in range(chromosome.first, chromosome.last, size)
    ]
    if not cuts:
        raise ScanOptionError("there are no SNPs: give at least one chromosome with SNPs")
    return cuts

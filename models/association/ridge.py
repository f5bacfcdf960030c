"""Whole-genome regression for many people: ridge regressions of blocks, stacked, with each chromosome left out."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.association.chromosome_ranges import ChromosomeRange
from models.association.covariate_basis import CovariateBasis, covariate_basis
from models.association.errors import TraitError
from models.association.loco_predictions import LocoPredictions
from models.association.ridge_columns import OnBlock, RidgeColumns, RidgeTask, make_columns
from models.association.ridge_level1 import Stacked, stack_by_fold, stack_leaving_one_out
from models.association.ridge_options import RidgeOptions, check_options, fold_people, shrinkages
from models.genotype_blocks import BlockReader

FloatArray = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class RidgeFit:
    """The stacked regression of t traits of n people.

    Attributes
    ----------
    predictions
        With each chromosome left out; in units of each trait's residual standard deviation.
    whole
        From all chromosomes, out of sample, ``[t, n]``.
    scale
        Standard deviation of each trait once the covariates are taken out, ``[t]``.
    level1_heritability
        The one chosen for each trait, ``[t]``.
    mean_square_error
        Of each one tried, out of sample, in units of the variance, ``[t, q]``.
    n_blocks, n_snps, n_flat
        Blocks, SNPs read, SNPs of them left out because they do not vary beyond the covariates.
    n_missing
        People without each trait, who were given its mean, ``[t]``.
    validation, seed
        ``fold`` or ``one``, and the seed of the folds.
    """

    predictions: LocoPredictions
    whole: FloatArray
    scale: FloatArray
    level1_heritability: FloatArray
    mean_square_error: FloatArray
    n_blocks: int
    n_snps: int
    n_flat: int
    n_missing: NDArray[np.int64]
    validation: Literal["fold", "one"]
    seed: int | None


def fit_ridge(
    read_block: BlockReader,
    ranges: Sequence[ChromosomeRange],
    phenotypes: FloatArray,
    covariates: FloatArray | None = None,
    *,
    options: RidgeOptions | None = None,
    on_block: OnBlock | None = None,
) -> RidgeFit:
    """Predict traits from the whole genome but one chromosome, without an n by n matrix.

    Parameters
    ----------
    read_block
        Dosages of n people.
    ranges
        The SNPs by chromosome, from SNP 0 on without gaps.
    phenotypes
        ``[n, t]``, NaN where unknown (such a person gets the mean; leave out people who miss many).
    covariates
        ``[n, c]`` without an intercept, finite; None for none.
    options
        Blocks, penalties, folds.
    on_block
        Called with blocks done and blocks in all.

    Raises
    ------
    TraitError
        If a trait is unknown for all, or does not vary once the covariates are taken out.
    ScanOptionError
        If options cannot be used.

    Notes
    -----
    Level 0: ridge regressions of the residualised traits on each block of standardised SNPs under each penalty, all
    predictions out of sample. Level 1: a ridge regression on those, each of mean 0 and variance 1, its penalty the one
    with the least error out of sample. Leaving out a chromosome leaves out its blocks' columns, without a new fit.
    Memory: one block of SNPs and the level 0 predictions, ``4 n t j`` bytes a block.

    References
    ----------
    Mbatchou et al. 2021, doi:10.1038/s41588-021-00870-7, Methods ("Step 1").
    """
    settings = check_options(options or RidgeOptions())
    task, scale = _prepare(phenotypes, covariates, settings)
    columns = make_columns(read_block, ranges, task, options=settings, on_block=on_block)
    stacks = [_stack(columns, task, trait, settings) for trait in range(task.traits.shape[1])]
    whole = task.folds.undo(np.stack([stack.whole for stack in stacks]))
    shares = task.folds.undo(np.stack([stack.shares for stack in stacks], axis=1))
    errors = np.stack([stack.mean_square_error for stack in stacks])
    return RidgeFit(
        LocoPredictions(tuple(chromosome.name for chromosome in ranges), whole - shares),
        whole,
        scale,
        np.array(settings.level1_heritability)[errors.argmin(axis=1)],
        errors,
        n_blocks=len(columns.blocks),
        n_snps=columns.n_snps,
        n_flat=columns.n_flat,
        n_missing=np.isnan(np.asarray(phenotypes, np.float64)).sum(axis=0),
        validation=settings.validation,
        seed=None if task.folds.order is None else settings.seed,
    )


def _prepare(
    phenotypes: FloatArray, covariates: FloatArray | None, settings: RidgeOptions
) -> tuple[RidgeTask, FloatArray]:
    values = np.asarray(phenotypes, np.float64)
    if values.ndim != 2 or np.isinf(values).any():
        raise TraitError(f"phenotypes have shape {values.shape}: give [people, traits], finite, NaN where unknown")
    folds = fold_people(len(values), settings)
    given = None if covariates is None else np.asarray(covariates, np.float64)
    basis = covariate_basis(given, len(values))
    if folds.order is not None:
        values, basis = values[folds.order], dataclasses.replace(basis, columns=basis.columns[folds.order])
        given = None if given is None else given[folds.order]
    traits, scale = _residual_traits(values, given, basis)
    return RidgeTask(traits, basis, folds), scale


def _residual_traits(
    values: FloatArray, covariates: FloatArray | None, basis: CovariateBasis
) -> tuple[FloatArray, FloatArray]:
    """Traits less covariates, of variance 1, 0 where unknown; and their standard deviations."""
    traits, scale = np.zeros_like(values), np.empty(values.shape[1])
    for trait, column in enumerate(values.T):
        known = np.flatnonzero(~np.isnan(column))
        if not known.size:
            raise TraitError(f"trait {trait} (counted from 0) is unknown for all people: leave it out")
        is_whole = known.size == len(values)
        own = basis if is_whole else covariate_basis(None if covariates is None else covariates[known], known.size)
        residuals = own.residuals(column[known])
        scale[trait] = np.sqrt(residuals @ residuals / own.residual_degrees_of_freedom)
        if scale[trait] <= 1e-10 * np.abs(column[known]).max():
            raise TraitError(
                f"trait {trait} (counted from 0) does not vary once the covariates are taken out: leave it out, or the "
                "covariate that equals it"
            )
        traits[known, trait] = residuals / scale[trait]
    return traits, scale


def _stack(columns: RidgeColumns, task: RidgeTask, trait: int, settings: RidgeOptions) -> Stacked:
    """Level 1 of one trait."""
    x, y, groups = columns.of(trait), task.traits[:, trait], columns.groups
    penalties = shrinkages(settings.level1_heritability, x.shape[1])
    if not task.folds.runs:
        return stack_leaving_one_out(x, y, penalties, groups=groups)
    return stack_by_fold(x, y, penalties, folds=task.folds.runs, groups=groups)

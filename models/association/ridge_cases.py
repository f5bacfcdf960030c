"""Whole-genome regression of cases and controls: log odds from all chromosomes but one."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.association.chromosome_ranges import ChromosomeRange
from models.association.covariate_basis import covariate_basis
from models.association.errors import ScanOptionError, TraitError
from models.association.loco_predictions import LocoPredictions
from models.association.logistic_null import fit_logistic_null
from models.association.ridge_columns import OnBlock, RidgeTask, make_columns
from models.association.ridge_level1_cases import stack_cases_by_fold
from models.association.ridge_options import RidgeOptions, check_options, fold_people, shrinkages
from models.genotype_blocks import BlockReader

FloatArray = NDArray[np.float64]

LOGISTIC_VARIANCE: Final = np.pi**2 / 3.0
"""Variance of the logistic distribution: what 1 - h² stands for on the logit scale."""


@dataclasses.dataclass(frozen=True, slots=True)
class CaseRidgeFit:
    """The stacked regression of a case and control trait.

    Attributes
    ----------
    predictions
        Log odds with each chromosome left out, beside the covariates' ones; ``[k, 1, n]`` inside.
    whole
        From all chromosomes, out of sample, ``[n]``.
    level1_heritability
        The one chosen, on the scale of the log odds.
    mean_deviance
        Of each one tried, out of sample, ``[q]``.
    null_deviance
        Of the covariates alone, in sample.
    n_blocks, n_snps, n_flat
        Blocks, SNPs read, SNPs of them left out because they do not vary beyond the covariates.
    is_converged
        Whether every logistic fit converged.
    seed
        Of the folds.
    """

    predictions: LocoPredictions
    whole: FloatArray
    level1_heritability: float
    mean_deviance: FloatArray
    null_deviance: float
    n_blocks: int
    n_snps: int
    n_flat: int
    is_converged: bool
    seed: int | None


def fit_case_ridge(
    read_block: BlockReader,
    ranges: Sequence[ChromosomeRange],
    outcome: FloatArray,
    covariates: FloatArray | None = None,
    *,
    options: RidgeOptions | None = None,
    on_block: OnBlock | None = None,
) -> CaseRidgeFit:
    """Predict a case and control trait from the whole genome but one chromosome.

    Parameters
    ----------
    read_block
        Dosages of n people.
    ranges
        The SNPs by chromosome, from SNP 0 on without gaps.
    outcome
        1 for cases, 0 for controls, ``[n]``; leave out people without.
    covariates
        ``[n, c]`` without an intercept, finite; None for none.
    options
        Blocks, penalties, folds (validation ``fold``).
    on_block
        Called with blocks done and blocks in all.

    Raises
    ------
    TraitError
        If the outcome is not 0 and 1, or all alike.
    NullModelError
        If the covariates tell cases and controls apart.
    ScanOptionError
        If options cannot be used.

    Notes
    -----
    Level 0 is linear, on what the covariates leave of the outcome; level 1 a logistic ridge regression with the
    covariates' log odds as the offset and ``lambda = p (1 - h²) / h²`` over the variance of the logistic distribution.

    References
    ----------
    Mbatchou et al. 2021, doi:10.1038/s41588-021-00870-7, Methods ("Step 1", binary traits).
    """
    settings = check_options(options or RidgeOptions())
    if settings.validation != "fold":
        raise ScanOptionError("cases and controls are validated by folds: choose validation fold")
    y = _checked(outcome)
    folds = fold_people(y.size, settings)
    basis = covariate_basis(covariates, y.size)
    null = fit_logistic_null(y, basis, np.zeros(y.size))
    residuals = basis.residuals(y)
    residuals /= np.sqrt(residuals @ residuals / basis.residual_degrees_of_freedom)
    order = np.arange(y.size) if folds.order is None else folds.order
    ordered = dataclasses.replace(basis, columns=basis.columns[order])
    columns = make_columns(
        read_block, ranges, RidgeTask(residuals[order][:, None], ordered, folds), options=settings, on_block=on_block
    )
    penalties = shrinkages(settings.level1_heritability, columns.groups.size) / LOGISTIC_VARIANCE
    stack = stack_cases_by_fold(
        columns.of(0), y[order], null.eta[order], penalties=penalties, folds=folds.runs, groups=columns.groups
    )
    whole = folds.undo(stack.whole)
    return CaseRidgeFit(
        LocoPredictions(tuple(chromosome.name for chromosome in ranges), (whole - folds.undo(stack.shares))[:, None]),
        whole,
        settings.level1_heritability[stack.best],
        stack.mean_deviance,
        -2.0 * null.log_likelihood / y.size,
        n_blocks=len(columns.blocks),
        n_snps=columns.n_snps,
        n_flat=columns.n_flat,
        is_converged=stack.is_converged,
        seed=None if folds.order is None else settings.seed,
    )


def _checked(outcome: FloatArray) -> FloatArray:
    values = np.asarray(outcome, np.float64)
    if values.ndim != 1 or not np.isin(values, (0.0, 1.0)).all():
        raise TraitError(
            f"the outcome has shape {values.shape}, {np.count_nonzero(~np.isin(values, (0.0, 1.0)))} values are not 0 "
            "or 1: give one trait, 1 for cases and 0 for controls, and leave out people without"
        )
    if values.min(initial=1.0) == values.max(initial=0.0) or not values.size:
        raise TraitError("the outcome is the same for all people: there must be cases and controls")
    return values

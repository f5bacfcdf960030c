"""One regression on one LD score column: reweighted twice, in one step or two, with its block jackknife.

The heritability of a trait and the genetic covariance of two are both such a line; they differ in the outcome, the
sample size and the weights.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.heritability.jackknife import block_separators, jackknife, separators_of_subset
from models.heritability.regression import BlockFit, Design, block_sums, fit_blocks, fit_once

N_REWEIGHTINGS = 2

Weigh = Callable[[float, float], NDArray[np.float64]]
"""``weigh(total, intercept)``: weights of all SNPs under a slope (times M) and an intercept."""


@dataclass(frozen=True, slots=True)
class Line:
    """What is regressed on what.

    Attributes
    ----------
    outcome
        chi² or z1 z2 of each SNP, ``[n]``.
    n_samples
        Its sample size (``sqrt(N1 N2)`` for two traits), ``[n]``.
    ld_scores
        ``[n]``.
    n_reference_snps
        M.
    null_intercept
        The intercept that the first weights assume: 1 for chi², 0 for a covariance.
    fixed_intercept
        The intercept, where it is not estimated.
    weigh
        Weights under an estimate.
    compat_weigh
        The same as the reference program has it in the first of two steps; None where there is none.
    """

    outcome: NDArray[np.float64]
    n_samples: NDArray[np.float64]
    ld_scores: NDArray[np.float64]
    n_reference_snps: float
    null_intercept: float
    fixed_intercept: float | None
    weigh: Weigh
    compat_weigh: Weigh | None = None

    @property
    def mean_n(self) -> float:
        """Mean sample size, over all SNPs."""
        return float(self.n_samples.mean())


@dataclass(frozen=True, slots=True)
class LineFit:
    """A fitted line; `coefficient` is the slope per SNP, tau.

    ``*_delete_values`` are ``[B]``, each with one block left out; the intercept's error and delete values are None
    where it was fixed.
    """

    coefficient: float
    coefficient_se: float
    coefficient_delete_values: NDArray[np.float64]
    intercept: float
    intercept_se: float | None
    intercept_delete_values: NDArray[np.float64] | None


def fit_line(
    line: Line, n_blocks: int, *, is_first_step: NDArray[np.bool_] | None = None, is_compat: bool = False
) -> LineFit:
    """Fit a line in one step, or in two when the SNPs of the first step are given.

    Parameters
    ----------
    line
        Outcome, LD scores, weights.
    n_blocks
        Blocks of the jackknife.
    is_first_step
        SNPs that estimate the intercept, ``[n]``; None fits all at once. Needs a free intercept.
    is_compat
        Whether these are reweighted by ``compat_weigh``.

    Raises
    ------
    TooFewSnpsError
        When the SNPs cannot fill the blocks.
    SingularDesignError
        When the LD scores do not vary.

    References
    ----------
    Bulik-Sullivan et al. 2015, Nat Genet 47:291, doi:10.1038/ng.3211, supplementary note (weights, two steps).
    """
    weights = line.weigh(initial_total(line), _first_intercept(line))
    if is_first_step is None or line.fixed_intercept is not None:
        separators = block_separators(line.outcome.size, n_blocks)
        return _summary(line, _reweighted(line, weights, separators, rows=None))
    first_separators = block_separators(int(is_first_step.sum()), n_blocks)
    first_line = replace(line, weigh=line.compat_weigh) if is_compat and line.compat_weigh else line
    first = _reweighted(first_line, weights, first_separators, rows=np.flatnonzero(is_first_step))
    second_line = replace(line, fixed_intercept=float(first.estimate[1]))
    separators = separators_of_subset(first_separators, is_first_step)
    second = _reweighted(second_line, weights, separators, rows=None)
    return _summary(line, _two_steps(line, weights, first, second))


def initial_total(line: Line) -> float:
    """Slope times M from the means: ``M (mean y - a) / mean(N l)``."""
    excess = float(line.outcome.mean()) - _first_intercept(line)
    return line.n_reference_snps * excess / float(np.mean(line.n_samples * line.ld_scores))


def _first_intercept(line: Line) -> float:
    return line.null_intercept if line.fixed_intercept is None else line.fixed_intercept


def _reweighted(
    line: Line, weights: NDArray[np.float64], separators: NDArray[np.int64], *, rows: NDArray[np.int64] | None
) -> BlockFit:
    """Fit, reweight by the fit twice, and leave blocks out of the last."""
    fixed = line.fixed_intercept
    design = Design((line.ld_scores[:, None],), line.n_samples / line.mean_n, fixed is None, rows, ("the LD score",))
    outcome = line.outcome if fixed is None else line.outcome - fixed
    chosen = slice(None) if rows is None else rows
    outcome = outcome[chosen]
    for _ in range(N_REWEIGHTINGS):
        estimate = fit_once(design, block_sums(design, outcome, weights[chosen], separators))
        total = line.n_reference_snps * float(estimate[0]) / line.mean_n
        weights = line.weigh(total, float(estimate[1]) if fixed is None else fixed)
    return fit_blocks(design, block_sums(design, outcome, weights[chosen], separators))


def _two_steps(line: Line, weights: NDArray[np.float64], first: BlockFit, second: BlockFit) -> BlockFit:
    """Slope of the second step with the intercept of the first.

    The second step's slope, had it used the intercept of a delete value instead of the estimate, moves by
    ``-c (intercept_b - intercept)``, c the slope of a constant on the LD scores under the first weights.
    """
    x = line.n_samples * line.ld_scores / line.mean_n
    c = float(np.dot(weights, x) / np.dot(weights * x, x))
    moved = second.delete_values[:, 0] - c * (first.delete_values[:, 1] - first.estimate[1])
    estimate = np.array([second.estimate[0], first.estimate[1]])
    return BlockFit(estimate, np.column_stack((moved, first.delete_values[:, 1])), first.condition_number)


def _summary(line: Line, fit: BlockFit) -> LineFit:
    error = jackknife(fit.estimate, fit.delete_values)
    is_fixed = line.fixed_intercept is not None
    return LineFit(
        coefficient=float(fit.estimate[0]) / line.mean_n,
        coefficient_se=float(error.standard_error[0]) / line.mean_n,
        coefficient_delete_values=fit.delete_values[:, 0] / line.mean_n,
        intercept=line.fixed_intercept if line.fixed_intercept is not None else float(fit.estimate[1]),
        intercept_se=None if is_fixed else float(error.standard_error[1]),
        intercept_delete_values=None if is_fixed else fit.delete_values[:, 1],
    )

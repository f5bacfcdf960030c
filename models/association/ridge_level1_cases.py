"""Level 1 of the stacked ridge for cases and controls: a logistic ridge regression on the blocks' predictions."""

from __future__ import annotations

import dataclasses
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit

FloatArray = NDArray[np.float64]

N_STEPS: Final = 50
SMALLEST_STEP: Final = 1e-8


@dataclasses.dataclass(frozen=True, slots=True)
class StackedCases:
    """The combination for one case and control trait.

    Attributes
    ----------
    best
        Which penalty was chosen.
    mean_deviance
        Twice the negative log-likelihood a person, out of sample, of each penalty, ``[q]``.
    whole
        Log odds from all blocks, out of sample, beside the offset, ``[n]``.
    shares
        The part of it that each group of columns gives, ``[k, n]``; they sum to `whole`.
    is_converged
        Whether every fit converged.
    """

    best: int
    mean_deviance: FloatArray
    whole: FloatArray
    shares: FloatArray
    is_converged: bool


def stack_cases_by_fold(
    columns: FloatArray,
    outcome: FloatArray,
    offset: FloatArray,
    *,
    penalties: FloatArray,
    folds: tuple[slice, ...],
    groups: NDArray[np.intp],
) -> StackedCases:
    """Combine predictions on the logit scale, each fold's people by weights that the others choose.

    Parameters
    ----------
    columns
        Predictions of the blocks, each of mean 0 and variance 1, ``[n, p]``.
    outcome
        1 for cases, 0 for controls, ``[n]``.
    offset
        Log odds from the covariates, ``[n]``.
    penalties
        To choose from, ``[q]``; strongest to weakest they start from each other's fit.
    folds
        Runs of people that together are all.
    groups
        Number of each column's chromosome, 0 to k - 1, ``[p]``.
    """
    weights = np.empty((penalties.size, len(folds), columns.shape[1]))
    deviance = np.zeros(penalties.size)
    is_converged = True
    for number, fold in enumerate(folds):
        others = np.ones(outcome.size, np.bool_)
        others[fold] = False
        x, y, known = columns[others], outcome[others], offset[others]
        start = np.zeros(columns.shape[1])
        for at in np.argsort(-penalties):
            start, has_converged = fit_logistic_ridge(x, y, known, penalty=float(penalties[at]), start=start)
            weights[at, number] = start
            is_converged &= has_converged
            eta = offset[fold] + columns[fold] @ start
            deviance[at] += 2.0 * float(np.logaddexp(0.0, eta).sum() - outcome[fold] @ eta)
    best = int(np.argmin(deviance))
    shares = np.empty((int(groups.max(initial=-1)) + 1, outcome.size))
    for number, fold in enumerate(folds):
        for group in range(len(shares)):
            chosen = groups == group
            shares[group, fold] = columns[fold][:, chosen] @ weights[best, number, chosen]
    return StackedCases(best, deviance / outcome.size, shares.sum(axis=0), shares, is_converged)


def fit_logistic_ridge(
    columns: FloatArray, outcome: FloatArray, offset: FloatArray, *, penalty: float, start: FloatArray
) -> tuple[FloatArray, bool]:
    """Maximise the log-likelihood less ``penalty / 2`` times the weights' sum of squares.

    Parameters
    ----------
    columns, outcome, offset
        As for `stack_cases_by_fold`.
    penalty
        Above 0, so that there is one maximum.
    start
        Weights to start from, ``[p]``.

    Returns
    -------
    tuple[NDArray[np.float64], bool]
        The weights, and whether Newton's steps became small.
    """
    weights = start
    cost = _cost(columns, outcome, offset, weights, penalty=penalty)
    for _ in range(N_STEPS):
        mu = expit(offset + columns @ weights)
        information = (columns * (mu * (1.0 - mu))[:, None]).T @ columns
        information.flat[:: len(weights) + 1] += penalty
        step = cho_solve(cho_factor(information), columns.T @ (outcome - mu) - penalty * weights)
        scale = 1.0
        tried = _cost(columns, outcome, offset, weights + step, penalty=penalty)
        while tried > cost + 1e-12 * abs(cost) and scale > 1e-6:
            scale /= 2.0
            tried = _cost(columns, outcome, offset, weights + scale * step, penalty=penalty)
        weights, cost = weights + scale * step, tried
        if np.abs(step).max() <= SMALLEST_STEP:
            return weights, True
    return weights, False


def _cost(
    columns: FloatArray, outcome: FloatArray, offset: FloatArray, weights: FloatArray, *, penalty: float
) -> float:
    eta = offset + columns @ weights
    return float(np.logaddexp(0.0, eta).sum() - outcome @ eta + 0.5 * penalty * weights @ weights)

"""Level 1 of the stacked ridge: the blocks' predictions combined, and the share of each chromosome in that."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve, eigh

FloatArray = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class Stacked:
    """The combination of one trait.

    Attributes
    ----------
    shrinkage
        The penalty chosen.
    mean_square_error
        Out of sample, of each penalty tried, ``[q]``.
    whole
        Prediction from all blocks, out of sample, ``[n]``.
    shares
        The part of it that each group of columns gives, ``[k, n]``; they sum to `whole`.
    """

    shrinkage: float
    mean_square_error: FloatArray
    whole: FloatArray
    shares: FloatArray


def stack_by_fold(
    columns: FloatArray,
    trait: FloatArray,
    shrinkages: FloatArray,
    *,
    folds: tuple[slice, ...],
    groups: NDArray[np.intp],
) -> Stacked:
    """Combine predictions, each fold's people by weights that the others choose.

    Parameters
    ----------
    columns
        Predictions of the blocks, each of mean 0 and variance 1, ``[n, p]``.
    trait
        Residualised trait, ``[n]``.
    shrinkages
        Penalties to choose from, ``[q]``.
    folds
        Runs of people that together are all.
    groups
        Number of each column's chromosome, 0 to k - 1, ``[p]``.
    """
    grams = [columns[fold].T @ columns[fold] for fold in folds]
    products = [columns[fold].T @ trait[fold] for fold in folds]
    gram, product = np.sum(grams, axis=0), np.sum(products, axis=0)
    weights = np.empty((shrinkages.size, len(folds), columns.shape[1]))
    errors = np.zeros(shrinkages.size)
    for number, fold in enumerate(folds):
        for at, shrinkage in enumerate(shrinkages):
            left = gram - grams[number]
            left.flat[:: left.shape[0] + 1] += shrinkage
            weights[at, number] = cho_solve(cho_factor(left, overwrite_a=True), product - products[number])
        errors += np.square(trait[fold] - weights[:, number] @ columns[fold].T).sum(axis=1)
    best = int(np.argmin(errors))
    shares = np.empty((int(groups.max(initial=-1)) + 1, trait.size))
    for number, fold in enumerate(folds):
        for group in range(len(shares)):
            chosen = groups == group
            shares[group, fold] = columns[fold][:, chosen] @ weights[best, number, chosen]
    return Stacked(float(shrinkages[best]), errors / trait.size, shares.sum(axis=0), shares)


def stack_leaving_one_out(
    columns: FloatArray, trait: FloatArray, shrinkages: FloatArray, *, groups: NDArray[np.intp]
) -> Stacked:
    """Combine predictions, each person by weights that all others choose; arguments as for `stack_by_fold`.

    Notes
    -----
    Without person i the weights are ``w - (X'X + lambda I)^-1 x_i e_i / (1 - h_i)`` with e the residual and h the
    leverage.
    """
    values, vectors = eigh(columns.T @ columns, driver="evd")
    rotated = columns @ vectors
    product = rotated.T @ trait
    errors = np.empty(shrinkages.size)
    for at, shrinkage in enumerate(shrinkages):
        inverse = 1.0 / (np.maximum(values, 0.0) + shrinkage)
        errors[at] = np.square(_left_out_error(rotated, product, inverse, trait)).sum()
    best = int(np.argmin(errors))
    inverse = 1.0 / (np.maximum(values, 0.0) + shrinkages[best])
    left_out = _left_out_error(rotated, product, inverse, trait)
    weights = vectors @ (inverse * product)
    change = (rotated * inverse) @ vectors.T * left_out[:, None]
    shares = np.empty((int(groups.max(initial=-1)) + 1, trait.size))
    for group in range(len(shares)):
        chosen = groups == group
        own = columns[:, chosen]
        shares[group] = own @ weights[chosen] - np.einsum("ij,ij->i", own, change[:, chosen])
    return Stacked(float(shrinkages[best]), errors / trait.size, shares.sum(axis=0), shares)


def _left_out_error(rotated: FloatArray, product: FloatArray, inverse: FloatArray, trait: FloatArray) -> FloatArray:
    """Trait less its prediction from all others, ``[n]``."""
    leverage = (rotated * rotated) @ inverse
    return np.asarray((trait - rotated @ (inverse * product)) / (1.0 - leverage))

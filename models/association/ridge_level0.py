"""Level 0 of the stacked ridge: each block of SNPs predicts the traits out of sample, under several shrinkages."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve, eigh

FloatArray = NDArray[np.float64]
Float32Array = NDArray[np.float32]

SMALLEST_SHARE = 1e-6
"""A SNP of which the covariates leave a smaller share of its mean square does not vary."""


@dataclasses.dataclass(frozen=True, slots=True)
class Residualised:
    """A block of SNPs, ready for the ridge.

    Attributes
    ----------
    dosages
        ``[m, n]``: missing ones filled by the mean, covariates taken out, mean square 1 over n - c; SNPs that do not
        vary are left out.
    n_flat
        SNPs left out.
    """

    dosages: Float32Array
    n_flat: int


def residualise_block(block: Float32Array, columns: FloatArray) -> Residualised:
    """Fill, take out the covariates and scale; the block is written over.

    Parameters
    ----------
    block
        Dosages ``[m, n]``, NaN where missing.
    columns
        Orthonormal columns of the intercept and the covariates, ``[n, c]``.
    """
    is_missing = np.isnan(block)
    has_gaps = bool(is_missing.any())
    if has_gaps:
        block[is_missing] = 0.0
    n_seen = block.shape[1] - is_missing.sum(axis=1)
    mean = block.sum(axis=1, dtype=np.float64) / np.maximum(n_seen, 1)
    block -= mean.astype(np.float32)[:, None]
    if has_gaps:
        block[is_missing] = 0.0
    del is_missing
    before = _mean_squares(block)
    narrow = columns.astype(np.float32)
    block -= (block @ narrow) @ narrow.T
    after = _mean_squares(block)
    varies = (after > SMALLEST_SHARE * before) & (before > 0.0)
    degrees = (columns.shape[0] - columns.shape[1]) / columns.shape[0]
    if not varies.all():
        block, after = block[varies], after[varies]
    block *= np.sqrt(degrees / after).astype(np.float32)[:, None]
    return Residualised(block, int((~varies).sum()))


def _mean_squares(block: Float32Array) -> FloatArray:
    squares = np.array([float(np.dot(row, row)) for row in block])
    return np.asarray(squares / max(block.shape[1], 1))


def predict_by_fold(
    dosages: Float32Array, traits: FloatArray, shrinkages: FloatArray, folds: tuple[slice, ...]
) -> Float32Array:
    """Predict each fold's people from the others.

    Parameters
    ----------
    dosages
        Residualised block, ``[m, n]``.
    traits
        Residualised traits, ``[n, t]``.
    shrinkages
        Ridge penalties lambda, ``[j]``.
    folds
        Runs of people that together are all.

    Returns
    -------
    NDArray[np.float32]
        ``[j, t, n]``.

    Notes
    -----
    Per fold the Gram matrix of the people left is that of all less the fold's, so that it is made once; one Cholesky
    factor a fold and penalty serves all traits.
    """
    n_snps, n_people = dosages.shape
    grams = [(dosages[:, fold] @ dosages[:, fold].T).astype(np.float64) for fold in folds]
    products = [dosages[:, fold].astype(np.float64) @ traits[fold] for fold in folds]
    gram, product = np.sum(grams, axis=0), np.sum(products, axis=0)
    found = np.empty((shrinkages.size, traits.shape[1], n_people), np.float32)
    for fold, of_fold, product_of_fold in zip(folds, grams, products, strict=True):
        effects = np.empty((n_snps, shrinkages.size, traits.shape[1]))
        for at, shrinkage in enumerate(shrinkages):
            left = gram - of_fold
            left.flat[:: n_snps + 1] += shrinkage
            factor = cho_factor(left, overwrite_a=True, check_finite=False)
            effects[:, at] = cho_solve(factor, product - product_of_fold)
        flat = effects.reshape(n_snps, -1).astype(np.float32)
        found[:, :, fold] = (flat.T @ dosages[:, fold]).reshape(shrinkages.size, traits.shape[1], -1)
    return found


def predict_leaving_one_out(dosages: Float32Array, traits: FloatArray, shrinkages: FloatArray) -> Float32Array:
    """Predict each person from all others; arguments and result as for `predict_by_fold`.

    Notes
    -----
    With h the person's leverage, the prediction without the person is ``(yhat - h y) / (1 - h)``; the
    eigen-decomposition of the Gram matrix gives all leverages under all penalties.
    """
    wide = dosages.astype(np.float64)
    values, vectors = eigh(wide @ wide.T, driver="evd", check_finite=False)
    rotated = vectors.T @ wide
    squared = rotated * rotated
    product = rotated @ traits
    found = np.empty((shrinkages.size, traits.shape[1], dosages.shape[1]), np.float32)
    for at, shrinkage in enumerate(shrinkages):
        inverse = 1.0 / (np.maximum(values, 0.0) + shrinkage)
        leverage = inverse @ squared
        fitted = (product * inverse[:, None]).T @ rotated
        found[at] = (fitted - leverage * traits.T) / (1.0 - leverage)
    return found

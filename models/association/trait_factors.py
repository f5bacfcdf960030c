"""Hidden factors of many traits: what most of them share, beside the covariates that are known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.association.covariate_basis import covariate_basis
from models.association.errors import TooFewPeopleError, TraitError

FloatArray = NDArray[np.float64]


def trait_factors(values: FloatArray, covariates: FloatArray | None, n_factors: int) -> FloatArray:
    """Principal components of the people over their traits, each trait standardised once the covariates are out.

    Parameters
    ----------
    values
        ``[n, t]``; traits with a missing value or without variation are not used.
    covariates
        Known ones without the intercept, ``[n, c]``; None for none.
    n_factors
        Components wanted.

    Returns
    -------
    NDArray[np.float64]
        Orthonormal, orthogonal to the covariates, the largest first, ``[n, n_factors]``; the sign of each such that
        its largest entry is positive.

    Raises
    ------
    TraitError
        If there are not so many traits.
    TooFewPeopleError
        If the people do not carry so many covariates.

    References
    ----------
    Zhou et al. 2022, Genome Biol 23:210, doi:10.1186/s13059-022-02761-4 (components serve as well as PEER factors).
    """
    basis = covariate_basis(covariates, values.shape[0])
    if basis.residual_degrees_of_freedom - n_factors < 2:
        raise TooFewPeopleError(
            f"{values.shape[0]} people cannot carry {basis.n_columns} covariates (the intercept counted), {n_factors} "
            "components of the traits, a SNP and a residual: ask for fewer components"
        )
    known = values[:, ~np.isnan(values).any(axis=0)]
    rest = basis.residuals(known)
    squares = np.square(rest).sum(axis=0)
    used = squares > 1e-12 * np.square(known).sum(axis=0)
    if int(used.sum()) < n_factors:
        raise TraitError(f"{n_factors} components need as many traits without missing values, not {int(used.sum())}")
    factors = np.linalg.svd(rest[:, used] / np.sqrt(squares[used]), full_matrices=False)[0][:, :n_factors]
    largest = factors[np.abs(factors).argmax(axis=0), np.arange(n_factors)]
    return np.asarray(factors * np.where(largest < 0.0, -1.0, 1.0))

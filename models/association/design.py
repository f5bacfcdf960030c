"""Trait and covariates of a scan: checked, an intercept added, the covariates taken out of the trait."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import qr

from models.association.errors import CollinearCovariatesError, TooFewPeopleError, TraitError

LARGEST_COLLINEARITY = 1e-8
"""A covariate of which less than this share of its length is not in the others counts as their sum."""


@dataclasses.dataclass(frozen=True, slots=True)
class Design:
    """A trait and its covariates, intercept first.

    Attributes
    ----------
    residual
        The trait with the covariates taken out by least squares, ``[n]``.
    covariates
        ``[n, c]``, the first column ones.
    basis
        Orthonormal columns that span the covariates other than the intercept, each with mean 0, ``[n, c - 1]``.
    beta
        Least squares effects that were taken out, ``[c]``.
    """

    residual: NDArray[np.float64]
    covariates: NDArray[np.float64]
    basis: NDArray[np.float64]
    beta: NDArray[np.float64]

    @property
    def n_people(self) -> int:
        """People of the analysis."""
        return int(self.residual.size)

    @property
    def n_covariates(self) -> int:
        """Covariates, the intercept included."""
        return int(self.covariates.shape[1])

    @property
    def residual_degrees(self) -> int:
        """Degrees of freedom left beside the covariates and one SNP: n - c - 1."""
        return self.n_people - self.n_covariates - 1


def build_design(y: NDArray[np.floating], covariates: NDArray[np.floating] | None = None) -> Design:
    """Check a trait and its covariates, and take the covariates and an intercept out of the trait.

    Parameters
    ----------
    y
        Trait of the people analysed, none missing, ``[n]``.
    covariates
        ``[n, q]`` without an intercept, which is always added; None for the intercept alone.

    Raises
    ------
    TraitError
        If a value is missing, shapes differ, or the trait does not vary beside the covariates.
    TooFewPeopleError
        If there are fewer than c + 2 people.
    CollinearCovariatesError
        If a covariate is constant or a sum of others.
    """
    trait = np.asarray(y, np.float64)
    if trait.ndim != 1:
        raise TraitError(f"a trait has shape {trait.shape}: give one value for each person")
    extra = np.zeros((trait.size, 0)) if covariates is None else np.asarray(covariates, np.float64)
    _check_values(trait, extra)
    columns = np.column_stack((np.ones(trait.size), extra))
    if trait.size < columns.shape[1] + 2:
        raise TooFewPeopleError(
            f"{trait.size} people cannot carry {columns.shape[1]} covariates (intercept included), a SNP and a "
            f"residual: at least {columns.shape[1] + 2} are needed; drop covariates or find why people are missing"
        )
    basis = _independent_basis(extra)
    centred = trait - trait.mean()
    residual = centred - basis @ (basis.T @ centred)
    if not float(residual @ residual) > 1e-12 * max(float(trait @ trait), np.finfo(float).tiny):
        raise TraitError("the trait does not vary once the covariates are taken out: there is nothing to test")
    beta = np.linalg.lstsq(columns, trait, rcond=None)[0].astype(np.float64, copy=False)
    return Design(residual, columns, basis, beta)


def _check_values(trait: NDArray[np.float64], extra: NDArray[np.float64]) -> None:
    if extra.ndim != 2 or extra.shape[0] != trait.size:
        raise TraitError(f"covariates have shape {extra.shape} for {trait.size} people: give a row for each person")
    missing = int((~np.isfinite(trait)).sum())
    if missing:
        raise TraitError(
            f"the trait is missing or infinite for {missing} of {trait.size} people: "
            "leave these people out of trait, covariates, kinship and genotypes"
        )
    rows, columns = np.nonzero(~np.isfinite(extra))
    if rows.size:
        raise TraitError(
            f"covariate {columns[0]} of person {rows[0]} (counted from 0) is {extra[rows[0], columns[0]]}, and so for "
            f"{np.unique(rows).size} people: leave them out, or fill the gaps before"
        )


def _independent_basis(extra: NDArray[np.float64]) -> NDArray[np.float64]:
    """Orthonormal basis of the centred covariates."""
    if not extra.shape[1]:
        return extra
    centred = extra - extra.mean(axis=0)
    lengths = np.sqrt(np.einsum("ij,ij->j", centred, centred))
    is_constant = lengths <= LARGEST_COLLINEARITY * np.sqrt(np.einsum("ij,ij->j", extra, extra))
    if is_constant.any():
        found = tuple(int(column) for column in np.flatnonzero(is_constant))
        raise CollinearCovariatesError(
            f"covariate {found[0]} (counted from 0) is constant: leave it out; an intercept is always added", found
        )
    basis, triangle, order = qr(centred / lengths, mode="economic", pivoting=True)
    is_sum = np.abs(np.diag(triangle)) < LARGEST_COLLINEARITY
    if is_sum.any():
        found = tuple(sorted(int(column) for column in order[: is_sum.size][is_sum]))
        raise CollinearCovariatesError(
            f"covariates {', '.join(map(str, found))} (counted from 0) are sums of the others: leave them out", found
        )
    return np.asarray(basis)

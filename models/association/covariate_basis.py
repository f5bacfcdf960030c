"""Covariates as orthonormal columns: what is left of a trait or a SNP once they are taken out."""

import dataclasses
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.association.errors import CollinearCovariatesError, TooFewPeopleError, TraitError

FloatArray = NDArray[np.float64]

SMALLEST_REST: Final = 1e-8
"""A covariate whose part outside the others is smaller, relative to its own length, is a sum of them."""


@dataclasses.dataclass(frozen=True, slots=True)
class CovariateBasis:
    """The space that an intercept and the covariates span.

    Attributes
    ----------
    columns
        Orthonormal columns, ``[n, c]``; the first is the intercept.
    """

    columns: FloatArray

    @property
    def n_people(self) -> int:
        """Rows."""
        return int(self.columns.shape[0])

    @property
    def n_columns(self) -> int:
        """Columns c, the intercept counted."""
        return int(self.columns.shape[1])

    @property
    def residual_degrees_of_freedom(self) -> int:
        """People less columns, ``n - c``."""
        return self.n_people - self.n_columns

    def residuals(self, values: FloatArray) -> FloatArray:
        """What is left of columns ``[n]`` or ``[n, t]``."""
        first = values - self.columns @ (self.columns.T @ values)
        return np.asarray(first - self.columns @ (self.columns.T @ first))


def covariate_basis(covariates: FloatArray | None, n_people: int) -> CovariateBasis:
    """Orthonormalise an intercept and covariates.

    Parameters
    ----------
    covariates
        One column each, ``[n, c]``, without an intercept; None for none.
    n_people
        n.

    Raises
    ------
    TraitError
        If a covariate is missing or infinite for someone, or the rows are not the people.
    CollinearCovariatesError
        If a covariate is constant, or a sum of the ones before it.
    TooFewPeopleError
        If there are fewer than ``c + 3`` people: intercept, SNP and a residual take one each.
    """
    given = np.zeros((n_people, 0)) if covariates is None else np.asarray(covariates, np.float64)
    if given.ndim != 2 or given.shape[0] != n_people:
        raise TraitError(f"covariates have shape {given.shape}, wanted [{n_people}, c]: give a row for each person")
    if not np.isfinite(given).all():
        row, column = np.argwhere(~np.isfinite(given))[0]
        raise TraitError(
            f"covariate {column} of person {row} (counted from 0) is {given[row, column]}: it must be finite; "
            "leave out people without covariates"
        )
    if n_people < given.shape[1] + 3:
        raise TooFewPeopleError(
            f"{n_people} people cannot carry an intercept, {given.shape[1]} covariates, a SNP and a residual: "
            "add people or leave out covariates"
        )
    return CovariateBasis(_orthonormalise(given, n_people))


def _orthonormalise(given: FloatArray, n_people: int) -> FloatArray:
    """Gram–Schmidt, each column twice, so that the covariate named as a sum depends on their order only."""
    basis = np.full((n_people, 1), 1.0 / np.sqrt(n_people))
    sums = []
    for at, column in enumerate(given.T):
        unit = column / (float(np.abs(column).max()) or 1.0)
        rest = unit - basis @ (basis.T @ unit)
        rest -= basis @ (basis.T @ rest)
        length = float(np.linalg.norm(rest))
        if length <= SMALLEST_REST * float(np.linalg.norm(unit)):
            sums.append(at)
        else:
            basis = np.column_stack((basis, rest / length))
    if sums:
        raise CollinearCovariatesError(
            f"covariates {', '.join(map(str, sums))} (counted from 0) are constant, or sums of the intercept and the "
            "covariates before them: leave them out",
            tuple(sums),
        )
    return np.ascontiguousarray(basis)

"""What an individual-level analysis is made from: people with phenotypes, covariates of full rank, matrices."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import qr

from models.heritability.errors import PhenotypeError, SingularDesignError

Array = NDArray[np.float64]

_SMALLEST_PIVOT: Final = 1e-8
"""Of a covariate's length: with less than this left beside those before it, it counts as their sum."""


@dataclasses.dataclass(frozen=True, slots=True)
class Design:
    """The people analysed and their numbers.

    Attributes
    ----------
    n_all
        People handed in.
    people
        Rows of those analysed, counted from 0 ``[n]``.
    y
        Phenotypes ``[n]``.
    X
        Intercept and covariates ``[n, c]``, of full rank.
    n_without_phenotype, n_without_covariate
        People left out, each counted under the first that holds.
    """

    n_all: int
    people: NDArray[np.int64]
    y: Array
    X: Array
    n_without_phenotype: int
    n_without_covariate: int

    @property
    def residual_variance(self) -> float:
        """Of the phenotype after the fixed effects, without any relationship matrix."""
        left: Array = self.y - self.X @ np.linalg.lstsq(self.X, self.y, rcond=None)[0]
        return float(left @ left / (self.y.size - self.X.shape[1]))


def make_design(phenotype: ArrayLike, covariates: ArrayLike | None = None, *, trait: str = "the phenotype") -> Design:
    """Choose the people that have everything, and put an intercept before the covariates.

    Parameters
    ----------
    phenotype
        ``[n_all]``, NaN where missing.
    covariates
        ``[n_all, c]`` without the intercept, NaN where missing; None for the intercept alone.
    trait
        What messages call the phenotype.

    Raises
    ------
    PhenotypeError
        If shapes do not fit, a value is infinite, too few people are left, or the phenotype does not vary.
    SingularDesignError
        If covariates, with the intercept, are sums of each other.
    """
    y = np.asarray(phenotype, np.float64)
    if y.ndim != 1:
        raise PhenotypeError(f"{trait} has shape {y.shape}: give one value a person, NaN where missing")
    extra = np.empty((y.size, 0)) if covariates is None else np.asarray(covariates, np.float64)
    extra = extra[:, None] if extra.ndim == 1 else extra
    if extra.ndim != 2 or extra.shape[0] != y.size:
        raise PhenotypeError(
            f"the covariates have shape {extra.shape} for {y.size} people: give a row a person and a column a covariate"
        )
    if np.isinf(y).any() or np.isinf(extra).any():
        raise PhenotypeError(f"{trait} or a covariate is infinite: write NaN where a value is missing")
    has_y, has_x = ~np.isnan(y), ~np.isnan(extra).any(axis=1)
    people = np.flatnonzero(has_y & has_x)
    X = np.column_stack((np.ones(people.size), extra[people]))
    n_without = int((~has_y).sum()), int((has_y & ~has_x).sum())
    _check_enough(people.size, X.shape[1], y.size, n_without, trait)
    _check_rank(X)
    design = Design(y.size, people, y[people], X, *n_without)
    if not design.residual_variance > 1e-12 * float(np.mean(design.y**2)):
        raise PhenotypeError(
            f"{trait} does not vary among the {people.size} people beyond the covariates: there is nothing to explain"
        )
    return design


def name_matrices(n_matrices: int, names: Sequence[str] | None) -> tuple[str, ...]:
    """Names of the relationship matrices: those given, or "1", "2", ….

    Raises
    ------
    PhenotypeError
        If there is no matrix, or not a name of its own for each.
    """
    if not n_matrices:
        raise PhenotypeError("no relationship matrix is given: REML needs at least one")
    found = tuple(map(str, range(1, n_matrices + 1))) if names is None else tuple(names)
    if len(found) != n_matrices or len(set(found)) != n_matrices:
        raise PhenotypeError(f"{n_matrices} relationship matrices have the names {list(found)}: give each its own")
    return found


def _check_enough(n: int, n_fixed: int, n_all: int, n_without: tuple[int, int], trait: str) -> None:
    if n < n_fixed + 2:
        raise PhenotypeError(
            f"{n} of {n_all} people have {trait} and all covariates ({n_without[0]} lack it, {n_without[1]} more lack "
            f"a covariate), but {n_fixed} fixed effects need at least {n_fixed + 2}: check the missing-value codes and "
            "the matching of the people"
        )


def _check_rank(X: Array) -> None:
    scale = np.linalg.norm(X, axis=0)
    scaled = X / np.where(scale > 0.0, scale, 1.0)
    left = np.abs(np.diagonal(qr(scaled, mode="r")[0]))
    redundant = tuple(map(int, np.flatnonzero(left < _SMALLEST_PIVOT)))
    if redundant:
        raise SingularDesignError(
            f"covariates {list(redundant)} (counted from 1, the intercept being 0) are constant or sums of those "
            "before them: leave them out",
            redundant,
        )

"""Many traits made ready for a scan: grouped by missing values, covariates taken out, null models fitted."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from models.association.covariate_basis import covariate_basis
from models.association.errors import CollinearCovariatesError, TooFewPeopleError, TraitError
from models.association.qtl_groups import MixedGroup, OlsGroup, TraitGroup, mixed_group
from models.association.qtl_options import QtlOptions
from models.association.spectral import Spectrum

FloatArray = NDArray[np.float64]

TRAIT_TESTED, TRAIT_CONSTANT, TRAIT_TOO_FEW, TRAIT_COLLINEAR = range(4)
TRAIT_REASONS: Final[Mapping[int, str]] = MappingProxyType(
    {TRAIT_CONSTANT: "constant", TRAIT_TOO_FEW: "too_few_people", TRAIT_COLLINEAR: "collinear_covariates"}
)
"""Why a trait is not tested: it does not vary beside the covariates; too few people have it; among the people who have
it the covariates are sums of each other."""

SMALLEST_VARIATION: Final = 1e-12
"""Share of a trait's variation that has to be left beside the covariates; beside its mean, the square of this."""


@dataclasses.dataclass(frozen=True, slots=True)
class Traits:
    """Traits ready for a scan.

    Attributes
    ----------
    groups
        Traits with the same people.
    n_people
        People with each trait, ``[t]``.
    reason
        `TRAIT_TESTED` or why a trait is not tested, ``[t]``.
    log_lambda
        Natural log of each trait's own REML vg / ve; NaN without kinship or where a trait is not tested, ``[t]``.
    n_rows
        People of the phenotype table and of each block that the reader gives.
    options
        What was chosen.
    """

    groups: tuple[TraitGroup, ...]
    n_people: NDArray[np.int64]
    reason: NDArray[np.int8]
    log_lambda: NDArray[np.float64]
    n_rows: int
    options: QtlOptions

    @property
    def n_traits(self) -> int:
        """Traits, those not tested included."""
        return int(self.reason.size)

    @property
    def n_dropped(self) -> dict[str, int]:
        """Traits that are not tested, by the names in `TRAIT_REASONS`."""
        return {name: int((self.reason == code).sum()) for code, name in TRAIT_REASONS.items()}


def prepare_traits(
    phenotypes: NDArray[np.floating],
    covariates: NDArray[np.floating] | None = None,
    *,
    spectrum: Spectrum | None = None,
    options: QtlOptions | None = None,
) -> Traits:
    """Check traits, group them by missing values, take out the covariates, fit each trait's null model.

    Parameters
    ----------
    phenotypes
        A trait a column, NaN where missing, ``[n, t]``.
    covariates
        ``[n, q]`` without an intercept, which is always added; None for the intercept alone.
    spectrum
        Of the people's kinship, for a mixed model with each trait's own REML lambda (P3D); None for least squares.
    options
        Choices.

    Raises
    ------
    TraitError
        If shapes differ, a value is infinite, a covariate is missing, or a trait value is missing where that is
        refused: by choice, or with a kinship, whose decomposition is of all people.
    TooFewPeopleError
        If the table has fewer than c + 2 people.
    CollinearCovariatesError
        If among all people covariates are constant or sums of each other.

    References
    ----------
    Shabalin 2012, Bioinformatics 28:1353, doi:10.1093/bioinformatics/bts163 (least squares as one product);
    Kang et al. 2010, Nat Genet 42:348, doi:10.1038/ng.548 (lambda of the null model).
    """
    table, chosen = _checked_table(phenotypes), options or QtlOptions()
    _check_missing(table, is_refused=chosen.missing == "refuse", has_kinship=spectrum is not None)
    extra = np.zeros((len(table), 0)) if covariates is None else np.asarray(covariates, np.float64)
    covariate_basis(extra, len(table))
    reason, groups = np.zeros(table.shape[1], np.int8), []
    log_lambda = np.full(table.shape[1], np.nan)
    for people, columns in _missing_patterns(table):
        left = _leave_covariates(table, extra, people, columns, reason=reason, precision=chosen.precision)
        if left is None:
            continue
        group = left if spectrum is None else mixed_group(left, spectrum)
        groups.append(group)
        if isinstance(group, MixedGroup):
            log_lambda[group.traits] = group.log_lambda
    return Traits(tuple(groups), (~np.isnan(table)).sum(axis=0), reason, log_lambda, len(table), chosen)


def _checked_table(phenotypes: NDArray[np.floating]) -> FloatArray:
    table = np.asarray(phenotypes, np.float64)
    if table.ndim != 2:
        raise TraitError(f"traits have shape {table.shape}: give [people, traits]")
    rows, columns = np.nonzero(np.isinf(table))
    if rows.size:
        raise TraitError(
            f"trait {columns[0]} of person {rows[0]} (counted from 0) is infinite, and so are {rows.size} values: "
            "mark them as missing (NaN) or mend them"
        )
    return table


def _check_missing(table: FloatArray, *, is_refused: bool, has_kinship: bool) -> None:
    missing = np.isnan(table).any(axis=0)
    if missing.any() and (is_refused or has_kinship):
        why = "a kinship's decomposition is of all people" if has_kinship else "missing values are refused"
        raise TraitError(
            f"{int(missing.sum())} traits miss values, the first is trait {int(np.argmax(missing))} (counted from 0), "
            f"but {why}: fill them, leave people or traits out, or scan without kinship with missing='group'"
        )


def _missing_patterns(table: FloatArray) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.int64]]]:
    """Who has the traits, and which traits, of each pattern of missing values."""
    if not table.shape[1]:
        return
    seen = ~np.isnan(table)
    packed, pattern = np.unique(np.packbits(seen, axis=0), axis=1, return_inverse=True)
    order = np.argsort(pattern.reshape(-1), kind="stable")
    ends = np.cumsum(np.bincount(pattern.reshape(-1), minlength=packed.shape[1]))
    for columns in np.split(order, ends[:-1]):
        yield seen[:, columns[0]], columns


def _leave_covariates(
    table: FloatArray,
    extra: FloatArray,
    people: NDArray[np.bool_],
    columns: NDArray[np.int64],
    *,
    reason: NDArray[np.int8],
    precision: Literal["float32", "float64"],
) -> OlsGroup | None:
    """Traits of one pattern without their covariates; None if none can be tested, `reason` says why."""
    try:
        basis = covariate_basis(extra[people], int(people.sum()))
    except TooFewPeopleError:
        reason[columns] = TRAIT_TOO_FEW
        return None
    except CollinearCovariatesError:
        reason[columns] = TRAIT_COLLINEAR
        return None
    values = table[np.ix_(people, columns)]
    centred = values - values.mean(axis=0)
    rest = basis.residuals(centred)
    squares = _sums_of_squares(rest)
    varies = squares > SMALLEST_VARIATION * _sums_of_squares(centred)
    varies &= squares > SMALLEST_VARIATION**2 * _sums_of_squares(values)
    reason[columns[~varies]] = TRAIT_CONSTANT
    if not varies.any():
        return None
    kept = None if people.all() else np.flatnonzero(people)
    return OlsGroup(kept, columns[varies], basis.columns, rest[:, varies], squares[varies], precision)


def _sums_of_squares(values: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("ij,ij->j", values, values))

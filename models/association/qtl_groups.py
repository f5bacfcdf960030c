"""Traits of the same people: their correlations with SNPs as one product, with and without kinship."""

from __future__ import annotations

import dataclasses
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from models.association.design import Design
from models.association.errors import TraitError
from models.association.null_model import Rotated, fit_null_design
from models.association.scan_filters import ScanFilters, prepare_block
from models.association.snp_likelihood import LARGEST_R_SQUARED, node_columns
from models.association.snp_tests import rotate_block
from models.association.spectral import Spectrum

FloatArray = NDArray[np.float64]

LOOSE_R_SQUARED: Final = 0.5
"""Squared correlations above are made again in float64: float32 would lose the digits of what is left."""
PAIRS_AT_A_TIME: Final = 4096


@dataclasses.dataclass(frozen=True, slots=True)
class GroupSnps:
    """SNPs of a block that a group of traits is tested on.

    Attributes
    ----------
    rows
        Their numbers in the block, ``[k]``.
    dosages
        Without covariates, in the eigenvectors' coordinates where there is kinship, ``[k, n]``.
    squares
        Sum of squares of each before any rotation, ``[k]``.
    """

    rows: NDArray[np.int64]
    dosages: NDArray[np.floating]
    squares: FloatArray


@dataclasses.dataclass(frozen=True, slots=True)
class Correlations:
    """Partial correlations of SNPs and traits, ``[k, t]``, and ``x'Px``, ``[k, t]`` or ``[k, 1]``."""

    r: NDArray[np.floating]
    x_p_x: FloatArray


@dataclasses.dataclass(frozen=True, slots=True)
class OlsGroup:
    """Traits of the same people, by least squares.

    Attributes
    ----------
    people
        Rows of the table that have the traits, ``[n]``; None for all.
    traits
        Columns of the table, ``[t]``.
    basis
        Orthonormal columns of intercept and covariates, the intercept first, ``[n, c]``.
    residuals
        Traits without the covariates, ``[n, t]``.
    y_p_y
        Sum of squares of each, ``[t]``.
    precision
        Of the product of SNPs and traits.
    """

    people: NDArray[np.int64] | None
    traits: NDArray[np.int64]
    basis: FloatArray
    residuals: FloatArray
    y_p_y: FloatArray
    precision: Literal["float32", "float64"]

    @property
    def degrees(self) -> int:
        """Degrees of freedom of each test, n - c - 1 with the intercept in c."""
        return int(self.basis.shape[0] - self.basis.shape[1] - 1)

    def enter(self, block: NDArray[np.float32], filters: ScanFilters) -> GroupSnps:
        """Filter a block's SNPs among the group's people and take the covariates out; `block` stays as it is."""
        own = block.copy() if self.people is None else np.ascontiguousarray(block[:, self.people])
        prepared = prepare_block(own, np.ascontiguousarray(self.basis[:, 1:]), filters)
        return GroupSnps(prepared.rows, prepared.dosages, prepared.squares)

    def correlate(self, snps: GroupSnps, columns: NDArray[np.int64]) -> Correlations:
        """Correlations of SNPs and the traits `columns` (numbers in the group)."""
        unit = self.residuals[:, columns] / np.sqrt(self.y_p_y[columns])
        r = snps.dosages.astype(self.precision, copy=False) @ unit.astype(self.precision, copy=False)
        r /= np.sqrt(snps.squares)[:, None].astype(self.precision)
        wide = r.astype(np.float64, copy=False) if self.precision == "float64" else _with_strong_ones(r, snps, unit)
        return Correlations(wide, snps.squares[:, None])


@dataclasses.dataclass(frozen=True, slots=True)
class MixedGroup:
    """Traits of all people, each at the lambda of its own null model, in the eigenvectors' coordinates.

    Attributes
    ----------
    ols
        The same traits without kinship.
    vectors
        Eigenvectors in the precision of the rotation, ``[n, n]``.
    log_lambda
        Natural log of the REML lambda, ``[t]``.
    y_p_y
        ``y'Py`` at lambda, ``[t]``.
    for_squares
        Diagonals of ``H^-1``, ``[n, t]``.
    for_values
        ``P y``, and after it the whitened covariates where they matter, ``[1 or 1 + c, n, t]``.
    """

    ols: OlsGroup
    vectors: NDArray[np.floating]
    log_lambda: FloatArray
    y_p_y: FloatArray
    for_squares: FloatArray
    for_values: FloatArray

    @property
    def traits(self) -> NDArray[np.int64]:
        """Columns of the table, ``[t]``."""
        return self.ols.traits

    @property
    def degrees(self) -> int:
        """Degrees of freedom of each test."""
        return self.ols.degrees

    def enter(self, block: NDArray[np.float32], filters: ScanFilters) -> GroupSnps:
        """Filter a block's SNPs, take the covariates out and rotate; `block` stays as it is."""
        snps = self.ols.enter(block, filters)
        return GroupSnps(snps.rows, rotate_block(snps.dosages, self.vectors), snps.squares)

    def correlate(self, snps: GroupSnps, columns: NDArray[np.int64]) -> Correlations:
        """Correlations of SNPs and the traits `columns`, each under its own H; always in float64."""
        x = snps.dosages.astype(np.float64, copy=False)
        x_p_x = (x * x) @ self.for_squares[:, columns]
        for whitened in self.for_values[1:]:
            x_p_x -= (x @ whitened[:, columns]) ** 2
        x_p_y = x @ self.for_values[0][:, columns]
        return Correlations(x_p_y / np.sqrt(x_p_x * self.y_p_y[columns]), x_p_x)


TraitGroup = OlsGroup | MixedGroup


def mixed_group(group: OlsGroup, spectrum: Spectrum) -> MixedGroup:
    """Fit the null model of each trait and keep what SNPs are multiplied with.

    Raises
    ------
    TraitError
        If traits and kinship have different people.
    """
    n = group.basis.shape[0]
    if spectrum.n_people != n:
        raise TraitError(
            f"the traits have {n} people, the kinship {spectrum.n_people}: "
            "cut both to the same people in the same order"
        )
    y, w = spectrum.vectors.T @ group.residuals, spectrum.vectors.T @ group.basis
    log_lambda, y_p_y = np.empty(y.shape[1]), np.empty(y.shape[1])
    squares, values = [], []
    for at in range(y.shape[1]):
        scale = np.sqrt(group.y_p_y[at] / n)
        rotated = Rotated(spectrum.values, y[:, at] / scale, w, 0.0)
        design = Design(group.residuals[:, at] / scale, group.basis, group.basis[:, 1:], np.zeros(w.shape[1]))
        log_lambda[at] = fit_null_design(spectrum, design, rotated).log_lambda_reml
        columns = node_columns(rotated, log_lambda[at : at + 1])
        y_p_y[at] = columns.at.y_p_y[0] * scale**2
        squares.append(columns.for_squares[:, 0])
        scales = np.r_[scale, np.ones(columns.for_values.shape[1] - 1)]
        values.append((columns.for_values * scales).T)
    vectors = spectrum.vectors.astype(group.precision, copy=False)
    return MixedGroup(group, vectors, log_lambda, y_p_y, np.array(squares).T.copy(), np.stack(values, axis=2))


def _with_strong_ones(r: NDArray[np.floating], snps: GroupSnps, unit: FloatArray) -> NDArray[np.floating]:
    """Correlations with the strong ones made again in float64 (all of them in float64 if there are strong ones)."""
    rows, columns = np.nonzero(r * r > LOOSE_R_SQUARED)
    if not rows.size:
        return r
    wide = r.astype(np.float64)
    for first in range(0, rows.size, PAIRS_AT_A_TIME):
        i, j = rows[first : first + PAIRS_AT_A_TIME], columns[first : first + PAIRS_AT_A_TIME]
        products = np.einsum("in,ni->i", snps.dosages[i].astype(np.float64), unit[:, j])
        wide[i, j] = products / np.sqrt(snps.squares[i])
    return wide


def clipped_squares(r: NDArray[np.floating]) -> FloatArray:
    """Squared correlations in float64, below 1."""
    wide = r.astype(np.float64, copy=False)
    return np.minimum(wide * wide, LARGEST_R_SQUARED)

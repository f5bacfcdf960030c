"""Packed relationship matrices of the people analysed, as the covariance that AI-REML maximises over."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.heritability.errors import BadStatisticsError, PhenotypeError
from models.heritability.reml_inputs import Design
from models.heritability.reml_kernels import assemble_upper, contract_upper, pack_upper
from models.kinship import GrmKind, Kinship

Array = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class MatrixFacts:
    """What is kept of a relationship matrix: its name and conventions, and its mean diagonal over the people analysed.

    Attributes
    ----------
    name, grm_kind, n_snps, minimum_maf
        As in `kinship.Kinship`.
    mean_diagonal, mean_diagonal_centred
        ``tr K / n``, and the same with row and column means taken off.
    """

    name: str
    grm_kind: GrmKind
    n_snps: int
    minimum_maf: float
    mean_diagonal: float
    mean_diagonal_centred: float


class PackedKinships:
    """The covariance ``sum_k theta_k K_k + theta_e I``, each K's upper triangle in float32.

    Each matrix is taken from the sequence once and not kept, so that one that reads files when asked needs little room.

    Parameters
    ----------
    kinships
        Relationship matrices of all people.
    names
        What they are called.
    design
        The people analysed.

    Attributes
    ----------
    about
        Of each matrix how it was made.

    Raises
    ------
    PhenotypeError
        If a matrix is of other people.
    BadStatisticsError
        If a matrix holds a value that is not finite.
    """

    def __init__(self, kinships: Sequence[Kinship], names: Sequence[str], design: Design) -> None:
        n = design.people.size
        self.n_people = n
        self._V: Array | None = None
        self._packed = np.empty((len(kinships), n * (n + 1) // 2), np.float32)
        self._chosen = np.arange(len(kinships))
        self.about = [self._pack(k, kinships[k], names[k], design) for k in range(len(kinships))]

    @property
    def mean_diagonal(self) -> Array:
        """``tr K / n`` of each matrix ``[k]``."""
        return np.array([about.mean_diagonal for about in self.about])

    @property
    def mean_diagonal_centred(self) -> Array:
        """The same of the matrices with row and column means taken off ``[k]``."""
        return np.array([about.mean_diagonal_centred for about in self.about])

    def _pack(self, k: int, kinship: Kinship, name: str, design: Design) -> MatrixFacts:
        if kinship.matrix.shape != (design.n_all, design.n_all):
            raise PhenotypeError(
                f"the relationship matrix {name} has shape {kinship.matrix.shape} for {design.n_all} phenotypes: give "
                "both for the same people in the same order"
            )
        trace, total = pack_upper(kinship.matrix, design.people, self._packed[k])
        if not np.isfinite(total):
            raise BadStatisticsError(
                f"the relationship matrix {name} holds a value that is not finite: people without genotypes must be "
                "left out"
            )
        n = design.people.size
        centred = (trace - total / n) / n
        return MatrixFacts(name, kinship.kind, kinship.n_snps, kinship.minimum_maf, trace / n, centred)

    def without(self, component: int) -> PackedKinships:
        """The same covariance without one matrix, sharing the memory of the others."""
        other = object.__new__(PackedKinships)
        other.n_people, other._packed, other._V = self.n_people, self._packed, None
        keep = np.delete(np.arange(self._chosen.size), component)
        other._chosen = self._chosen[keep]
        other.about = [self.about[k] for k in keep]
        return other

    def assemble(self, theta: Array) -> Array:
        """V, its upper triangle filled, in the memory of the last one; see `reml_likelihood.VarianceModel`."""
        if self._V is None:
            self._V = np.zeros((self.n_people, self.n_people))
        assemble_upper(self._packed, self._chosen, theta, self._V)
        return self._V

    def contract(self, P: Array, u: Array) -> tuple[Array, Array]:
        """Traces and products of each K and of I; see `reml_likelihood.VarianceModel`."""
        products = np.zeros((self._chosen.size + 1, self.n_people))
        products[-1] = u
        traces = contract_upper(self._packed, self._chosen, P, u, products)
        return np.append(traces, np.trace(P)), products

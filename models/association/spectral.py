"""The eigen-decomposition of a kinship matrix, made once and used for every SNP and trait."""

from __future__ import annotations

import dataclasses
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from models.association.errors import KinshipMatrixError

SMALLEST_EIGENVALUE: Final = 1e-10
"""Eigenvalues below are taken as 0, as GEMMA does."""


@dataclasses.dataclass(frozen=True, slots=True)
class Spectrum:
    """Eigenvalues and eigenvectors of a centred kinship matrix.

    Attributes
    ----------
    values
        Eigenvalues, none negative, ascending, ``[n]``.
    vectors
        Eigenvectors in columns, ``[n, n]``.
    mean_diagonal
        Trace of the centred matrix over n: what lambda is multiplied with to become a share of the variance.
    lowest
        The lowest eigenvalue before those below 1e-10 became 0: far below 0 means no kinship matrix.
    """

    values: NDArray[np.float64]
    vectors: NDArray[np.float64]
    mean_diagonal: float
    lowest: float

    @property
    def n_people(self) -> int:
        """People of the kinship matrix."""
        return self.values.size


def centre_kinship(kinship: NDArray[np.floating]) -> NDArray[np.float64]:
    """Kinship matrix with the mean taken from rows and columns, ``[n, n]``: what an intercept sees of it."""
    matrix = np.array(kinship, np.float64)
    row_means = matrix.mean(axis=1)
    matrix -= row_means[:, None]
    matrix -= row_means[None, :] - row_means.mean()
    return matrix


def decompose(kinship: NDArray[np.floating]) -> Spectrum:
    """Centre a kinship matrix and decompose it.

    Parameters
    ----------
    kinship
        Relationship matrix of the people analysed (cut out of a larger one before, not after), symmetric, ``[n, n]``.

    Returns
    -------
    Spectrum
        With eigenvalues below 1e-10 as 0.

    Raises
    ------
    KinshipMatrixError
        If it is not square, not finite or not symmetric, or holds no relationships at all.

    References
    ----------
    Zhou and Stephens 2012, Nat Genet 44:821, doi:10.1038/ng.2310.
    """
    check_kinship(kinship)
    values, vectors = eigh(centre_kinship(kinship), driver="evd", overwrite_a=True, check_finite=False)
    lowest = float(values[0])
    values[values < SMALLEST_EIGENVALUE] = 0.0
    if not values[-1] > 0.0:
        raise KinshipMatrixError(
            f"all {values.size} eigenvalues of the centred kinship matrix are below {SMALLEST_EIGENVALUE:g}: "
            "give one made from genotypes that vary"
        )
    return Spectrum(values, vectors, float(values.sum()) / values.size, lowest)


def check_kinship(kinship: NDArray[np.floating]) -> None:
    """Check that a matrix can be a kinship matrix.

    Raises
    ------
    KinshipMatrixError
        Naming what it is not.
    """
    if kinship.ndim != 2 or kinship.shape[0] != kinship.shape[1] or kinship.shape[0] < 2:
        raise KinshipMatrixError(f"a kinship matrix must be square with 2 people or more, not {kinship.shape}")
    if not np.isfinite(kinship.sum()):
        row, column = np.argwhere(~np.isfinite(kinship))[0]
        raise KinshipMatrixError(
            f"the kinship of people {row} and {column} (counted from 0) is {kinship[row, column]}: "
            "it must be finite; drop people without genotypes"
        )
    difference = float(np.abs(kinship - kinship.T).max())
    if difference > 1e-4 * float(np.abs(kinship).max()):
        raise KinshipMatrixError(
            f"the kinship matrix differs from its transpose by up to {difference:.3g}: "
            "give the whole symmetric matrix, not one triangle"
        )

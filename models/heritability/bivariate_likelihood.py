"""Restricted likelihoods of two traits: rotated where all people have both, dense blocks where they do not.

The six components are, in this order, the genetic variance of the first trait, the genetic covariance, the genetic
variance of the second, and the same three of the residuals.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from models.heritability.ai_reml import Point, Slope

Array = NDArray[np.float64]

N_COMPONENTS: Final = 6
IS_VARIANCE: Final = np.array([True, False, True, True, False, True])
_UNITS: Final = np.array([[[1.0, 0.0], [0.0, 0.0]], [[0.0, 1.0], [1.0, 0.0]], [[0.0, 0.0], [0.0, 1.0]]])
"""What one of each kind of component adds to the 2 x 2 covariance."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Rotated:
    """``V_i⁻¹ [n, 2, 2]``, ``(Py)_i [n, 2]``."""

    weight: Array
    residual: Array


class RotatedPairs:
    """Two traits of the same people: after rotation by K's eigenvectors, n independent pairs; see `ai_reml.Likelihood`.

    ``V_i = d_i Vg + Ve``, so that a step costs time linear in n.

    Parameters
    ----------
    kinship
        K of the people analysed ``[n, n]``.
    Y, X
        Traits ``[n, 2]`` and the fixed effects of either ``[n, c]``.

    References
    ----------
    Zhou and Stephens 2014, Nat Methods 11:407, doi:10.1038/nmeth.2848.
    """

    def __init__(self, kinship: NDArray[np.floating], Y: Array, X: Array) -> None:
        values, vectors = eigh(np.asarray(kinship, np.float64), driver="evd", check_finite=False)
        self._d = np.where(values < 1e-10, 0.0, values)
        self._Y, self._X = vectors.T @ Y, vectors.T @ X
        self._scale = np.stack((self._d, np.ones_like(self._d)))
        self.n_observations, self.n_fixed = X.shape[0], 2 * X.shape[1]

    def evaluate(self, theta: Array) -> Point | None:
        """See `ai_reml.Likelihood`."""
        V = np.tensordot(self._scale, np.tensordot(theta.reshape(2, 3), _UNITS, 1), (0, 0))
        determinant = V[:, 0, 0] * V[:, 1, 1] - V[:, 0, 1] ** 2
        if not ((determinant > 0.0).all() and (V[:, 0, 0] > 0.0).all()):
            return None
        weight = np.empty_like(V)
        weight[:, 0, 0], weight[:, 1, 1] = V[:, 1, 1] / determinant, V[:, 0, 0] / determinant
        weight[:, 0, 1] = weight[:, 1, 0] = -V[:, 0, 1] / determinant
        information = self._sandwich(weight)
        sign, log_fixed = np.linalg.slogdet(information)
        if sign <= 0.0:
            return None
        covariance = np.asarray(np.linalg.inv(information), np.float64)
        weighted = np.einsum("ist,it->is", weight, self._Y)
        beta = covariance @ (weighted.T @ self._X).ravel()
        residual = weighted - np.einsum("ist,it->is", weight, self._fitted(beta))
        quadratic = float(np.vdot(self._Y, residual))
        log_likelihood = -0.5 * (float(np.log(determinant).sum()) + float(log_fixed) + quadratic)
        return Point(theta, log_likelihood, beta, covariance, _Rotated(weight, residual))

    def differentiate(self, point: Point) -> Slope:
        """See `ai_reml.Likelihood`."""
        state: _Rotated = point.state
        weight, residual = state.weight, state.residual
        units = np.tensordot(_UNITS, residual, (2, 1)).transpose(0, 2, 1)
        products = (self._scale[:, None, :, None] * units[None]).reshape(N_COMPONENTS, -1, 2)
        projected = np.empty_like(products)
        traces = np.empty(N_COMPONENTS)
        for k, product in enumerate(products):
            weighted = np.einsum("ist,it->is", weight, product)
            fixed = point.beta_covariance @ (weighted.T @ self._X).ravel()
            projected[k] = weighted - np.einsum("ist,it->is", weight, self._fitted(fixed))
            traces[k] = self._trace(weight, point.beta_covariance, k)
        flat = products.reshape(N_COMPONENTS, -1)
        score = 0.5 * (flat @ residual.ravel() - traces)
        information = 0.5 * flat @ projected.reshape(N_COMPONENTS, -1).T
        return Slope(score, 0.5 * (information + information.T))

    def _trace(self, weight: Array, covariance: Array, component: int) -> float:
        """``tr(P K_k)``."""
        scale, unit = self._scale[component // 3], _UNITS[component % 3]
        plain = float(scale @ np.einsum("ist,ts->i", weight, unit))
        sandwich = scale[:, None, None] * (weight @ unit @ weight)
        return plain - float(np.vdot(covariance, self._sandwich(sandwich)))

    def _sandwich(self, blocks: Array) -> Array:
        """``sum_i blocks_i (x) x_i x_i'``, ``[2c, 2c]``."""
        c = self._X.shape[1]
        total: Array = np.einsum("ist,ia,ib->satb", blocks, self._X, self._X, optimize=True)
        return total.reshape(2 * c, 2 * c)

    def _fitted(self, beta: Array) -> Array:
        """Fixed part of both traits ``[n, 2]``."""
        fitted: Array = self._X @ beta.reshape(2, -1).T
        return fitted


class BlockPairs:
    """Two traits of people that overlap in part or not at all; see `reml_likelihood.VarianceModel`.

    Parameters
    ----------
    kinship
        K of everybody ``[n_all, n_all]``.
    first, second
        Numbers of the people that have either trait ``[n_1]`` and ``[n_2]``.

    References
    ----------
    Lee et al. 2012, Bioinformatics 28:2540, doi:10.1093/bioinformatics/bts474.
    """

    def __init__(self, kinship: NDArray[np.floating], first: NDArray[np.int64], second: NDArray[np.int64]) -> None:
        self._first = np.asarray(kinship[np.ix_(first, first)], np.float64)
        self._second = np.asarray(kinship[np.ix_(second, second)], np.float64)
        self._across = np.asarray(kinship[np.ix_(first, second)], np.float64)
        _, self._shared_1, self._shared_2 = np.intersect1d(first, second, return_indices=True)
        self._n_1, self._n_2 = first.size, second.size

    def assemble(self, theta: Array) -> Array:
        """See `reml_likelihood.VarianceModel`."""
        n_1, n = self._n_1, self._n_1 + self._n_2
        V = np.zeros((n, n))
        np.multiply(self._first, theta[0], out=V[:n_1, :n_1])
        np.multiply(self._across, theta[1], out=V[:n_1, n_1:])
        np.multiply(self._second, theta[2], out=V[n_1:, n_1:])
        V[np.diag_indices(n)] += np.repeat(theta[[3, 5]], (n_1, self._n_2))
        V[self._shared_1, n_1 + self._shared_2] += theta[4]
        return V

    def contract(self, P: Array, u: Array) -> tuple[Array, Array]:
        """See `reml_likelihood.VarianceModel`."""
        n_1 = self._n_1
        P11, P12, P22 = P[:n_1, :n_1], P[:n_1, n_1:], P[n_1:, n_1:]
        u_1, u_2 = u[:n_1], u[n_1:]
        products = np.zeros((N_COMPONENTS, u.size))
        products[0, :n_1] = self._first @ u_1
        products[1, :n_1], products[1, n_1:] = self._across @ u_2, self._across.T @ u_1
        products[2, n_1:] = self._second @ u_2
        products[3, :n_1], products[5, n_1:] = u_1, u_2
        products[4, self._shared_1] = u_2[self._shared_2]
        products[4, n_1 + self._shared_2] = u_1[self._shared_1]
        traces = [
            _symmetric_trace(P11, self._first),
            2.0 * float(np.vdot(P12, self._across)),
            _symmetric_trace(P22, self._second),
            float(np.trace(P11)),
            2.0 * float(P12[self._shared_1, self._shared_2].sum()),
            float(np.trace(P22)),
        ]
        return np.array(traces), products


def log_likelihood_constant(n_observations: int, X: Array, *, n_traits: int) -> float:
    """What a program that writes the whole restricted density adds to ours: GEMMA does, GCTA does not."""
    free = n_observations - X.shape[1]
    return float(0.5 * n_traits * (np.linalg.slogdet(X.T @ X)[1] - free * math.log(2.0 * math.pi)))


def _symmetric_trace(P: Array, K: Array) -> float:
    """``tr(P K)`` of symmetric matrices, P's upper triangle filled."""
    upper = np.einsum("ij,ij->i", np.triu(P, 1), K).sum()
    return 2.0 * float(upper) + float(np.vdot(np.diagonal(P), np.diagonal(K)))

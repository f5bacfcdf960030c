"""The restricted likelihood of observations whose covariance is a dense sum of components."""

from __future__ import annotations

import dataclasses
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import blas, lapack

from models.heritability.ai_reml import Point, Slope

Array = NDArray[np.float64]


class VarianceModel(Protocol):
    """A covariance ``V(theta) = sum_k theta_k K_k`` of N observations with q components."""

    def assemble(self, theta: Array) -> Array:
        """``V [N, N]`` in C order, its upper triangle filled; it may take the memory of the V before."""

    def contract(self, P: Array, u: Array) -> tuple[Array, Array]:
        """``tr(P K_k) [q]`` with P's upper triangle filled, and ``K_k u [q, N]``."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Factored:
    """Cholesky factor of V (lower, Fortran order; spent by the derivatives), ``V⁻¹X [N, c]`` and ``Py [N]``."""

    factor: Array
    solved: Array
    residual: Array


class DenseLikelihood:
    """The restricted likelihood of `y` given `X`; see `ai_reml.Likelihood`.

    Parameters
    ----------
    model
        The covariance.
    y, X
        Observations ``[N]`` and fixed effects of full rank ``[N, c]``.
    """

    def __init__(self, model: VarianceModel, y: Array, X: Array) -> None:
        self._model, self._y, self._X = model, y, X
        self.n_observations, self.n_fixed = X.shape

    def evaluate(self, theta: Array) -> Point | None:
        """See `ai_reml.Likelihood`."""
        y, X = self._y, self._X
        factor, info = lapack.dpotrf(self._model.assemble(theta).T, lower=1, overwrite_a=1, clean=0)
        if info != 0:
            return None
        solved = lapack.dpotrs(factor, np.column_stack((X, y)), lower=1)[0]
        A, Vy = np.ascontiguousarray(solved[:, :-1]), solved[:, -1]
        weighted = X.T @ A
        inner, info = lapack.dpotrf(weighted, lower=1)
        if info != 0:
            return None
        beta_covariance = np.linalg.inv(weighted)
        beta = beta_covariance @ (A.T @ y)
        residual = Vy - A @ beta
        log_determinants = 2.0 * float(np.log(np.diagonal(factor)).sum() + np.log(np.diagonal(inner)).sum())
        log_likelihood = -0.5 * (log_determinants + float(y @ residual))
        return Point(theta, log_likelihood, beta, beta_covariance, _Factored(factor, A, residual))

    def differentiate(self, point: Point) -> Slope:
        """See `ai_reml.Likelihood`; a point can be differentiated once, and before the next is evaluated."""
        state: _Factored = point.state
        inverse, _ = lapack.dpotri(state.factor, lower=1, overwrite_c=1)
        root = np.linalg.cholesky(point.beta_covariance)
        P = blas.dsyrk(-1.0, state.solved @ root, beta=1.0, c=inverse, lower=1, overwrite_c=1)
        traces, products = self._model.contract(P.T, state.residual)
        score = 0.5 * (products @ state.residual - traces)
        projected = blas.dsymm(1.0, P, products.T, lower=1)
        information = 0.5 * (products @ projected)
        return Slope(score, 0.5 * (information + information.T))

"""Slow twins of REML: dense inverses, and small data sets of related people."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from models.kinship import Kinship

Array = NDArray[np.float64]


def simulate_kinships(n: int, n_parts: int, *, seed: int = 0, n_snps: int = 40) -> list[Kinship]:
    """Matrices of a few SNPs each, so that they differ much."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(n_parts):
        z = rng.standard_normal((n_snps, n))
        made.append(Kinship(z.T @ z / n_snps, "standardised", n_snps))
    return made


def simulate_phenotype(kinships: Sequence[Kinship], theta: Sequence[float], *, seed: int = 1) -> Array:
    """A draw from ``N(0, sum theta_k K_k + theta_e I)``."""
    V = covariance([kinship.matrix for kinship in kinships], np.asarray(theta))
    return np.linalg.cholesky(V) @ np.random.default_rng(seed).standard_normal(V.shape[0])


def covariance(matrices: Sequence[NDArray[np.floating]], theta: Array) -> Array:
    """V; the identity comes last."""
    return sum(
        (t * K for t, K in zip(theta[:-1], matrices, strict=True)), start=theta[-1] * np.eye(matrices[0].shape[0])
    )


def projection(V: Array, X: Array) -> Array:
    """P by explicit inverses."""
    inverse = np.linalg.inv(V)
    return inverse - inverse @ X @ np.linalg.inv(X.T @ inverse @ X) @ X.T @ inverse


def log_likelihood(V: Array, y: Array, X: Array) -> float:
    """The restricted log-likelihood without its constant; minus infinity where V is not positive definite."""
    if np.linalg.eigvalsh(V)[0] <= 0.0:
        return -np.inf
    fixed = np.linalg.slogdet(X.T @ np.linalg.inv(V) @ X)[1]
    return -0.5 * float(np.linalg.slogdet(V)[1] + fixed + y @ projection(V, X) @ y)


def derivatives(parts: Sequence[Array], V: Array, y: Array, X: Array) -> tuple[Array, Array]:
    """Score and average information by their formulas, each part (the identity too) a matrix."""
    P = projection(V, X)
    score = np.array([-0.5 * (np.trace(P @ K) - y @ P @ K @ P @ y) for K in parts])
    information = np.array([[0.5 * y @ P @ K @ P @ L @ P @ y for L in parts] for K in parts])
    return score, information


def maximise_slowly(matrices: Sequence[Array], y: Array, X: Array, *, start: Array, lowest: float) -> Array:
    """Components by a general optimiser, bounded from below."""

    def loss(theta: Array) -> float:
        value = log_likelihood(covariance(matrices, theta), y, X)
        return -value if np.isfinite(value) else 1e10

    found = minimize(
        loss, start, method="Nelder-Mead", bounds=[(lowest, None)] * start.size,
        options={"xatol": 1e-7, "fatol": 1e-10, "maxiter": 4000},
    )  # fmt: skip
    return np.asarray(found.x)

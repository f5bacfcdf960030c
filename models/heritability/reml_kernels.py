"""Sums of packed relationship matrices for REML: the covariance from them, their traces and products."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray


@numba.njit(cache=True)
def pack_upper(
    matrix: NDArray[np.floating], people: NDArray[np.int64], packed: NDArray[np.float32]
) -> tuple[float, float]:
    """Copy the upper triangle for the chosen people, row by row, into ``packed [n (n + 1) / 2]``.

    Returns the trace and the sum of all values (of both triangles).
    """
    at, trace, total = 0, 0.0, 0.0
    for i in range(people.size):
        row = matrix[people[i]]
        trace += row[people[i]]
        total -= row[people[i]]
        for j in range(i, people.size):
            value = row[people[j]]
            packed[at] = value
            total += 2.0 * value
            at += 1
    return trace, total


@numba.njit(cache=True, fastmath={"reassoc", "contract"})
def assemble_upper(
    packed: NDArray[np.float32], chosen: NDArray[np.int64], theta: NDArray[np.float64], V: NDArray[np.float64]
) -> None:
    """Write ``V = sum_k theta_k K_k + theta_e I`` to the upper triangle of ``V [n, n]``; theta_e is the last."""
    n, at = V.shape[0], 0
    for i in range(n):
        row = V[i, i:]
        row[:] = 0.0
        for k in range(chosen.size):
            values, weight = packed[chosen[k], at : at + n - i], theta[k]
            for j in range(n - i):
                row[j] += weight * values[j]
        row[0] += theta[chosen.size]
        at += n - i


@numba.njit(cache=True, fastmath={"reassoc", "contract"})
def contract_upper(
    packed: NDArray[np.float32],
    chosen: NDArray[np.int64],
    P: NDArray[np.float64],
    u: NDArray[np.float64],
    products: NDArray[np.float64],
) -> NDArray[np.float64]:
    """``tr(P K_k)`` for each k, and ``K_k u`` written to ``products [k, n]`` (zeros before), in one pass.

    ``P [n, n]`` counts in its upper triangle.
    """
    n, at = P.shape[0], 0
    traces = np.zeros(chosen.size)
    for i in range(n):
        row, rest, ui = P[i, i + 1 :], u[i + 1 :], u[i]
        for k in range(chosen.size):
            values, out = packed[chosen[k], at + 1 : at + n - i], products[k, i + 1 :]
            trace, product = 0.0, 0.0
            for j in range(n - i - 1):
                value = np.float64(values[j])
                trace += value * row[j]
                product += value * rest[j]
                out[j] += value * ui
            diagonal = np.float64(packed[chosen[k], at])
            traces[k] += 2.0 * trace + diagonal * P[i, i]
            products[k, i] += product + diagonal * ui
        at += n - i
    return traces

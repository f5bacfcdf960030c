"""Functions known at Chebyshev nodes: their series, values, derivatives and maxima, many functions at a time."""

from __future__ import annotations

import dataclasses
import math

import numba
import numpy as np
from numpy.typing import NDArray

MAXIMUM_STEPS = 60
TOLERANCE = 1e-10


@dataclasses.dataclass(frozen=True, slots=True)
class Window:
    """An interval of log lambda with its nodes.

    Attributes
    ----------
    low, high
        Its ends.
    nodes
        Chebyshev points of the second kind, ascending, ends included, ``[K]``.
    to_series
        Matrix that turns values at the nodes into Chebyshev coefficients, ``coefficients = to_series @ values``,
        ``[K, K]``.
    """

    low: float
    high: float
    nodes: NDArray[np.float64]
    to_series: NDArray[np.float64]

    @property
    def half_width(self) -> float:
        """Half the length of the interval."""
        return (self.high - self.low) / 2.0

    def place(self, position: float) -> float:
        """Log lambda at a position between -1 and 1; the ends exactly."""
        if abs(position) == 1.0:
            return self.low if position < 0.0 else self.high
        return (self.low + self.high) / 2.0 + self.half_width * position


def make_window(low: float, high: float, n_nodes: int) -> Window:
    """The interval from `low` to `high` with `n_nodes` Chebyshev points of the second kind."""
    k = np.arange(n_nodes)
    angles = np.pi * (n_nodes - 1 - k) / (n_nodes - 1)
    weights = np.full(n_nodes, 2.0 / (n_nodes - 1))
    weights[[0, -1]] /= 2.0
    to_series = np.cos(np.outer(k, angles)) * weights
    to_series[[0, -1]] /= 2.0
    nodes = (low + high) / 2.0 + (high - low) / 2.0 * np.cos(angles)
    nodes[[0, -1]] = low, high
    return Window(low, high, nodes, to_series)


def series_value(coefficients: NDArray[np.float64], position: NDArray[np.float64]) -> NDArray[np.float64]:
    """Value of each series at its own place.

    Parameters
    ----------
    coefficients
        ``[m, K]``, or ``[K]`` for one series for all.
    position
        Places in the interval, -1 at its low and 1 at its high end, ``[m]``.
    """
    table = np.atleast_2d(coefficients)
    out = np.empty(position.size)
    _values(table, position, out)
    return out


def series_slopes(coefficients: NDArray[np.float64], position: float) -> tuple[float, float]:
    """First and second derivative of one series, ``[K]``, by the position between -1 and 1."""
    first, second = _slopes(coefficients, position)
    return float(first), float(second)


def find_maxima(
    values: NDArray[np.float64], coefficients: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """Place of the maximum of each function.

    Every node that is no lower than those beside it is refined by Newton steps on the derivative of the series, kept
    between these; the highest maximum found is returned.

    Parameters
    ----------
    values
        At the nodes, ``[m, K]``.
    coefficients
        Of the same functions, ``[m, K]``.

    Returns
    -------
    tuple[NDArray[np.float64], NDArray[np.int8]]
        Places between -1 and 1, ``[m]``, and which end holds the maximum: -1 the low one, 1 the high one, 0 none.
    """
    position, edge = np.empty(values.shape[0]), np.empty(values.shape[0], np.int8)
    _maxima(np.ascontiguousarray(values), np.ascontiguousarray(coefficients), position, edge)
    return position, edge


@numba.njit(cache=True)
def _values(table: NDArray[np.float64], position: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    for row in range(out.size):
        out[row] = _value(table[row if table.shape[0] > 1 else 0], position[row])


@numba.njit(cache=True)
def _value(c: NDArray[np.float64], x: float) -> float:
    """One series at x, by Clenshaw's recurrence."""
    b1, b2 = 0.0, 0.0
    for k in range(c.size - 1, 0, -1):
        b1, b2 = c[k] + 2.0 * x * b1 - b2, b1
    return float(c[0] + x * b1 - b2)


@numba.njit(cache=True)
def _slopes(c: NDArray[np.float64], x: float) -> tuple[float, float]:
    """First and second derivative of one series, by the recurrences of T and its derivatives."""
    t0, t1 = 1.0, x
    d0, d1 = 0.0, 1.0
    e0, e1 = 0.0, 0.0
    first, second = c[1], 0.0
    for k in range(2, c.size):
        t2 = 2.0 * x * t1 - t0
        d2 = 2.0 * t1 + 2.0 * x * d1 - d0
        e2 = 4.0 * d1 + 2.0 * x * e1 - e0
        first += c[k] * d2
        second += c[k] * e2
        t0, t1, d0, d1, e0, e1 = t1, t2, d1, d2, e1, e2
    return first, second


@numba.njit(cache=True)
def _refine(c: NDArray[np.float64], low: float, high: float, x: float) -> float:
    """Root of the derivative between low and high: Newton, halved where a step leaves the bracket."""
    for _ in range(MAXIMUM_STEPS):
        first, second = _slopes(c, x)
        if first > 0.0:
            low = x
        else:
            high = x
        step = -first / second if second < 0.0 else math.inf
        following = x + step
        if not low < following < high:
            following = 0.5 * (low + high)
        if abs(following - x) < TOLERANCE:
            return following
        x = following
    return x


@numba.njit(cache=True)
def _maxima(
    values: NDArray[np.float64],
    coefficients: NDArray[np.float64],
    position: NDArray[np.float64],
    edge: NDArray[np.int8],
) -> None:
    n_nodes = values.shape[1]
    places = np.empty(n_nodes)
    for k in range(n_nodes):
        places[k] = -math.cos(math.pi * k / (n_nodes - 1))
    for row in range(values.shape[0]):
        c, highest = coefficients[row], -math.inf
        position[row], edge[row] = places[0], -1
        for k in range(n_nodes):
            low, high = max(k - 1, 0), min(k + 1, n_nodes - 1)
            if values[row, k] < values[row, low] or values[row, k] < values[row, high]:
                continue
            found, end = places[k], np.int8(0)
            outward = _slopes(c, found)[0] * (-1.0 if k == 0 else 1.0) if k in (low, high) else -1.0
            if outward < 0.0:
                found = _refine(c, places[low], places[high], found)
            else:
                end = np.int8(-1 if k == 0 else 1)
            value = _value(c, found)
            if value > highest:
                highest, position[row], edge[row] = value, found, end

"""Compares results with golden ones and keeps the worst error of each quantity, printed by ``pytest --goldens``."""

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass
class GoldenQuantity:
    """What was compared under one name: how many values, the worst error, and the limit it was held to."""

    n_values: int = 0
    worst: float = 0.0
    limit: str = ""


QUANTITIES: dict[str, GoldenQuantity] = {}


def check_golden(quantity: str, found: Any, expected: Any, *, rtol: float = 0.0, atol: float = 0.0) -> None:
    """Assert that every value is within the limit (|found - expected| <= atol + rtol |expected|, NaN equals NaN).

    The worst error is noted before the assertion, so that a failure is in the table as well: relative where only
    `rtol` is given, else absolute.
    """
    a, b = np.asarray(found, dtype=np.float64).ravel(), np.asarray(expected, dtype=np.float64).ravel()
    assert a.shape == b.shape, f"{quantity}: {a.shape} values, the golden has {b.shape}"
    error = np.abs(a - b)
    if not atol:
        error = np.divide(error, np.abs(b), out=error.copy(), where=b != 0)
    worst = float(np.nanmax(error, initial=0.0)) if error.size else 0.0
    noted = QUANTITIES.setdefault(quantity, GoldenQuantity())
    noted.n_values += a.size
    noted.worst = max(noted.worst, worst)
    noted.limit = f"absolute {atol:g}" if atol else f"relative {rtol:g}"
    np.testing.assert_allclose(a, b, rtol=rtol, atol=atol, equal_nan=True, err_msg=quantity)


def render_goldens() -> list[str]:
    """The table of everything compared, one line a quantity."""
    width = max(map(len, QUANTITIES), default=0)
    lines = [f"{'quantity':<{width}}  {'values':>9}  {'worst error':>11}  limit"]
    lines += [
        f"{name:<{width}}  {q.n_values:>9,}  {q.worst:>11.2e}  {q.limit}" for name, q in sorted(QUANTITIES.items())
    ]
    return [*lines, f"{len(QUANTITIES)} quantities, {sum(q.n_values for q in QUANTITIES.values()):,} values"]

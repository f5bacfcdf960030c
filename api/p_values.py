"""P-values as exact text: a float underflows at 1e-308, minus log10 does not."""

import math
from decimal import Decimal, InvalidOperation

from services.search import render_p_value as render_exact_p_value


def render_p_value(neg_log10_p: float, *, is_bound: bool = False) -> str:
    """Write a p-value as text that never underflows.

    Parameters
    ----------
    neg_log10_p
        Minus log10 of the p-value, 0 or more.
    is_bound
        True when the p-value is only known to be smaller than this.

    Returns
    -------
    str
        For example ``0.0123``, ``3.2E-412`` or ``<1E-323``; at most six significant digits.
    """
    return ("<" if is_bound else "") + render_exact_p_value(neg_log10_p)


def neg_log10(p_value: float) -> float:
    """Minus log10 of a p-value given as a number; infinite for 0."""
    return math.inf if p_value <= 0.0 else -math.log10(p_value)


def parse_p_value(text: str) -> float:
    """Minus log10 of a p-value given as text, which may be smaller than any float.

    Raises
    ------
    ValueError
        For text that is no number above 0 and at most 1.
    """
    try:
        value = Decimal(text.strip())
    except InvalidOperation as error:
        raise ValueError(f"a p-value is a number such as 3.2E-412, not {text[:40]!r}") from error
    if not (value.is_finite() and 0 < value <= 1):
        raise ValueError(f"a p-value is above 0 and at most 1, not {text[:40]!r}")
    return abs(float(value.log10()))

"""P-values as exact text: a float underflows at 1e-308, minus log10 does not."""

import math
from decimal import Decimal, InvalidOperation

from services.search import render_p_value

__all__ = ["neg_log10", "parse_p_value", "render_p_value"]


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

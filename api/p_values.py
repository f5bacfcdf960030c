"""P-values as exact text: a float underflows at 1e-308, minus log10 does not."""

import math

DECIMAL_BELOW = 3.0
"""Values whose minus log10 is smaller are written as plain decimals (0.0123), the others as 1.23E-4."""

SIGNIFICANT_DIGITS = 6


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
    prefix = "<" if is_bound else ""
    if neg_log10_p < DECIMAL_BELOW:
        return f"{prefix}{10.0**-neg_log10_p:.{SIGNIFICANT_DIGITS}g}"
    exponent = math.floor(-neg_log10_p)
    mantissa = float(f"{10.0 ** (-neg_log10_p - exponent):.{SIGNIFICANT_DIGITS}g}")
    if mantissa >= 10.0:
        mantissa, exponent = mantissa / 10.0, exponent + 1
    return f"{prefix}{mantissa:g}E{exponent}"


def neg_log10(p_value: float) -> float:
    """Minus log10 of a p-value given as a number; infinite for 0."""
    return math.inf if p_value <= 0.0 else -math.log10(p_value)

"""Which allele pairs of two tables are one variant, over swapped alleles and the other strand."""

from __future__ import annotations

from typing import Final

import polars as pl

from loaders.alleles import COMPLEMENTS, SNV_ALLELES, is_palindromic


def pair_sign(effect: str, other: str, second_effect: str, second_other: str) -> float | None:
    """Return the factor that turns the second table's z to the first one's effect allele: 1, -1, None if no match.

    Parameters
    ----------
    effect, other, second_effect, second_other
        Single bases in upper case.
    """
    pair, flipped = (second_effect, second_other), (COMPLEMENTS[second_effect], COMPLEMENTS[second_other])
    if (effect, other) in (pair, flipped):
        return 1.0
    if (other, effect) in (pair, flipped):
        return -1.0
    return None


_PAIRS: Final = [(a, b) for a in SNV_ALLELES for b in SNV_ALLELES if a != b and not is_palindromic(a, b)]

CLEAR_PAIRS: Final = tuple("".join(pair) for pair in _PAIRS)
"""Effect and other allele, two letters, of single-base variants whose strand is no question."""

PAIR_SIGNS: Final = {
    "".join((*first, *second)): sign
    for first in _PAIRS
    for second in _PAIRS
    if (sign := pair_sign(*first, *second)) is not None
}
"""Pairs of two tables, four letters, to the factor of the second one's z; other combinations are no one variant."""


def sign_expression(first: pl.Expr, second: pl.Expr) -> pl.Expr:
    """Factor of the second table's z row by row (twin of `pair_sign`), from two-letter pairs; null for no match."""
    return (first + second).replace_strict(PAIR_SIGNS, default=None, return_dtype=pl.Float64)

"""Allele pairs: the canonical pair of a variant, palindromes, and the effect aligned to the pair's first allele."""

from __future__ import annotations

from typing import Final

import polars as pl

COMPLEMENTS: Final = {"A": "T", "C": "G", "G": "C", "T": "A"}
SNV_ALLELES: Final = tuple(COMPLEMENTS)
INDEL_CODES: Final = ("D", "I")
ALLELE_PATTERN: Final = r"^(?:[ACGT]+|D|I)$"


def canonical_pair(a: str, b: str) -> tuple[str, str]:
    """Return the allele pair of a variant, free of order and, for single bases, of strand.

    Of the sorted pair and the sorted complement pair the alphabetically first, so A/G, G/A, T/C and C/T all give
    A:G. Lettered indels are sorted and never complemented; D/I gives D:I (formats.md, decision 7).

    Parameters
    ----------
    a, b
        Alleles in upper case.
    """
    pair = (min(a, b), max(a, b))
    if a not in COMPLEMENTS or b not in COMPLEMENTS:
        return pair
    other = sorted((COMPLEMENTS[a], COMPLEMENTS[b]))
    return min(pair, (other[0], other[1]))


def is_palindromic(a: str, b: str) -> bool:
    """Tell whether a pair reads the same on both strands (A/T, C/G), so that its strand is unknown."""
    return COMPLEMENTS.get(a) == b


def aligned_sign(effect_allele: str, other_allele: str) -> int | None:
    """Return the factor that turns an effect to the canonical pair's first allele: 1, -1, or None if unknown.

    Parameters
    ----------
    effect_allele, other_allele
        Alleles in upper case.
    """
    if is_palindromic(effect_allele, other_allele):
        return None
    first = canonical_pair(effect_allele, other_allele)[0]
    if first in (effect_allele, other_allele):
        return 1 if first == effect_allele else -1
    return 1 if COMPLEMENTS[effect_allele] == first else -1


def clean_allele_expression(column: pl.Expr) -> pl.Expr:
    """Trim and upper-case an allele column; empty text becomes null."""
    text = column.cast(pl.String).str.strip_chars().str.to_uppercase()
    return pl.when(text != "").then(text)


def is_allele_expression(column: pl.Expr) -> pl.Expr:
    """Tell row by row whether a cleaned allele is letters A, C, G, T, or the code D or I; null for null."""
    return column.str.contains(ALLELE_PATTERN)


def is_indel_expression(a: pl.Expr, b: pl.Expr) -> pl.Expr:
    """Tell row by row whether a pair is anything but two single bases; null where an allele is missing."""
    return ~(a.is_in(SNV_ALLELES) & b.is_in(SNV_ALLELES))


def is_palindromic_expression(a: pl.Expr, b: pl.Expr) -> pl.Expr:
    """Tell row by row whether a pair is A/T or C/G (twin of `is_palindromic`); false where one is missing."""
    return (complement_expression(a) == b).fill_null(value=False)


def complement_expression(column: pl.Expr) -> pl.Expr:
    """Complement of single bases; null for everything else."""
    return column.replace_strict(COMPLEMENTS, default=None, return_dtype=pl.String)


def canonical_pair_expressions(a: pl.Expr, b: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Both alleles of the canonical pair (twin of `canonical_pair`); null where an allele is missing."""
    joined = pair_text_expression(a, b)
    first, second = joined.str.extract(r"^([^:]+):", 1), joined.str.extract(r":(.+)$", 1)
    return first.alias("allele_1"), second.alias("allele_2")


def pair_text_expression(a: pl.Expr, b: pl.Expr) -> pl.Expr:
    """Canonical pair as text such as `A:G`; null where an allele is missing."""
    as_given = pl.concat_str([pl.min_horizontal(a, b), pl.max_horizontal(a, b)], separator=":")
    pairs = {f"{x}:{y}": ":".join(canonical_pair(x, y)) for x in SNV_ALLELES for y in SNV_ALLELES if x <= y}
    text = as_given.replace(pairs)
    return pl.when(a.is_not_null() & b.is_not_null()).then(text)


def aligned_sign_expression(effect_allele: pl.Expr, other_allele: pl.Expr) -> pl.Expr:
    """Factor 1.0 or -1.0 to the canonical pair's first allele (twin of `aligned_sign`); null where unknown."""
    signs = {
        f"{x}{y}": float(sign)
        for x in SNV_ALLELES
        for y in SNV_ALLELES
        if x != y and (sign := aligned_sign(x, y)) is not None
    }
    snv_sign = (effect_allele + other_allele).replace_strict(signs, default=None, return_dtype=pl.Float64)
    indel_sign = pl.when(effect_allele < other_allele).then(1.0).otherwise(-1.0)
    return (
        pl.when(effect_allele.is_null() | other_allele.is_null())
        .then(None)
        .when(is_indel_expression(effect_allele, other_allele))
        .then(indel_sign)
        .otherwise(snv_sign)
    )

"""Brings the z scores of two traits to one effect allele, over swapped alleles and the other strand."""

from __future__ import annotations

import polars as pl

from loaders.ldsc.allele_pairs import CLEAR_PAIRS, sign_expression


def match_alleles(joined: pl.DataFrame, index: int, counts: dict[str, int]) -> pl.DataFrame:
    """Align one trait to the first.

    Parameters
    ----------
    joined
        effect_0, other_0 and of trait `index` effect, other, z.
    index
        The trait's place, 1 or more.
    counts
        Where SNPs left out are booked: ambiguous_alleles (A/T, C/G, indels, missing), mismatched_alleles.

    Returns
    -------
    DataFrame
        The SNPs that stay, z of trait `index` of the first trait's effect allele.
    """
    upper = [pl.col(name).str.to_uppercase() for name in ("effect_0", "other_0", f"effect_{index}", f"other_{index}")]
    table = joined.with_columns(first=upper[0] + upper[1], second=upper[2] + upper[3])
    is_clear = pl.col("first").is_in(CLEAR_PAIRS) & pl.col("second").is_in(CLEAR_PAIRS)
    clear = table.filter(is_clear.fill_null(value=False))
    matched = clear.with_columns(sign=sign_expression(pl.col("first"), pl.col("second"))).drop_nulls("sign")
    counts[f"ambiguous_alleles_of_trait_{index + 1}"] = table.height - clear.height
    counts[f"mismatched_alleles_of_trait_{index + 1}"] = clear.height - matched.height
    return matched.with_columns(pl.col(f"z_{index}") * pl.col("sign")).drop("first", "second", "sign")

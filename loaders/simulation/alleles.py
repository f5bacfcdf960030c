"""How a simulated file names the alleles of its SNPs: any order, either strand."""

import numpy as np
import polars as pl

_COMPLEMENT = {"A": "T", "C": "G", "G": "C", "T": "A"}


def report_alleles(snps: pl.DataFrame, generator: np.random.Generator, flipped_share: float = 0.0) -> pl.DataFrame:
    """Choose the effect allele and the strand in which one file reports each SNP.

    Parameters
    ----------
    snps
        The genome's SNPs.
    generator
        Source of randomness.
    flipped_share
        Share of the lettered single-base SNPs that the file reports on the minus strand.

    Returns
    -------
    pl.DataFrame
        One row a SNP: effect_allele, other_allele, effect_sign (+1 where the effect allele is allele_1, else -1),
        effect_allele_frequency. A palindromic SNP is never reported on the minus strand, so that its sign stays true.
    """
    n_snps = snps.height
    is_swapped = generator.random(n_snps) < 0.5
    is_flipped = generator.random(n_snps) < flipped_share
    pair = pl.concat_str(pl.min_horizontal("allele_1", "allele_2"), pl.max_horizontal("allele_1", "allele_2"))
    may_flip = ~pl.col("is_indel") & ~pair.is_in(["AT", "CG"])
    chosen = snps.with_columns(is_swapped=pl.Series(is_swapped), is_flipped=pl.Series(is_flipped) & may_flip)
    swapped, flipped = pl.col("is_swapped"), pl.col("is_flipped")
    effect = pl.when(swapped).then("allele_2").otherwise("allele_1")
    other = pl.when(swapped).then("allele_1").otherwise("allele_2")
    return chosen.select(
        pl.when(flipped).then(effect.replace(_COMPLEMENT)).otherwise(effect).alias("effect_allele"),
        pl.when(flipped).then(other.replace(_COMPLEMENT)).otherwise(other).alias("other_allele"),
        pl.when(swapped).then(-1.0).otherwise(1.0).alias("effect_sign"),
        pl.when(swapped).then(1.0 - pl.col("frequency_1")).otherwise("frequency_1").alias("effect_allele_frequency"),
    )

"""What an evidence edge needs besides its row: node, cis or trans, aligned effect, what it is superseded by."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from loaders.alleles import is_palindromic_expression

CIS_LIMIT_BP: Final = 1_000_000
STRAND_LIMITS: Final = (0.4, 0.6)
"""Frequencies between these do not tell the strands of a palindrome apart (formats.md, decision 6)."""
OUTLIER_LIMIT: Final = 0.2

FACT_COLUMNS: Final = (
    "is_superseded",
    "cis_trans",
    "cis_trans_source",
    "aligned_effect_size",
    "aligned_z_score",
    "flags",
)
"""The properties of an edge that depend on other loads than its own."""


@dataclass(frozen=True)
class Surroundings:
    """What edges are compared with.

    Attributes
    ----------
    mapping
        reported_variant, snp_key.
    variants
        key, chromosome, position_bp, build, allele_1, allele_2, reference_allele_frequency.
    targets
        target, target_chromosome, target_start_bp, target_end_bp of placed CpGs or genes; empty for traits.
    reference_build
        Build in which places are compared.
    """

    mapping: pl.DataFrame
    variants: pl.DataFrame
    targets: pl.DataFrame
    reference_build: str


def describe_edges(rows: pl.DataFrame, around: Surroundings, *, first_index: int = 0) -> pl.DataFrame:
    """Work out the facts of the edges of one load.

    Parameters
    ----------
    rows
        Evidence rows of one load, in the order of its file: all rows of the targets that occur.
    around
        The resolved variants and the places of the targets.
    first_index
        Row of the file at which `rows` begins.

    Returns
    -------
    DataFrame
        edge_index (row of the file), snp_key and ``FACT_COLUMNS``, in the order of the file.
    """
    joined = (
        rows.with_row_index("edge_index", offset=first_index)
        .with_columns(pl.col("edge_index").cast(pl.Int64))
        .join(around.mapping, on="reported_variant", how="left")
        .join(_prefix(around.variants, "snp_"), on="snp_key", how="left")
        .join(around.targets, on="target", how="left")
    )
    with_place = joined.with_columns(_cis_trans(around.reference_build))
    aligned = _align(with_place)
    return (
        _mark_superseded(aligned)
        .with_columns(flags=_flags())
        .sort("edge_index")
        .select("edge_index", "snp_key", *FACT_COLUMNS)
    )


def _prefix(variants: pl.DataFrame, prefix: str) -> pl.DataFrame:
    columns = ("key", "chromosome", "position_bp", "build", "allele_1", "allele_2", "reference_allele_frequency")
    return variants.select(pl.col(name).alias(f"{prefix}{name}") for name in columns)


def _mark_superseded(rows: pl.DataFrame) -> pl.DataFrame:
    """Mark the rows that are not the best of this load for their SNP, target and model.

    The best has the largest -log10 p, then the largest n, then the first name.
    """
    best_first = rows.sort(
        "neg_log10_p", "n_samples", "reported_variant", descending=[True, True, False], nulls_last=True
    )
    is_best = pl.struct("snp_key", "target", "model").is_first_distinct()
    return best_first.with_columns(is_superseded=~is_best)


def _cis_trans(reference_build: str) -> list[pl.Expr]:
    """The file's own word, else cis within 1 Mb of the target on its chromosome and trans elsewhere."""
    distance = pl.max_horizontal(
        pl.col("target_start_bp") - pl.col("snp_position_bp"), pl.col("snp_position_bp") - pl.col("target_end_bp")
    )
    is_known = (
        (pl.col("snp_build") == reference_build)
        & pl.col("snp_position_bp").is_not_null()
        & pl.col("target_start_bp").is_not_null()
    )
    is_cis = (pl.col("snp_chromosome") == pl.col("target_chromosome")) & (distance <= CIS_LIMIT_BP)
    computed = pl.when(is_known).then(pl.when(is_cis).then(pl.lit("cis")).otherwise(pl.lit("trans")))
    reported = pl.col("cis_trans")
    source = (
        pl.when(reported.is_not_null())
        .then(pl.lit("reported"))
        .when(is_known)
        .then(pl.lit("computed"))
        .alias("cis_trans_source")
    )
    return [pl.coalesce(reported, computed).alias("cis_trans"), source]


def _align(rows: pl.DataFrame) -> pl.DataFrame:
    """Refer effect, z and frequency to the first allele of the node.

    The loader aligned them to the first allele of the row's own pair. That is the node's, but for D/I rows joined to
    a lettered indel (D is the shorter allele), for nodes without alleles (nothing to align to), and for palindromes,
    whose strand only frequencies can tell.
    """
    first, second = pl.col("snp_allele_1"), pl.col("snp_allele_2")
    is_code = (pl.col("allele_1") == "D").fill_null(value=False) & (first != "D").fill_null(value=False)
    first_is_longer = first.str.len_bytes() > second.str.len_bytes()
    code_sign = pl.when(is_code & first_is_longer).then(-1.0).otherwise(1.0)
    is_palindrome = is_palindromic_expression(first, second)
    letter_sign = pl.when(pl.col("effect_allele") == first).then(1.0).when(pl.col("effect_allele") == second).then(-1.0)
    sign = pl.when(is_palindrome).then(letter_sign * pl.col("strand_sign")).otherwise(code_sign)
    frequency_sign = pl.when(is_palindrome).then(sign).otherwise(pl.col("row_sign") * code_sign)
    eaf = pl.col("effect_allele_frequency")
    has_signs = pl.col("effect_allele").is_not_null() & pl.col("other_allele").is_not_null()

    def refer(aligned: str, reported: str) -> pl.Expr:
        of_palindrome = pl.when(has_signs).then(pl.col(reported) * sign)
        value = pl.when(is_palindrome).then(of_palindrome).otherwise(pl.col(aligned) * sign)
        return pl.when(first.is_not_null()).then(value).alias(aligned)

    return rows.with_columns(strand_sign=_strand_sign(), row_sign=_row_sign()).with_columns(
        refer("aligned_effect_size", "effect_size"),
        refer("aligned_z_score", "z_score"),
        aligned_frequency=pl.when(frequency_sign == 1.0).then(eaf).when(frequency_sign == -1.0).then(1.0 - eaf),
        is_strand_resolved=is_palindrome & sign.is_not_null() & has_signs,
    )


def _row_sign() -> pl.Expr:
    """Factor from the effect allele to the first allele of the row's own pair; null where the strand is unknown."""
    complement = {"A": "T", "C": "G", "G": "C", "T": "A"}
    effect, first, second = pl.col("effect_allele"), pl.col("allele_1"), pl.col("allele_2")
    flipped = effect.replace_strict(complement, default=None, return_dtype=pl.String)
    is_first, is_second = (effect == first) | (flipped == first), (effect == second) | (flipped == second)
    known = pl.when(effect == first).then(1.0).when(effect == second).then(-1.0)
    sign = known.when(is_first).then(1.0).when(is_second).then(-1.0)
    return pl.when(~is_palindromic_expression(first, second)).then(sign)


def _strand_sign() -> pl.Expr:
    """1.0 where a palindrome was reported on the reference's strand, -1.0 on the other, null where nothing tells."""
    low, high = STRAND_LIMITS
    first, second = pl.col("snp_allele_1"), pl.col("snp_allele_2")
    eaf, reference = pl.col("effect_allele_frequency"), pl.col("snp_reference_allele_frequency")
    own = pl.when(pl.col("effect_allele") == first).then(eaf).when(pl.col("effect_allele") == second).then(1.0 - eaf)

    def side(frequency: pl.Expr) -> pl.Expr:
        return pl.when(frequency < low).then(-1.0).when(frequency > high).then(1.0)

    return side(own) * side(reference)


def _flags() -> pl.Expr:
    """The row's own flags with those that the reference frequency adds, sorted; null where there are none."""
    outlier = (pl.col("aligned_frequency") - pl.col("snp_reference_allele_frequency")).abs() > OUTLIER_LIMIT
    is_outlier, is_resolved = outlier.fill_null(value=False), pl.col("is_strand_resolved").fill_null(value=False)
    added = pl.concat_list(
        pl.when(is_outlier).then(pl.lit("frequency_outlier")), pl.when(is_resolved).then(pl.lit("strand_by_frequency"))
    ).list.drop_nulls()
    own = pl.col("flags")
    both = pl.concat_list(own.fill_null([]), added).list.unique().list.sort()
    flags = pl.when(is_outlier | is_resolved).then(both).otherwise(own.list.sort())
    return pl.when(flags.list.len() > 0).then(flags)

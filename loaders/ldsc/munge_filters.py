"""The filters of a munge, each counted: list, missing values, INFO, frequency, p, alleles, sample size, median."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import ndtri

from loaders.errors import FormatError
from loaders.ldsc.allele_pairs import CLEAR_PAIRS, sign_expression
from loaders.ldsc.munge_columns import MungePlan
from loaders.ldsc.munge_ledger import Loss, MungeLedger
from loaders.ldsc.sumstats import SUMSTATS_SCHEMA
from loaders.ldsc.typed_tables import read_typed_table, refuse_empty, refuse_missing
from loaders.significance import abs_z_of_neg_log10_p

if TYPE_CHECKING:
    from loaders.ldsc.munge_options import MungeOptions

SMALLEST_P: Final = 1e-300
_TOLERANCE: Final = 0.1
_N_QUANTILE, _N_SHARE = 0.9, 1.5
_KEPT: Final = ("effect", "n", "n_cases", "n_controls", "n_studies")


@dataclass(frozen=True)
class ListedAlleles:
    """SNPs to keep, with their alleles.

    Attributes
    ----------
    table
        SNP, A1, A2 in upper case, each SNP once.
    """

    table: pl.DataFrame

    def keep_matching(self, table: pl.DataFrame, ledger: MungeLedger) -> pl.DataFrame:
        """Keep the rows whose alleles are the listed ones, over swaps and strands; effects stay A1's."""
        listed = self.table.select("SNP", listed=pl.col("A1") + pl.col("A2"))
        joined = table.join(listed, on="SNP", how="left", maintain_order="left")
        is_match = joined.select(sign_expression(pl.col("A1") + pl.col("A2"), pl.col("listed")).is_not_null())
        kept = table.filter(is_match.to_series())
        ledger.lose(Loss.MISMATCHED_ALLELES, table.height - kept.height)
        return kept

    def fill(self, table: pl.DataFrame) -> pl.DataFrame:
        """Every listed SNP in the list's order; those that the table lacks have neither alleles nor Z nor N."""
        return self.table.select("SNP").join(table, on="SNP", how="left", maintain_order="left").select(table.columns)


def read_listed_alleles(path: Path) -> ListedAlleles:
    """Read a list of SNPs and alleles: SNP, A1, A2 (text or Parquet).

    Raises
    ------
    FormatError
        No file, or columns that are missing.
    """
    columns: tuple[str, ...] = ("SNP", "A1", "A2")
    table = read_typed_table(Path(path), lambda _: dict.fromkeys(columns, pl.String))
    refuse_empty(table, Path(path))
    refuse_missing(table, ("SNP",), Path(path))
    upper = table.with_columns(pl.col("A1", "A2").str.strip_chars().str.to_uppercase())
    return ListedAlleles(upper.drop_nulls("SNP").unique("SNP", keep="first", maintain_order=True))


def filter_rows(
    rows: pl.DataFrame,
    plan: MungePlan,
    options: MungeOptions,
    *,
    listed: ListedAlleles | None,
    ledger: MungeLedger,
) -> tuple[pl.DataFrame, int]:
    """Filter a batch and work out its z.

    Parameters
    ----------
    rows
        From `read_plain_rows` or `read_format_rows`.
    plan
        How they were read.
    options
        Thresholds.
    listed
        SNPs to keep; None for all.
    ledger
        Where every row left out is booked.

    Returns
    -------
    table, n_from_effect
        SNP, A1, A2, Z, effect, and N's columns; rows whose z came from effect and error.
    """

    def sift(frame: pl.DataFrame, reason: Loss, keeps: pl.Expr) -> pl.DataFrame:
        kept = frame.filter(keeps.fill_null(value=False))
        ledger.lose(reason, frame.height - kept.height)
        return kept

    if listed is not None:
        rows = sift(rows, Loss.NOT_LISTED, pl.col("snp").is_in(listed.table["SNP"].implode()))
    if "is_unreadable" in rows.columns:
        rows = sift(rows, Loss.UNREADABLE_NUMBER, ~pl.col("is_unreadable"))
    rows = _drop_missing(rows, options, ledger)
    info = [name for name in rows.columns if name.startswith("info_")]
    if info:
        total = pl.sum_horizontal(info) if len(info) > 1 else pl.col(info[0])
        rows = sift(rows, Loss.LOW_INFO, total >= options.minimum_info * len(info))
    if "frequency" in rows.columns:
        frequency = pl.col("frequency")
        minor = pl.when(frequency <= 0.5).then(frequency).otherwise(1.0 - frequency)  # of 0.99: above 0.01
        is_frequent = (minor > options.minimum_frequency) & frequency.is_between(0, 1)
        rows = sift(rows, Loss.LOW_FREQUENCY, is_frequent)
    rows, n_from_effect = _add_z(rows, plan)
    rows = sift(rows, Loss.BAD_P, pl.col("Z").is_not_null())
    rows = _clear_alleles(rows, ledger)
    names = [name for name in _KEPT if name in rows.columns]
    place = [pl.col(old).alias(new) for old, new in (("chromosome", "CHR"), ("position", "BP")) if old in rows.columns]
    return rows.select(SNP="snp", A1="a1", A2="a2", Z="Z").hstack(rows.select(*names, *place)), n_from_effect


def filter_sample_size(
    table: pl.DataFrame, plan: MungePlan, options: MungeOptions, *, ledger: MungeLedger, where: str
) -> tuple[pl.DataFrame, str]:
    """Add N and drop the rows with too few samples (or studies, where that is all a file says).

    Returns
    -------
    table, source
        With N; where N came from.

    Raises
    ------
    FormatError
        When nobody says N.
    """
    if options.n is not None:
        return _with_constant(table, options.n), f"given: {options.n:g}"
    if "n" in table.columns:
        return _keep_large(table.with_columns(N="n"), options, ledger), "the file's N"
    if {"n_cases", "n_controls"} <= set(table.columns):
        return _keep_large(_sum_cases(table), options, ledger), "cases + controls of each row"
    cases, controls = (options.n_cases or plan.n_cases), (options.n_controls or plan.n_controls)
    if cases is None or controls is None:
        raise FormatError(
            "summary statistics must have a sample size",
            seen="no column N, no cases and controls",
            where=where,
            remedy="give it (--n, or --n-cases and --n-controls), or name its column (--columns n=...)",
        )
    if "n_studies" in table.columns:
        kept = table.filter(pl.col("n_studies") == pl.col("n_studies").max())
        ledger.lose(Loss.FEW_STUDIES, table.height - kept.height)
        table = kept
    return _with_constant(table, cases + controls), f"{cases:g} cases + {controls:g} controls"


def check_median(table: pl.DataFrame, plan: MungePlan, *, checks: bool, where: str) -> float | None:
    """Compare the median of the signed statistic with its null.

    Returns
    -------
    float or None
        The median; None where there are no rows.

    Raises
    ------
    FormatError
        When it is more than 0.1 away: the column is not what it was taken for.
    """
    if not table.height:
        return None
    median = float(table["effect"].to_numpy().mean() if table.height == 0 else np.median(table["effect"].to_numpy()))
    null = null_value(plan)
    if checks and abs(median - null) > _TOLERANCE:
        column = plan.columns.get(plan.signed, "the effect")
        raise FormatError(
            f"the median of {column} must be within {_TOLERANCE} of its null, {null:g}",
            seen=f"{median:.4g}",
            where=where,
            remedy="check that the column is what it was taken for (an OR in a BETA column has 1, a log OR in an OR "
            "column 0); if it is right, switch the check off (--any-median)",
        )
    return median


def null_value(plan: MungePlan) -> float:
    """The value of the signed statistic that means no effect: 1 for odds ratios, else 0."""
    return 1.0 if plan.signed == "odds_ratio" else 0.0


def _drop_missing(rows: pl.DataFrame, options: MungeOptions, ledger: MungeLedger) -> pl.DataFrame:
    """Drop rows without a value that is used; INFO, and p where it is bad, have their own reasons."""
    optional = {"is_unreadable", "is_from_effect", "has_bad_p", "chromosome", "position", "se"}
    optional |= {"z"} if "p" in rows.columns or "neg_log10_p" in rows.columns else set()
    optional |= {"neg_log10_p"} if "has_bad_p" in rows.columns else set()
    optional |= {"n", "n_cases", "n_controls"} if options.n is not None else set()
    needed = [name for name in rows.columns if name not in optional and not name.startswith("info_")]
    if not any(rows[name].null_count() for name in needed):
        return rows
    kept = rows.drop_nulls(needed)
    ledger.lose(Loss.MISSING_VALUE, rows.height - kept.height)
    return kept


def _add_z(rows: pl.DataFrame, plan: MungePlan) -> tuple[pl.DataFrame, int]:
    """Add Z (null where p cannot be used) and count the rows whose |z| is that of effect over error."""
    effect = rows["effect"].to_numpy()
    sign = np.where(effect < null_value(plan), -1.0, 1.0)
    if "p" in rows.columns:
        size, n_from_effect = _size_of_p(rows, plan)
    elif "neg_log10_p" in rows.columns:
        values = rows["neg_log10_p"].fill_null(float("nan")).to_numpy()
        size = abs_z_of_neg_log10_p(np.where(values < 0, np.nan, values))
        n_from_effect = int(rows["is_from_effect"].sum()) if "is_from_effect" in rows.columns else 0
    else:
        size, n_from_effect = np.abs(_direct_z(rows, plan)), 0
    z = pl.Series("Z", sign * size).fill_nan(None)
    return rows.with_columns(z.set(z.is_infinite(), None)), n_from_effect


def _size_of_p(rows: pl.DataFrame, plan: MungePlan) -> tuple[NDArray[np.float64], int]:
    p = rows["p"].to_numpy()
    with np.errstate(invalid="ignore"):
        size = np.where((p > 0) & (p <= 1), -ndtri(p / 2), np.nan)
        tiny = np.flatnonzero((p >= 0) & (p < SMALLEST_P))
    if not tiny.size:
        return np.abs(size), 0
    direct = np.abs(_direct_z(rows[tiny], plan))
    known = np.isfinite(direct)
    size[tiny[known]] = direct[known]
    return np.abs(size), int(known.sum())


def _direct_z(rows: pl.DataFrame, plan: MungePlan) -> NDArray[np.float64]:
    """Effect over error, else the file's z, NaN where it has neither."""
    z = rows["z"].fill_null(float("nan")).to_numpy() if "z" in rows.columns else np.full(rows.height, np.nan)
    if "se" not in rows.columns or plan.signed not in ("beta", "log_odds", "odds_ratio"):
        return z
    effect, error = rows["effect"].to_numpy(), rows["se"].fill_null(0.0).to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (np.log(effect) if plan.signed == "odds_ratio" else effect) / np.where(error > 0, error, np.nan)
    return np.where(np.isfinite(ratio), ratio, z)


def _clear_alleles(rows: pl.DataFrame, ledger: MungeLedger) -> pl.DataFrame:
    """Keep single-base variants whose strand is clear, in upper case."""
    is_clear = rows.select((pl.col("a1") + pl.col("a2")).is_in(CLEAR_PAIRS)).to_series().fill_null(value=False)
    if not is_clear.all():
        upper = rows.filter(~is_clear).select(pl.col("a1", "a2").str.strip_chars().str.to_uppercase())
        if upper.select((pl.col("a1") + pl.col("a2")).is_in(CLEAR_PAIRS).any()).item():
            rows = rows.with_columns(pl.col("a1", "a2").str.strip_chars().str.to_uppercase())
            is_clear = rows.select((pl.col("a1") + pl.col("a2")).is_in(CLEAR_PAIRS)).to_series()
    kept = rows.filter(is_clear)
    ledger.lose(Loss.BAD_ALLELES, rows.height - kept.height)
    return kept


def _with_constant(table: pl.DataFrame, n: float) -> pl.DataFrame:
    return table.with_columns(N=pl.lit(float(n), dtype=SUMSTATS_SCHEMA["N"]))


def _sum_cases(table: pl.DataFrame) -> pl.DataFrame:
    """N = cases + controls, times the share of cases over its mean where N is largest."""
    total = pl.col("n_cases") + pl.col("n_controls")
    table = table.with_columns(total=total, share=pl.col("n_cases") / total)
    at_most = table.filter(pl.col("total") == pl.col("total").max())["share"].to_numpy()
    return table.with_columns(N=pl.col("total") * pl.col("share") / float(at_most.mean())).drop("total", "share")


def _keep_large(table: pl.DataFrame, options: MungeOptions, ledger: MungeLedger) -> pl.DataFrame:
    least = options.minimum_n
    if least is None:
        least = float(np.quantile(table["N"].to_numpy(), _N_QUANTILE)) / _N_SHARE
    kept = table.filter(pl.col("N") >= least)
    ledger.lose(Loss.LOW_N, table.height - kept.height)
    return kept

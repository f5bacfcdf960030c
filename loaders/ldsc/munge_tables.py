"""Munges the full normalised table of a loaded GWAS, by the same filters as a file."""

from __future__ import annotations

import polars as pl

from loaders.ldsc.munge import Munged, MungeOptions, munge_rows
from loaders.ldsc.munge_columns import MungePlan
from loaders.ldsc.munge_ledger import MungeLedger

_FORMAT = "normalised table"


def munge_table(rows: pl.LazyFrame, *, build: str, options: MungeOptions | None = None, where: str) -> Munged:
    """Munge rows of a normalised evidence table.

    Parameters
    ----------
    rows
        Columns of `loaders.evidence_table.EVIDENCE_SCHEMA`, of one trait.
    build
        Build of the positions that are kept; those of another build are left out.
    options
        Choices; None: the defaults, with places. The table has no INFO, so nothing is filtered by it.
    where
        The study, for messages.

    Raises
    ------
    FormatError
        See `loaders.ldsc.munge.munge`.
    """
    is_here = pl.col("build") == build
    frame = rows.select(
        snp="rsid",
        a1="effect_allele",
        a2="other_allele",
        effect="z_score",
        neg_log10_p="neg_log10_p",
        n=pl.col("n_samples").cast(pl.Float64),
        frequency="effect_allele_frequency",
        chromosome=pl.when(is_here).then("chromosome"),
        position=pl.when(is_here).then("position_bp"),
    ).collect()
    unused = [name for name in ("frequency", "n") if frame[name].null_count() == frame.height]
    ledger = MungeLedger()
    ledger.read(frame.height)
    plan = MungePlan(_FORMAT, "effect_allele", {}, (), "")
    return munge_rows(
        iter([frame.drop(unused)]), plan, options or MungeOptions(keeps_places=True), ledger=ledger, where=where
    )

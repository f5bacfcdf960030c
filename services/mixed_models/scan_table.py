"""The table of a scan, a row a SNP that was tested, and the leads among them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.association.clumping import clump
from services.mixed_models.scan_methods import Tested
from services.mixed_models.variants import ChosenVariants

PLACE: Final = ("chromosome", "rsid", "position_bp", "effect_allele", "other_allele")
GENOME_WIDE: Final = 7.301029995663981
"""Minus log10 of 5e-8."""
_SUGGESTIVE: Final = 5.0
_MOST_CANDIDATES: Final = 20_000


def make_table(found: Tested, variants: ChosenVariants) -> pl.DataFrame:
    """Place, alleles, frequency, n, effect and tests of each SNP tested, in the order of the scan.

    The effect allele is the one that is counted: allele 1 of a .bim, ALT of a .pvar.
    """
    rows = np.flatnonzero(found.is_tested)
    named = variants.table[rows].rename({"allele_1": "effect_allele", "allele_2": "other_allele"}).select(PLACE)
    beta, se = found.beta[rows], found.se[rows]
    columns: dict[str, NDArray[Any]] = {
        "frequency": found.frequency[rows],
        "n": found.n_seen[rows].astype(np.int32),
        "beta": beta,
        "se": se,
        "z": beta / se,
        **{f"neg_log10_p_{test}": values[rows] for test, values in found.neg_log10_p.items()},
        **{name: values[rows] for name, values in found.more.items()},
    }
    return named.with_columns(pl.Series(name, values) for name, values in columns.items())


def choose_leads(table: pl.DataFrame, test: str, *, n_top: int, locus_bp: int) -> pl.DataFrame:
    """The strongest SNPs of which none lies within the distance of a stronger one, strongest first.

    Parameters
    ----------
    table
        From `make_table`.
    test
        Which p-value.
    n_top
        Leads wanted.
    locus_bp
        The distance.

    Notes
    -----
    Looked for among SNPs with a p of 1e-5, or where these have fewer than `n_top` among all, at most 20,000.
    """
    column = f"neg_log10_p_{test}"
    known = table.filter(pl.col(column).is_finite())
    leads = _leads(known.filter(pl.col(column) >= _SUGGESTIVE), column, locus_bp)
    return (leads if leads.height >= n_top else _leads(known, column, locus_bp)).head(n_top)


def _leads(snps: pl.DataFrame, column: str, locus_bp: int) -> pl.DataFrame:
    """Every lead among the strongest of some SNPs, strongest first."""
    candidates = snps.top_k(_MOST_CANDIDATES, by=column)
    chromosome = candidates["chromosome"].fill_null("").to_numpy()
    position = candidates["position_bp"].cast(pl.Float64).fill_null(np.nan).to_numpy()

    def is_near(lead: int, rest: NDArray[np.int64]) -> NDArray[np.bool_]:
        return np.asarray(
            (chromosome[rest] == chromosome[lead]) & (np.abs(position[rest] - position[lead]) <= locus_bp)
        )

    if not candidates.height:
        return candidates
    leads = np.unique(clump(candidates[column].to_numpy(), is_near))
    return candidates[leads].sort(column, descending=True, maintain_order=True)

"""Reads the training edges of the current release as one table: the strongest |z| of each (SNP, molecule) pair."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import ndtri_exp

from services.export.lists import flatten_lists
from services.graph.store import Store
from services.settings import Settings

_COLUMNS = ("molecule", "snps", "strengths")
_SCHEMA = {"snp": pl.String, "molecule": pl.String, "strength": pl.Float64}


@dataclass(frozen=True, slots=True)
class TrainingEdges:
    """The training edges with their names.

    Attributes
    ----------
    table
        Columns snp, molecule, is_gene, abs_z; one row a pair.
    n_read
        Edges read, before studies were combined.
    """

    table: pl.DataFrame
    n_read: int


def read_training_edges(store: Store, settings: Settings, load_ids: tuple[str, ...]) -> TrainingEdges:
    """Read the mQTL and eQTL edges below the training thresholds.

    Parameters
    ----------
    store, settings
        The graph, and the thresholds ``training_mqtl_p_threshold`` and ``training_eqtl_p_threshold``.
    load_ids
        Loads of the release.

    Returns
    -------
    TrainingEdges
        One row a (SNP, molecule) pair, with the largest |z| over studies.
    """
    parts = [
        _read_edges(store, "export/mqtl_edges", load_ids, settings.training_mqtl_p_threshold, is_gene=False),
        _read_edges(store, "export/eqtl_edges", load_ids, settings.training_eqtl_p_threshold, is_gene=True),
    ]
    n_read = sum(part.height for part in parts)
    table = pl.concat(parts).group_by("snp", "molecule", "is_gene").agg(pl.col("abs_z").max())
    return TrainingEdges(table=table, n_read=n_read)


def _read_edges(
    store: Store, query: str, load_ids: tuple[str, ...], p_threshold: float, *, is_gene: bool
) -> pl.DataFrame:
    limit = -float(np.log10(p_threshold))
    columns = store.read_columns(query, _COLUMNS, load_ids=list(load_ids), neg_log10_p=limit)
    table = flatten_lists(columns, {"snps": "snp", "strengths": "strength"}, _SCHEMA)
    abs_z = pl.Series(abs_z_of(table["strength"].to_numpy()))
    return table.select("snp", "molecule", is_gene=pl.lit(is_gene), abs_z=abs_z)


def abs_z_of(strength: NDArray[np.float64]) -> NDArray[np.float64]:
    """|z| of each edge: the study's where there is one, else from the two-sided p, in log space.

    Parameters
    ----------
    strength
        |z|, or where the study gives none the negative of -log10 p (n).
    """
    from_p = -ndtri_exp(np.minimum(strength, 0.0) * np.log(10.0) - np.log(2.0))
    return np.where(strength < 0, np.abs(from_p), strength)

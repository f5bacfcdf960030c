"""Reference results of the shared graphs, where a file of them lies beside the graphs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from loaders.errors import FormatError

FILE_NAME = "reference_results.csv"
NAMES = {
    "popularity": "popularity",
    "item-kNN": "kNN cosine",
    "two-hop walk": "2-hop walk",
    "RP3beta walk": "RP3beta walk tuned",
    "EASE": "EASE tuned",
    "truncated SVD": "SVD tuned",
    "ALS": "ALS tuned",
    "ALS-LD": "ALS-LD tuned",
    "LightGCN": "LightGCN-like",
    "untrained features": "its features untrained",
    "PinSage": "PinSage-LD",
    "hybrid": "hybrid2 +.3 ALS-LD",
}
"""Our name → name in the file; the other methods have no reference."""
ORACLES = ("oracle loci", "oracle loci+CpG")
_FIGURES = ("hit_50", "recall_10", "mrr")
_COLUMNS = ("graph", "method", "n_pairs", *_FIGURES)


@dataclass(frozen=True, eq=False)
class ReferenceResults:
    """One row a graph and method; empty where there is no file."""

    table: pl.DataFrame

    def mean(self, method: str, graphs: Sequence[str]) -> tuple[float, ...] | None:
        """Give hit@50, recall@10 and MRR over the pairs of some graphs; None where one of them has no reference."""
        name = NAMES.get(method, method)
        rows = self.table.filter(pl.col("method") == name, pl.col("graph").is_in(list(graphs)))
        if rows.height < len(graphs) or not rows.height:
            return None
        weights = rows["n_pairs"].to_numpy()
        return tuple(float(np.average(rows[name].to_numpy(), weights=weights)) for name in _FIGURES)


def read_reference(graph_files: Sequence[Path]) -> ReferenceResults:
    """Read the reference results beside the graph files.

    Raises
    ------
    FormatError
        When a file lacks a column.
    """
    tables = []
    for path in dict.fromkeys(graph_file.parent / FILE_NAME for graph_file in graph_files):
        if not path.exists():
            continue
        table = pl.read_csv(path)
        missing = [name for name in _COLUMNS if name not in table.columns]
        if missing:
            raise FormatError(
                f"reference results have the columns {', '.join(_COLUMNS)}",
                seen=f"no {', '.join(missing)}",
                where=path,
                remedy="take the file as it was published, or move it away",
            )
        tables.append(table.select(_COLUMNS))
    empty = pl.DataFrame(schema=dict.fromkeys(_COLUMNS, pl.String))
    return ReferenceResults(pl.concat(tables) if tables else empty)

"""What is known of the SNPs of a simulated graph, beside its edges: place, frequency, LD score and categories."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.errors import FormatError

SNP_FOLDER = "snps"
"""Folder beside the graphs; the table of DIR/sparse_7.parquet is DIR/snps/sparse_7.parquet."""

_COLUMNS = ("snp", "snp_block", "chromosome", "position_bp", "minor_allele_frequency", "ld_score")
_INSIDE = "in "


@dataclass(frozen=True, eq=False)
class SnpTable:
    """The SNPs of a simulated graph; every array has one entry a SNP.

    Attributes
    ----------
    block, chromosome, position_bp
        LD block, chromosome (block // 68, from 0) and 1-based place.
    minor_allele_frequency, ld_score
        NaN where not known.
    category_names, is_in_category
        Names of the functional categories, and a matrix (n_snps, n_categories).
    """

    block: NDArray[np.int32]
    chromosome: NDArray[np.int16]
    position_bp: NDArray[np.int64]
    minor_allele_frequency: NDArray[np.float64]
    ld_score: NDArray[np.float64]
    category_names: tuple[str, ...]
    is_in_category: NDArray[np.bool_]


def snp_table_path(graph_path: Path) -> Path:
    """Give the place of the SNP table that belongs to a graph."""
    return graph_path.parent / SNP_FOLDER / graph_path.name


def write_snp_table(snps: SnpTable, path: Path) -> None:
    """Write the table as Parquet, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = {
        "snp": np.arange(snps.block.size, dtype=np.int32),
        "snp_block": snps.block,
        "chromosome": snps.chromosome,
        "position_bp": snps.position_bp,
        "minor_allele_frequency": snps.minor_allele_frequency,
        "ld_score": snps.ld_score,
    }
    inside = {f"{_INSIDE}{name}": snps.is_in_category[:, at] for at, name in enumerate(snps.category_names)}
    pl.DataFrame({**columns, **inside}).write_parquet(path)


def read_snp_table(path: Path) -> SnpTable:
    """Read the table that `write_snp_table` wrote.

    Raises
    ------
    FormatError
        When columns are missing or the SNPs are not numbered 0, 1, 2 … with a block each.
    """
    table = pl.read_parquet(path)
    missing = [name for name in _COLUMNS if name not in table.columns]
    if missing:
        raise _wrong(path, f"has the columns {', '.join(_COLUMNS)}", f"no {', '.join(missing)}")
    table = table.sort("snp")
    if table["snp"].to_list() != list(range(table.height)):
        raise _wrong(path, "numbers its SNPs 0, 1, 2 …", f"{table.height} rows with other ids")
    if not table["snp_block"].fill_null(-1).ge(0).all():
        raise _wrong(path, "gives every SNP a block", "a SNP without one")
    names = [name for name in table.columns if name.startswith(_INSIDE)]
    inside = table.select(names).to_numpy() if names else np.zeros((table.height, 0))
    return SnpTable(
        block=table["snp_block"].cast(pl.Int32).to_numpy(),
        chromosome=table["chromosome"].cast(pl.Int16).to_numpy(),
        position_bp=table["position_bp"].cast(pl.Int64).to_numpy(),
        minor_allele_frequency=table["minor_allele_frequency"].cast(pl.Float64).fill_null(np.nan).to_numpy(),
        ld_score=table["ld_score"].cast(pl.Float64).fill_null(np.nan).to_numpy(),
        category_names=tuple(name.removeprefix(_INSIDE) for name in names),
        is_in_category=inside.astype(np.bool_),
    )


def _wrong(path: Path, rule: str, seen: str) -> FormatError:
    return FormatError(
        f"the SNP table of a simulated graph {rule}",
        seen=seen,
        where=path,
        remedy="write the graph again with simulate-graphs, or remove the table",
    )

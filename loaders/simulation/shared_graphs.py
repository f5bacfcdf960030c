"""Simulated SNP-CpG graphs with a given test split, read into arrays by the protocol that is stated beside them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.errors import FormatError

N_BLOCKS, SNPS_PER_BLOCK, N_CPGS = 1500, 20, 15_000
BLOCKS_PER_CHROMOSOME = 68
SPACING_BP = 10_000
"""The files hold no places: SNPs lie evenly, so that the lead SNP nearest the mean index is the one by position."""

_COLUMNS = ("snp", "cpg", "snp_block", "cpg_home_block", "split")


@dataclass(frozen=True, eq=False)
class SharedGraph:
    """One simulated graph.

    Attributes
    ----------
    snp, cpg
        One entry an edge, sorted by CpG, then SNP.
    is_test
        Shape (edges,): the edge belongs to a held-out (LD block, CpG) pair.
    snp_block, snp_chromosome, snp_position_bp
        LD block, chromosome (block // 68, from 0) and 1-based place of each SNP.
    cpg_home_block
        LD block in which each CpG lies, -1 = the CpG has no edge.
    """

    snp: NDArray[np.int32]
    cpg: NDArray[np.int32]
    is_test: NDArray[np.bool_]
    snp_block: NDArray[np.int32]
    snp_chromosome: NDArray[np.int16]
    snp_position_bp: NDArray[np.int64]
    cpg_home_block: NDArray[np.int32]


def read_shared_graph(path: Path) -> SharedGraph:
    """Read one of the graphs.

    Parameters
    ----------
    path
        Parquet file with the columns snp, cpg, snp_block, cpg_home_block and split (train or test).

    Returns
    -------
    SharedGraph

    Raises
    ------
    FormatError
        When columns are missing, or a block is not the one of its SNP, or a split is neither train nor test.
    """
    table = pl.read_parquet(path)
    missing = [name for name in _COLUMNS if name not in table.columns]
    if missing:
        raise FormatError(
            f"a simulated graph has the columns {', '.join(_COLUMNS)}",
            seen=f"no {', '.join(missing)}",
            where=path,
            remedy="take the file as it was published",
        )
    table = table.sort("cpg", "snp")
    snp_block = (np.arange(N_BLOCKS * SNPS_PER_BLOCK) // SNPS_PER_BLOCK).astype(np.int32)
    _check_rows(table, snp_block, path)
    home = np.full(N_CPGS, -1, dtype=np.int32)
    home[table["cpg"].to_numpy()] = table["cpg_home_block"].to_numpy()
    return SharedGraph(
        snp=table["snp"].cast(pl.Int32).to_numpy(),
        cpg=table["cpg"].cast(pl.Int32).to_numpy(),
        is_test=(table["split"] == "test").to_numpy(),
        snp_block=snp_block,
        snp_chromosome=(snp_block // BLOCKS_PER_CHROMOSOME).astype(np.int16),
        snp_position_bp=(np.arange(snp_block.size, dtype=np.int64) + 1) * SPACING_BP,
        cpg_home_block=home,
    )


def _check_rows(table: pl.DataFrame, snp_block: NDArray[np.int32], path: Path) -> None:
    """See that ids are in range, blocks are those of the SNPs, and the split is train or test."""
    is_right = (
        table.select(
            pl.col("snp").is_between(0, snp_block.size - 1)
            & pl.col("cpg").is_between(0, N_CPGS - 1)
            & (pl.col("snp_block") == pl.col("snp") // SNPS_PER_BLOCK)
            & pl.col("cpg_home_block").is_between(0, N_BLOCKS - 1)
            & pl.col("split").is_in(["train", "test"])
        )
        .to_series()
        .fill_null(value=False)
    )
    if not is_right.all():
        row = int(is_right.arg_min() or 0)
        raise FormatError(
            f"a row of a simulated graph has a SNP below {snp_block.size} in its own block of {SNPS_PER_BLOCK}, a CpG "
            f"below {N_CPGS}, a home below {N_BLOCKS} and a split train or test",
            seen=table.row(row),
            where=f"{path}, row {row + 1} by CpG and SNP",
            remedy="take the file as it was published",
        )

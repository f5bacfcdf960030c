"""Simulated SNP-CpG graphs with a given test split, read into arrays by the protocol that is stated beside them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.errors import FormatError
from loaders.simulation.planted_snps import SnpTable, read_snp_table, snp_table_path

N_BLOCKS, SNPS_PER_BLOCK, N_CPGS = 1500, 20, 15_000
BLOCKS_PER_CHROMOSOME = 68
SPACING_BP = 10_000
"""The files hold no places: SNPs lie evenly, so that the lead SNP nearest the mean index is the one by position."""

_COLUMNS = ("snp", "cpg", "snp_block", "cpg_home_block", "split")
_OPTIONAL = {"z": pl.Float64, "is_gene": pl.Boolean}


@dataclass(frozen=True, eq=False)
class SharedGraph:
    """One simulated graph.

    Attributes
    ----------
    snp, cpg
        One entry an edge, sorted by CpG, then SNP; a "CpG" may be a gene.
    z
        Signed z score of each edge, 1 where the file has none.
    is_test
        Shape (edges,): the edge belongs to a held-out (LD block, CpG) pair.
    snps
        Place of each SNP, and what else is known of it.
    cpg_home_block
        LD block in which each CpG lies, -1 = the CpG has no edge.
    cpg_is_gene
        The molecule is a gene; False for all where the file does not say.
    """

    snp: NDArray[np.int32]
    cpg: NDArray[np.int32]
    z: NDArray[np.float32]
    is_test: NDArray[np.bool_]
    snps: SnpTable
    cpg_home_block: NDArray[np.int32]
    cpg_is_gene: NDArray[np.bool_]

    @property
    def abs_z(self) -> NDArray[np.float32]:
        """Absolute z score of each edge."""
        return np.abs(self.z)


def read_shared_graph(path: Path) -> SharedGraph:
    """Read one of the graphs.

    Parameters
    ----------
    path
        Parquet file with the columns snp, cpg, snp_block, cpg_home_block and split (train or test), and where it has
        them z (signed) and is_gene. With a table of the SNPs in the folder `snps` beside it, the sizes and what is
        known of the SNPs come from there; else they are those of the published graphs.

    Returns
    -------
    SharedGraph

    Raises
    ------
    FormatError
        When columns are missing, or a block is not the one of its SNP, or a split is neither train nor test, or z is
        not finite.
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
    absent = {name: kind for name, kind in _OPTIONAL.items() if name not in table.columns}
    filled = {"z": 1.0, "is_gene": False}
    table = table.with_columns(pl.lit(filled[name], dtype=kind).alias(name) for name, kind in absent.items())
    table = table.sort("cpg", "snp")
    beside = snp_table_path(path)
    is_published = not beside.is_file()
    snps = published_snps() if is_published else read_snp_table(beside)
    n_cpgs = N_CPGS if is_published else int(table["cpg"].max() or 0) + 1  # type: ignore[arg-type]
    _check_rows(table, snps, n_cpgs, path)
    return _to_graph(table, snps, n_cpgs)


def published_snps() -> SnpTable:
    """Give the SNPs of the published graphs: 1,500 blocks of 20, places by the protocol, nothing else known."""
    block = (np.arange(N_BLOCKS * SNPS_PER_BLOCK) // SNPS_PER_BLOCK).astype(np.int32)
    unknown = np.full(block.size, np.nan)
    return SnpTable(
        block=block,
        chromosome=(block // BLOCKS_PER_CHROMOSOME).astype(np.int16),
        position_bp=(np.arange(block.size, dtype=np.int64) + 1) * SPACING_BP,
        minor_allele_frequency=unknown,
        ld_score=unknown,
        category_names=(),
        is_in_category=np.zeros((block.size, 0), dtype=np.bool_),
    )


def _to_graph(table: pl.DataFrame, snps: SnpTable, n_cpgs: int) -> SharedGraph:
    cpg = table["cpg"].cast(pl.Int32).to_numpy()
    home = np.full(n_cpgs, -1, dtype=np.int32)
    home[cpg] = table["cpg_home_block"].to_numpy()
    is_gene = np.zeros(n_cpgs, dtype=np.bool_)
    is_gene[cpg] = table["is_gene"].to_numpy()
    return SharedGraph(
        snp=table["snp"].cast(pl.Int32).to_numpy(),
        cpg=cpg,
        z=table["z"].cast(pl.Float32).to_numpy(),
        is_test=(table["split"] == "test").to_numpy(),
        snps=snps,
        cpg_home_block=home,
        cpg_is_gene=is_gene,
    )


def _check_rows(table: pl.DataFrame, snps: SnpTable, n_cpgs: int, path: Path) -> None:
    """See that ids are in range, blocks are those of the SNPs, the split is train or test, and z is finite."""
    n_snps, n_blocks = snps.block.size, int(snps.block.max(initial=-1)) + 1
    block_of = pl.DataFrame({"snp": np.arange(n_snps), "own_block": snps.block}).cast({"snp": table.schema["snp"]})
    is_right = (
        table.join(block_of, on="snp", how="left", maintain_order="left")
        .select(
            (pl.col("snp_block") == pl.col("own_block"))
            & pl.col("cpg").is_between(0, n_cpgs - 1)
            & pl.col("cpg_home_block").is_between(0, n_blocks - 1)
            & pl.col("split").is_in(["train", "test"])
            & pl.col("z").is_finite()
        )
        .to_series()
        .fill_null(value=False)
    )
    if not is_right.all():
        row = int(is_right.arg_min() or 0)
        raise FormatError(
            f"a row of a simulated graph has a SNP below {n_snps} in its own block, a CpG below {n_cpgs}, a home below "
            f"{n_blocks}, a split train or test and, where there is one, a finite z",
            seen=table.row(row),
            where=f"{path}, row {row + 1} by CpG and SNP",
            remedy="take the file as it was published",
        )

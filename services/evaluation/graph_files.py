"""Reads simulated graphs from files as the arrays that models learn from, with their given test split."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.simulation.planted_snps import SnpTable
from loaders.simulation.shared_graphs import SharedGraph, read_shared_graph
from models.pinsage import BipartiteGraph
from services.export.features import make_snp_features

NULL_PREFIX = "null_"
"""Files of degree-preserving nulls start so."""

_STUDY = "simulated"


@dataclass(frozen=True, eq=False)
class EvaluationGraph:
    """A graph with a given split.

    Attributes
    ----------
    name
        The file's name without its ending.
    graph
        All edges, the held-out ones included.
    is_held_out
        Shape (edges,), in the order of the graph's edges: the edge belongs to a held-out (LD block, molecule) pair.
    is_null
        The graph is a degree-preserving null: there is nothing to be found in it.
    """

    name: str
    graph: BipartiteGraph
    is_held_out: NDArray[np.bool_]
    is_null: bool


def read_graph_file(path: Path) -> EvaluationGraph:
    """Read a simulated graph in the layout of the shared ones.

    Parameters
    ----------
    path
        Parquet file of edges; a table of its SNPs in the folder `snps` beside it gives sizes and SNP features.

    Returns
    -------
    EvaluationGraph
        Molecules are clusters of their own; SNP features are standardised as those of the store's snapshot are.

    Raises
    ------
    FormatError
        When the file breaks the layout.
    """
    shared = read_shared_graph(path)
    return EvaluationGraph(path.stem, to_bipartite(shared), shared.is_test, path.stem.startswith(NULL_PREFIX))


def to_bipartite(shared: SharedGraph) -> BipartiteGraph:
    """Give a simulated graph as the arrays of a model, edges in the same order."""
    n_molecules = shared.cpg_home_block.size
    return BipartiteGraph(
        n_snps=shared.snps.block.size,
        n_molecules=n_molecules,
        edge_snp=shared.snp,
        edge_molecule=shared.cpg,
        edge_abs_z=shared.abs_z,
        snp_block=shared.snps.block,
        snp_chromosome=shared.snps.chromosome,
        snp_position_bp=shared.snps.position_bp,
        molecule_cluster=np.arange(n_molecules, dtype=np.int32),
        molecule_home_block=shared.cpg_home_block,
        molecule_is_gene=shared.cpg_is_gene,
        snp_features=_features(shared.snps),
    )


def _features(snps: SnpTable) -> NDArray[np.float32]:
    """Frequency, LD score and categories, standardised; no column where a file knows nothing."""
    number = np.arange(snps.block.size)
    known = pl.DataFrame(
        {
            "snp": number,
            "chromosome": snps.chromosome,
            "minor_allele_frequency": snps.minor_allele_frequency,
            "ld_score": snps.ld_score,
        }
    )
    inside = [
        pl.DataFrame({"snp": number[snps.is_in_category[:, at]]}).with_columns(annotation=pl.lit(f"{_STUDY}/{name}"))
        for at, name in enumerate(snps.category_names)
    ]
    schema = {"snp": pl.Int64, "annotation": pl.String}
    matrix, _ = make_snp_features(known, pl.concat([pl.DataFrame(schema=schema), *inside]))
    return matrix

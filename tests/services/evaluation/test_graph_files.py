import numpy as np
import polars as pl
import pytest

from loaders.simulation.planted_snps import SnpTable, snp_table_path, write_snp_table
from services.evaluation.graph_files import read_graph_file

EDGES = {
    "snp": [5, 0, 1],
    "cpg": [1, 0, 0],
    "snp_block": [1, 0, 0],
    "cpg_home_block": [2, 0, 0],
    "split": ["test", "train", "train"],
}


def write_graph(path, with_snps, **extra):
    pl.DataFrame({**EDGES, **extra}).write_parquet(path)
    if with_snps:
        block = np.repeat(np.arange(3, dtype=np.int32), 4)
        inside = np.zeros((12, 1), dtype=bool)
        inside[[0, 5]] = True
        frequency = np.linspace(0.05, 0.5, 12)
        frequency[3] = np.nan
        places = (block // 68).astype(np.int16), np.arange(1, 13, dtype=np.int64) * 10_000
        write_snp_table(
            SnpTable(block, *places, frequency, np.arange(1.0, 13.0), ("promoter",), inside), snp_table_path(path)
        )
    return path


def test_read_graph_file__takes_z_genes_and_features_of_its_snps(tmp_path):
    path = write_graph(tmp_path / "sparse_9.parquet", True, z=[-6.5, 7.0, 8.0], is_gene=[True, False, False])
    found = read_graph_file(path)
    assert (found.name, found.is_null) == ("sparse_9", False)
    assert found.graph.edge_snp.tolist() == [0, 1, 5]
    assert found.graph.edge_abs_z.tolist() == [7.0, 8.0, 6.5]
    assert found.is_held_out.tolist() == [False, False, True]
    assert found.graph.molecule_is_gene.tolist() == [False, True]
    assert (found.graph.n_snps, found.graph.n_blocks, found.graph.n_molecules) == (12, 3, 2)
    features = found.graph.snp_features
    assert features[:, 0].mean() == pytest.approx(0.0, abs=1e-6)
    assert features[3, :2].tolist() == [0.0, 1.0], "an unknown frequency is the mean, and is said to be missing"
    assert np.flatnonzero(features[:, -1]).tolist() == [0, 5], "the category's SNPs"


def test_read_graph_file__knows_sizes_of_published_graphs_and_nulls_by_name(tmp_path):
    found = read_graph_file(write_graph(tmp_path / "null_dense_0.parquet", False, snp=[25, 0, 1]))
    assert found.is_null
    assert (found.graph.n_snps, found.graph.n_molecules) == (30_000, 15_000)
    assert found.graph.snp_features.shape == (30_000, 0)
    assert found.graph.edge_abs_z.tolist() == [1.0, 1.0, 1.0]

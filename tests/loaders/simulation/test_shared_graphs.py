import polars as pl
import pytest

from loaders.errors import FormatError
from loaders.simulation.shared_graphs import read_shared_graph
from tests.paths import DATA

ROWS = {
    "snp": [1400, 29_999, 25, 24],
    "cpg": [7, 7, 3, 3],
    "snp_block": [70, 1499, 1, 1],
    "cpg_home_block": [70, 70, 9, 9],
    "split": ["train", "test", "train", "train"],
}


def write_graph(folder, **columns):
    path = folder / "graph.parquet"
    pl.DataFrame({**ROWS, **columns}).write_parquet(path)
    return path


def test_read_shared_graph__gives_sorted_edges_places_and_homes(tmp_path):
    graph = read_shared_graph(write_graph(tmp_path))
    assert graph.cpg.tolist() == [3, 3, 7, 7]
    assert graph.snp.tolist() == [24, 25, 1400, 29_999]
    assert graph.is_test.tolist() == [False, False, False, True]
    assert graph.snps.block[[0, 19, 20, 29_999]].tolist() == [0, 0, 1, 1499]
    assert graph.snps.chromosome[[67 * 20 + 19, 68 * 20]].tolist() == [0, 1]
    assert graph.snps.position_bp[[0, 1]].tolist() == [10_000, 20_000]
    assert (graph.cpg_home_block[3], graph.cpg_home_block[7], graph.cpg_home_block[0]) == (9, 70, -1)


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("snp_block", [70, 1499, 2, 1]),
        ("snp", [1400, 30_000, 25, 24]),
        ("cpg", [7, 15_000, 3, 3]),
        ("cpg_home_block", [70, 1500, 9, 9]),
        ("split", ["train", "valid", "train", "train"]),
        ("split", ["train", None, "train", "train"]),
    ],
)
def test_read_shared_graph__refuses_rows_that_contradict_the_protocol(tmp_path, column, values):
    with pytest.raises(FormatError, match="take the file as it was published"):
        read_shared_graph(write_graph(tmp_path, **{column: values}))


def test_read_shared_graph__names_missing_columns(tmp_path):
    path = tmp_path / "graph.parquet"
    pl.DataFrame(ROWS).drop("split", "cpg").write_parquet(path)
    with pytest.raises(FormatError, match="seen: no cpg, split"):
        read_shared_graph(path)


@pytest.mark.skipif(not (DATA / "pinsage").is_dir(), reason="the shared simulated graphs are not here")
def test_read_shared_graph__reads_the_published_ones():
    graph = read_shared_graph(DATA / "pinsage" / "sparse_0.parquet")
    assert (graph.snp.size, int(graph.is_test.sum())) == (100_509, 10_110)

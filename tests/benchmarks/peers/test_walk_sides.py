"""The sides of the benchmarks of importance walks, on a small graph."""

from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks import _walk_sides as sides
from tests.benchmarks._walk_edges import machine, write_edges

SIZES = [1000, 200]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("edges")
    write_edges(path, *SIZES, 10_000)
    return path


def test_write_edges__same_edges_each_time_with_heavy_tails(folder: Path, tmp_path: Path) -> None:
    write_edges(tmp_path, *SIZES, 10_000)
    for name, size in zip(("snp", "cpg"), SIZES, strict=True):
        nodes = np.load(folder / f"{name}.npy")
        np.testing.assert_array_equal(np.load(tmp_path / f"{name}.npy"), nodes)
        degree = np.bincount(nodes, minlength=size)
        assert (nodes.dtype, degree.size, degree.sum()) == (np.int32, size, 10_000)
        assert degree.max() > 5 * degree.mean() > 7 * np.median(degree)


def test_summaries__both_sides_find_the_same_on_average(folder: Path) -> None:
    pytest.importorskip("models.pinsage.backend")
    given = {"folder": str(folder), "sizes": SIZES, "start": np.arange(1000, dtype=np.int32), "plan": [50, 2, 10]}
    ours, peer = sides.our_summary(**given), sides.dgl_summary(**given, batch=300)
    assert ours["n_kept"] == pytest.approx(peer["n_kept"], rel=0.01)
    assert ours["first_weight"] == pytest.approx(peer["first_weight"], rel=0.05)


def test_our_table__has_the_rows_of_our_walks(folder: Path) -> None:
    snp, cpg = (np.load(folder / f"{name}.npy") for name in ("snp", "cpg"))
    table = sides.our_table(snp, cpg, SIZES, [10, 2, 3])
    start = np.array([999, 5], dtype=np.int32)
    np.testing.assert_array_equal(
        table.neighbour[start], sides.our_walks(str(folder), SIZES, start, [10, 2, 3]).neighbour
    )


def test_machine__names_versions_and_load() -> None:
    found = machine(("numpy",))
    assert found["versions"]["numpy"] == np.__version__
    assert found["load_average"] >= 0

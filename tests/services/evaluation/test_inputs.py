import re
from pathlib import Path

import numpy as np
import pytest

from services.evaluation import EvaluationError
from services.evaluation.inputs import find_graph_files, inputs_of_file, read_graph_file
from tests.models.pinsage.planted import shared_graph
from tests.paths import DATA
from tests.services.evaluation.graph_file import write_graph_file


def test_find_graph_files__takes_folders_and_files_once(tmp_path: Path) -> None:
    first, second = (write_graph_file(tmp_path / f"{name}_0.parquet") for name in "ab")
    (tmp_path / "SOURCES.md").write_text("no graph")
    assert find_graph_files([second, tmp_path]) == (second, first)


def test_find_graph_files__names_the_place_that_holds_none(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "absent.parquet"):
        with pytest.raises(EvaluationError, match=f"needs graph files; .*{re.escape(str(place))}"):
            find_graph_files([place])


def test_inputs_of_file__follow_the_files_own_split(tmp_path: Path) -> None:
    path = write_graph_file(tmp_path / "null_sparse_3.parquet")
    pairs, chromosomes = inputs_of_file(path, ("S1", "S2"), seed=0)
    assert (pairs.name, pairs.group, pairs.is_null) == ("null_sparse_3", "null_sparse", True)
    read = read_graph_file(path)
    np.testing.assert_array_equal(pairs.case.graph.edge_snp, read.graph.edge_snp[~read.is_held_out])
    assert chromosomes.case.split == "S2"
    hidden = np.unique(chromosomes.case.targets.block) // 68
    assert not np.isin(chromosomes.case.training.block // 68, hidden).any()
    assert len(inputs_of_file(write_graph_file(tmp_path / "dense_1.parquet"), ("S1",), seed=0)) == 1


@pytest.mark.skipif(not (DATA / "pinsage").exists(), reason="shared data not there")
def test_read_graph_file__reads_what_the_models_tests_read() -> None:
    read, (graph, is_test) = read_graph_file(DATA / "pinsage" / "sparse_0.parquet"), shared_graph("sparse_0")
    assert read.graph.fingerprint() == graph.fingerprint()
    np.testing.assert_array_equal(read.is_held_out, is_test)

from loaders.simulation import read_truth
from loaders.simulation.truth import write_truth


def test_write_truth__reads_back(demo, tmp_path):
    write_truth(demo.truth, tmp_path / "truth.json")
    assert read_truth(tmp_path / "truth.json") == demo.truth
    assert (tmp_path / "truth.json").read_bytes() == (demo.folder / "truth.json").read_bytes()

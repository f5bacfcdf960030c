import json

import pytest

from loaders.simulation import OutdatedTruthError, read_truth
from loaders.simulation.truth import write_truth


def test_write_truth__reads_back(demo, tmp_path):
    write_truth(demo.truth, tmp_path / "truth.json")
    assert read_truth(tmp_path / "truth.json") == demo.truth
    assert (tmp_path / "truth.json").read_bytes() == (demo.folder / "truth.json").read_bytes()


@pytest.mark.parametrize("change", [lambda r: r["size"].pop("cohort"), lambda r: r["size"].update(n_moons=1)])
def test_read_truth__of_another_version_says_so(change, demo, tmp_path):
    record = json.loads((demo.folder / "truth.json").read_text())
    change(record)
    (tmp_path / "truth.json").write_text(json.dumps(record))
    with pytest.raises(OutdatedTruthError, match=r"of this version of the simulator; .*truth\.json does not fit"):
        read_truth(tmp_path / "truth.json")

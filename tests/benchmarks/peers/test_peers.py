import numpy as np
import pytest

from tests.benchmarks import peers
from tests.benchmarks.peers import Call, Measured, Side, figures, measure


def test_measure__runs_calls_in_a_process_of_its_own():
    values = np.arange(6.0).reshape(2, 3)
    call = Call("numpy.linalg.svd", {"a": values, "full_matrices": False}, ("S",))
    side = measure(Side((call, call), warm_up=(call,)))
    assert len(side.values) == 2
    np.testing.assert_allclose(side.values[1]["S"], np.linalg.svd(values)[1])
    assert side.cpu_seconds > 0
    assert side.peak_mb > 1


def test_measure__says_how_to_make_the_peers_environment(monkeypatch):
    monkeypatch.setattr(peers, "PEER_PYTHON", peers.ROOT / "nowhere" / "python")
    with pytest.raises(SystemExit, match="no nowhere/python: run `make bench-peers` first"):
        measure(Side((), is_peer=True))


def test_figures__ratio_is_of_cpu_seconds():
    ours, peer = Measured(2.0, 3.0, 100.0, ()), Measured(20.0, 21.0, 50.0, ())
    found = figures(ours, peer)
    assert (found["ratio"], found["peer_wall_seconds"], found["peak_mb"]) == (10.0, 21.0, 100.0)

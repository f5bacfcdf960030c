"""Two real processes on loopback train one model, and end with the same bits."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.pinsage import FittedPinSage, RanksError, fit_pinsage, join_ranks, leave_ranks
from models.pinsage.fit_job import FitJob
from models.pinsage.ranks import Ranks
from tests.models.pinsage.planted import SMALL
from tests.paths import ROOT

QUICK = replace(SMALL, n_steps=30, batch_pairs=33, checkpoint_every=10)
"""An odd batch, so that the two shares differ in size."""

SCRIPT = """
import json, sys
from pathlib import Path
from models.pinsage import (
    PinSageSettings, RanksError, TooFewPairsError, distributed, fit_pinsage, join_ranks, leave_ranks, ranks, serve_fits,
    training,
)
from tests.models.pinsage.planted import make_graph, planted_graph
folder, settings = Path(sys.argv[1]), PinSageSettings(**json.loads(sys.argv[2]))
rank = join_ranks()
digests = []
train_network = training.train_network
def noted(job, **given):
    trained = train_network(job, **given)
    digests.append(ranks.parameter_digest(trained.state.network))
    return trained
training.train_network = distributed.train_network = noted
report = {"rank": rank}
if rank > 0:
    try:
        fit_pinsage(planted_graph().graph, settings, seed=1)
    except RanksError as error:
        report["refused"] = str(error)
    report["n_fits"] = serve_fits()
else:
    checkpoints = []
    fitted = fit_pinsage(planted_graph().graph, settings, seed=1, on_checkpoint=checkpoints.append)
    try:
        fit_pinsage(make_graph([(0, 0, 6.0)], [0, 1], 1), settings, seed=1)
    except TooFewPairsError:
        report["too_few"] = True
    resumed = fit_pinsage(planted_graph().graph, settings, seed=1, checkpoint=checkpoints[0])
    leave_ranks()
    report["same_resumed"] = resumed.to_bytes() == fitted.to_bytes()
    (folder / "model").write_bytes(fitted.to_bytes())
report["digests"] = digests
(folder / f"{rank}.json").write_text(json.dumps(report))
"""


def torchrun(n_processes: int, *arguments: str) -> list[str]:
    """Command of torchrun on this machine alone, at any free port."""
    options = ["--nproc-per-node", str(n_processes), "--rdzv-backend", "c10d", "--rdzv-endpoint", "127.0.0.1:0"]
    return [sys.executable, "-m", "torch.distributed.run", *options, "--local-addr", "127.0.0.1", *arguments]


@pytest.mark.slow
@pytest.mark.parametrize("convolution", ["dgl", "torch"])
def test_two_processes__end_with_the_same_bits_and_the_model_of_one(planted, tmp_path: Path, convolution) -> None:
    settings = replace(QUICK, convolution=convolution)
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "GLOO_SOCKET_IFNAME": "lo", "OMP_NUM_THREADS": "1"}
    given = json.dumps({name: getattr(settings, name) for name in settings.__dataclass_fields__})
    command = torchrun(2, str(script), str(tmp_path), given)
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    first, second = (json.loads((tmp_path / f"{rank}.json").read_text()) for rank in (0, 1))
    assert len(first["digests"]) == 2
    assert first["digests"] == second["digests"]
    assert first["too_few"]
    assert first["same_resumed"]
    assert second["n_fits"] == 3
    assert "Only rank 0 fits a model" in second["refused"]
    together = FittedPinSage.from_bytes((tmp_path / "model").read_bytes())
    alone = fit_pinsage(planted.graph, settings, seed=1)
    assert together.record.n_steps == alone.record.n_steps
    for one, other in zip(together.record.history, alone.record.history, strict=True):
        assert one.training_loss == pytest.approx(other.training_loss, rel=1e-4)
        assert one.validation_loss == pytest.approx(other.validation_loss, rel=1e-4)
    np.testing.assert_allclose(together.block_vectors, alone.block_vectors, atol=1e-3)


def test_share__parts_of_a_step_make_the_whole() -> None:
    chosen = np.arange(7) * 3
    parts = [Ranks(number, 3).share(chosen) for number in range(3)]
    assert [part.size for part in parts] == [3, 2, 2]
    np.testing.assert_array_equal(np.sort(np.concatenate(parts)), chosen)


def test_join_ranks__without_torchrun_is_rank_0_alone() -> None:
    assert join_ranks() == 0
    leave_ranks()


def test_fit_job__comes_back(planted) -> None:
    job = FitJob(planted.graph, QUICK, 5, b"so far")
    back = FitJob.from_bytes(job.to_bytes())
    assert (back.settings, back.seed, back.checkpoint) == (QUICK, 5, b"so far")
    assert back.graph.fingerprint() == planted.graph.fingerprint()
    assert FitJob.from_bytes(FitJob(planted.graph, QUICK, 5).to_bytes()).checkpoint is None


def test_check_agreement__names_the_rank_that_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    from torch import distributed

    def all_reduce(tensor, operation) -> None:
        if operation == distributed.ReduceOp.MAX:
            tensor += 1

    monkeypatch.setattr(distributed, "all_reduce", all_reduce)
    with pytest.raises(RanksError, match="rank 1 has sha256 00ff"):
        Ranks(1, 2).check_agreement("00ff", "cpu")

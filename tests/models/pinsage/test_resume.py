"""A real process, killed with SIGKILL while it trains, goes on to the same loss curve and the same bytes."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from models.pinsage import FittedPinSage, fit_pinsage
from models.pinsage.checkpoint import unpack
from tests.models.pinsage.planted import SMALL
from tests.paths import ROOT

SETTINGS = replace(SMALL, n_steps=60, checkpoint_every=10, check_every=4)

SCRIPT = """
import sys, time
from pathlib import Path
from models.pinsage import fit_pinsage
from tests.models.pinsage.planted import planted_graph
from tests.models.pinsage.test_resume import SETTINGS
checkpoint, model, steps = map(Path, sys.argv[1:])
def keep(data):
    checkpoint.with_suffix(".new").write_bytes(data)
    checkpoint.with_suffix(".new").replace(checkpoint)
def note(phase, done, total):
    if phase == "steps":
        with steps.open("a") as stream:
            stream.write(f"{done}\\n")
        time.sleep(0.05)  # so that a kill falls between two checkpoints
given = checkpoint.read_bytes() if checkpoint.exists() else None
fitted = fit_pinsage(planted_graph().graph, SETTINGS, seed=2, checkpoint=given, on_progress=note, on_checkpoint=keep)
model.write_bytes(fitted.to_bytes())
"""


def start(folder: Path, name: str) -> tuple[subprocess.Popen[bytes], Path]:
    """Begin a fit that writes checkpoints; the steps it has done are in the file."""
    steps = folder / f"{name}.steps"
    paths = [str(folder / "checkpoint"), str(folder / "model"), str(steps)]
    return subprocess.Popen([sys.executable, "-c", SCRIPT, *paths], cwd=ROOT, env=dict(os.environ)), steps


def steps_of(path: Path) -> list[int]:
    """Numbers of the steps that a process has done."""
    return [int(line) for line in path.read_text().split()] if path.exists() else []


@pytest.mark.slow
def test_fit__killed_twice_between_checkpoints_resumes_to_the_same_bytes(planted, tmp_path: Path) -> None:
    reached = []
    for name, step in (("first", 13), ("second", 36)):
        process, steps = start(tmp_path, name)
        while process.poll() is None and step not in steps_of(steps):
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        assert process.wait(timeout=30) == -signal.SIGKILL
        reached.append(steps_of(steps)[-1])
        header, _ = unpack("checkpoint", (tmp_path / "checkpoint").read_bytes())
        assert header["step"] < reached[-1]  # steps were lost
    process, steps = start(tmp_path, "last")
    assert process.wait(timeout=120) == 0
    assert steps_of(steps)[0] == header["step"] + 1  # and only those are done again
    undisturbed = fit_pinsage(planted.graph, SETTINGS, seed=2)
    resumed = (tmp_path / "model").read_bytes()
    assert FittedPinSage.from_bytes(resumed).record.history == undisturbed.record.history
    assert len(undisturbed.record.history) == SETTINGS.n_steps // SETTINGS.check_every
    assert resumed == undisturbed.to_bytes()

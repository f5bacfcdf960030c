"""Training by the command line: what is said, and with which exit code."""

import json
from typing import Any

import pytest

from api.cli.training import show_outcome
from services import training
from services.graph.store import Store
from services.training import TrainingOutcome, TrainingState
from tests.api.cli.conftest import Run

pytestmark = pytest.mark.store


@pytest.mark.parametrize(
    ("state", "code"), [(TrainingState.TRAINED, 0), (TrainingState.UNCHANGED, 0), (TrainingState.BUSY, 1)]
)
def test_retrain__exits_1_only_when_another_process_trains(
    run: Run, graph: Store, monkeypatch: pytest.MonkeyPatch, state: TrainingState, code: int
) -> None:
    calls: list[dict[str, Any]] = []

    def answered(*_: Any, **options: Any) -> TrainingOutcome:
        calls.append(options)
        return TrainingOutcome(state, "said so", run_id="run-2")

    monkeypatch.setattr(training, "retrain_if_stale", answered)
    shown = run("retrain", "--if-stale", "--seed", "3", "--json")
    assert (shown.exit_code, json.loads(shown.stdout)["state"]) == (code, state.value)
    assert calls[0]["seed"] == 3


def test_train__of_a_graph_with_too_little_says_so(run: Run, graph: Store) -> None:
    shown = run("train")
    assert "too little" in shown.stdout
    assert shown.exit_code == 1


def test_show_outcome__shows_the_message(capsys: pytest.CaptureFixture[str]) -> None:
    show_outcome(TrainingOutcome(TrainingState.UNCHANGED, "nothing to do", metrics={}))
    assert "nothing to do" in capsys.readouterr().out

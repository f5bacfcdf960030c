"""The model's settings, and a fit that resumes from what it left."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models.pinsage.predictors import METHODS
from services.registry import describe_run, partial_folder
from services.settings import Settings, SettingsError
from services.training import fitting, pinsage_settings
from tests.services.write_back.small_snapshot import small_snapshot


def test_pinsage_settings__changes_the_defaults_by_name() -> None:
    assert pinsage_settings(Settings(pinsage={"n_steps": 7})).n_steps == 7
    assert pinsage_settings(Settings()).n_steps == 200


def test_pinsage_settings__names_what_the_model_does_not_have() -> None:
    with pytest.raises(SettingsError, match="LOCUSGRAPH_PINSAGE names n_stepps, which the model does not have"):
        pinsage_settings(Settings(pinsage={"n_stepps": 7}))


def test_pinsage_settings__refuses_an_impossible_value() -> None:
    with pytest.raises(SettingsError, match=r"LOCUSGRAPH_PINSAGE: .*n_steps must lie in"):
        pinsage_settings(Settings(pinsage={"n_steps": 0}))


class StopsError(Exception):
    """Stands for a kill."""


def test_make_runs__judges_once_and_hands_the_checkpoint_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(home=tmp_path, training_checkpoint_seconds=0)
    snapshot = replace(small_snapshot(), load_ids=("x",))
    descriptions = [describe_run(snapshot, "{}", seed=0, method=method) for method in METHODS]
    calls: list[Any] = []

    def fit(*_: Any, checkpoint: bytes | None, on_checkpoint: Any, **__: Any) -> Any:
        calls.append(checkpoint)
        on_checkpoint(b"half way")
        raise StopsError

    monkeypatch.setattr(fitting, "judge_training", lambda *_, **__: calls.append("judged") or {})
    monkeypatch.setattr(fitting, "null_of_training", lambda *_, **__: calls.append("null") or {})
    monkeypatch.setattr(fitting, "fit_predictors", fit)
    store: Any = None
    training = fitting.Training(store, settings, snapshot, descriptions, None, lambda *_: None)
    for _ in range(2):
        with pytest.raises(StopsError):
            fitting.make_runs(training)
    assert calls == ["judged", "null", None, b"half way"]
    names = {path.name for path in partial_folder(settings, descriptions[0].training_id).iterdir()}
    assert names == {"evaluation.json", "null.json", "checkpoint.bin"}

"""The best method of a training, and whether it takes the champion's place."""

import json
from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from models.pinsage import PinSageSettings
from services.runs import ModelRun
from services.training import choice
from services.training.choice import choose

N = 400
MODEL = PinSageSettings(n_steps=7)


def _ranks(n_hits: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Ranks of N targets: the first `n_hits` within 50."""
    return np.where(np.arange(N) < n_hits, 1.0, 99.0)


def _trial(pinsage: int, hybrid: int) -> Any:
    targets = SimpleNamespace(block=np.arange(N) % 80)
    return SimpleNamespace(
        ranks={"PinSage": _ranks(pinsage), "hybrid": _ranks(hybrid)},
        targets=targets,
        training=None,
        training_graph=None,
    )


def _run(method: str = "PinSage", **settings: Any) -> ModelRun:
    saved = json.dumps({"pinsage": {**asdict(MODEL), **settings}})
    return ModelRun(
        "old", "pinsage", "", (), "finished", "f", "s", 1, ("a",), 0, saved, "code", {}, 9, None, None, method, "t"
    )  # fmt: skip


@pytest.mark.parametrize(("hybrid", "method"), [(300, "hybrid"), (202, "PinSage"), (100, "PinSage")])
def test_choose__takes_the_hybrid_only_when_its_interval_lies_above_0(hybrid: int, method: str) -> None:
    found = choose(_trial(200, hybrid), None, MODEL, margin=0.005, seed=1)
    assert (found.method, found.is_champion, found.difference) == (method, True, None)
    assert found.over_first["hybrid"].estimate == pytest.approx((hybrid - 200) / N)


def test_choose__of_the_same_recipe_is_not_worse_than_itself() -> None:
    found = choose(_trial(200, 100), _run(), MODEL, margin=0.0, seed=1)
    assert found.is_champion
    assert (found.difference.estimate, found.difference.lower) == (0.0, 0.0)  # type: ignore[union-attr]


@pytest.mark.parametrize(("hits_of_old", "is_champion"), [(190, True), (200, True), (260, False)])
def test_choose__fits_the_champions_recipe_where_its_settings_differ(
    monkeypatch: pytest.MonkeyPatch, hits_of_old: int, is_champion: bool
) -> None:
    asked: list[PinSageSettings] = []

    def fit(_graph: Any, settings: PinSageSettings, *, seed: int) -> Any:
        asked.append(settings)
        return {"PinSage": SimpleNamespace(score_molecule_blocks=None)}

    monkeypatch.setattr(choice, "fit_predictors", fit)
    monkeypatch.setattr(choice, "rank_targets", lambda *_, **__: _ranks(hits_of_old))
    found = choose(_trial(200, 100), _run(n_steps=3, gone=1), MODEL, margin=0.005, seed=1)
    assert asked == [PinSageSettings(n_steps=3)]
    assert found.is_champion is is_champion
    assert ("not worse" in found.reason) is is_champion


def test_choose__a_margin_lets_what_is_slightly_worse_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        choice, "fit_predictors", lambda *_, **__: {"PinSage": SimpleNamespace(score_molecule_blocks=0)}
    )
    monkeypatch.setattr(choice, "rank_targets", lambda *_, **__: _ranks(203))
    arguments = (_trial(200, 100), _run(n_steps=3), MODEL)
    assert choose(*arguments, margin=0.05, seed=1).is_champion
    assert not choose(*arguments, margin=0.005, seed=1).is_champion


def test_choose__a_champion_of_an_unknown_method_is_replaced() -> None:
    found = choose(_trial(200, 100), _run("other"), MODEL, margin=0.005, seed=1)
    assert found.is_champion
    assert "'other'" in found.reason or "other is of another version" in found.reason

"""The scheduler on a real store: inbox to champion, what is kept out, what is caught up, what is done once."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from services.graph.store import Store
from services.releases import current_release
from services.schedule import JobKind, JobStatus, Scheduler
from services.schedule.scheduler import reports_folder
from services.training import list_models, rollback
from tests.services.schedule.conftest import TurnedClock
from tests.services.schedule.files import write_manifest
from tests.services.training.test_train import QUICK

pytestmark = [pytest.mark.store, pytest.mark.slow]

Open = Callable[..., Scheduler]
WORSE = {**QUICK, "n_steps": 1, "n_warmup_steps": 0, "n_hops": 1, "n_dimensions": 1, "n_neighbours": 1}


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_run_once__turns_a_file_into_a_champion_and_keeps_a_worse_model_out(
    store: Store, open_scheduler: Open, folder: Path, tmp_path: Path
) -> None:
    write_manifest(folder, tmp_path, "blood")
    scheduler = open_scheduler()
    load, training = scheduler.run_once()
    assert (load.kind, load.status, load.results["loads"][0]["status"]) == (JobKind.LOAD, JobStatus.DONE, "loaded")
    assert (training.kind, training.status) == (JobKind.RETRAIN, JobStatus.PUBLISHED)
    champion = current_release(store).champion_run_id
    assert champion == training.model_run_id == training.champion_after
    assert _names(folder) == ["done", "rejected"]
    assert _names(folder / "done") == [f"blood.{load.short_id}{end}" for end in (".report.json", ".report.md", ".toml")]
    assert scheduler.run_once() == []

    write_manifest(folder, tmp_path, "liver", seed=2)
    worse = open_scheduler(pinsage=WORSE)
    load, refused = worse.run_once()
    print(refused.reason, refused.results.get("figures"))
    assert refused.status is JobStatus.KEPT_OUT
    assert "worse by the margin 0.005" in refused.reason

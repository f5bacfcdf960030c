"""A scheduler whose clock the test turns, with a model that is fitted in a second."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.graph.store import Store
from services.schedule import Inbox, Ledger, Scheduler, read_cron
from services.settings import Settings
from tests.services.training.test_train import QUICK


@dataclass
class TurnedClock:
    """A clock that stands still until it is turned."""

    moment: datetime = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    seconds: float = 1000.0
    waited: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.moment

    def elapsed(self) -> float:
        return self.seconds

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.seconds += seconds
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The inbox."""
    return tmp_path / "inbox"


@pytest.fixture
def quick(settings: Settings) -> Settings:
    return settings.model_copy(
        update={"pinsage": QUICK, "prediction_top_loci": 2, "schedule_settle_seconds": 1.0, "champion_margin": 0.005}
    )


@pytest.fixture
def open_scheduler(store: Store, quick: Settings, clock: TurnedClock, folder: Path) -> Callable[..., Scheduler]:
    """A scheduler on the test's store: ``open_scheduler(cron="0 * * * *", lease=60.0, pinsage={…})``."""

    def open_one(*, cron: str | None = None, lease: float = 120.0, **changed: Any) -> Scheduler:
        settings = quick.model_copy(update=changed)
        inbox = Inbox(folder, clock, settings.schedule_settle_seconds, settings.schedule_missing_file_seconds)
        times = read_cron(cron) if cron else None
        scheduler = Scheduler(store, settings, Ledger(store, lease), times, inbox, clock)
        scheduler.prepare()
        return scheduler

    return open_one

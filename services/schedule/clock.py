"""The clock: times of cron and waiting, given from outside so that tests can make it jump."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event
from typing import Protocol


class Clock(Protocol):
    """What the scheduler asks of time."""

    def now(self) -> datetime:
        """The date and time, with its zone; it may jump either way."""

    def elapsed(self) -> float:
        """Seconds since some moment; never runs backward."""

    def wait(self, seconds: float) -> None:
        """Do nothing for so long, or until the scheduler is asked to end."""


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The clock of this machine.

    Attributes
    ----------
    stop
        Set when the scheduler shall end; waiting then ends at once.
    """

    stop: Event = field(default_factory=Event)

    def now(self) -> datetime:
        """The date and time in UTC."""
        return datetime.now(UTC)

    def elapsed(self) -> float:
        """Seconds of the monotonic clock."""
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        """Wait for so long, or until `stop` is set."""
        self.stop.wait(seconds)

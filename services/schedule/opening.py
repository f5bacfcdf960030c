"""Puts a scheduler together from the settings."""

from threading import Event

from services.graph.store import Store
from services.schedule.clock import SystemClock
from services.schedule.cron import read_cron
from services.schedule.heartbeat import Progress
from services.schedule.inbox import Inbox
from services.schedule.ledger import Ledger
from services.schedule.scheduler import Scheduler
from services.settings import Settings


def open_scheduler(store: Store, settings: Settings, stop: Event, on_progress: Progress) -> Scheduler:
    """A scheduler of the settings' cron expression and inbox, ready to run.

    Parameters
    ----------
    stop
        Set when it shall end.
    on_progress
        Called with (done, total, text).

    Raises
    ------
    CronError
        When the expression or its zone cannot be read.
    InboxError
        When the inbox cannot be written to.
    StoreError
        When the graph does not answer.
    """
    clock = SystemClock(stop)
    cron = read_cron(settings.schedule_cron, settings.schedule_timezone) if settings.schedule_cron else None
    inbox = None
    if settings.schedule_inbox is not None:
        inbox = Inbox(
            settings.schedule_inbox, clock, settings.schedule_settle_seconds, settings.schedule_missing_file_seconds
        )
    ledger = Ledger(store, settings.schedule_lease_seconds)
    scheduler = Scheduler(store, settings, ledger, cron, inbox, clock, stop, on_progress)
    scheduler.prepare()
    return scheduler

"""Loads and trains by itself: a watched inbox, a cron expression, a ledger of what was done."""

from services.schedule.clock import Clock, SystemClock
from services.schedule.cron import Cron, read_cron
from services.schedule.errors import CronError, InboxError, LeaseLost, ScheduleError, Stopped
from services.schedule.inbox import Inbox
from services.schedule.jobs import BAD, Job, JobKind, JobStatus
from services.schedule.ledger import Ledger
from services.schedule.opening import open_scheduler
from services.schedule.scheduler import Scheduler
from services.schedule.working import reports_folder

__all__ = [
    "BAD",
    "Clock",
    "Cron",
    "CronError",
    "Inbox",
    "InboxError",
    "Job",
    "JobKind",
    "JobStatus",
    "LeaseLost",
    "Ledger",
    "ScheduleError",
    "Scheduler",
    "Stopped",
    "SystemClock",
    "open_scheduler",
    "read_cron",
    "reports_folder",
]

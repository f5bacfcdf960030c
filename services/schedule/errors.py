# ruff: noqa: N818  (they say what happened)
"""Named errors of the scheduler.

RuleError
└── ScheduleError           something that the scheduler cannot work with
    ├── CronError           a cron expression that cannot be read, or means something else than cron
    └── InboxError          a folder that is no inbox
Exception
├── LeaseLost               another process has taken the thing over
└── Stopped                 the scheduler was asked to end
"""

from loaders.errors import RuleError


class ScheduleError(RuleError):
    """Something that the scheduler cannot work with."""


class CronError(ScheduleError):
    """A cron expression that cannot be read, or means something else than cron."""


class InboxError(ScheduleError):
    """A folder that is no inbox."""


class LeaseLost(Exception):
    """Another process has taken the thing over; this one must stop working on it."""


class Stopped(Exception):
    """The scheduler was asked to end; what was begun goes on at the next start."""

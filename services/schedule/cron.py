"""Times of a cron expression, by APScheduler, with the weekdays and the strictness of cron.

APScheduler's own loop is not used: it waits by the wall clock, so that a clock set back makes it sleep for as long.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apscheduler.triggers.cron import CronTrigger

from services.schedule.errors import CronError

_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LOOK_BACK = tuple(timedelta(days=days) for days in (1 / 24, 1, 8, 32, 367, 4 * 367))
"""How far back a missed time is looked for, the nearest first: a cron of every minute is not counted for years."""


@dataclass(frozen=True, slots=True)
class Cron:
    """A cron expression in a time zone.

    Attributes
    ----------
    expression
        Minute, hour, day of the month, month, weekday (0 and 7 are Sunday), as written.
    timezone
        Name of the zone that its times are in.
    trigger
        What APScheduler makes of it.
    """

    expression: str
    timezone: str
    trigger: CronTrigger

    @property
    def name(self) -> str:
        """Expression and zone: what the ledger knows it by."""
        return f"{self.expression} ({self.timezone})"

    def next_after(self, moment: datetime) -> datetime | None:
        """The first time after a moment, in UTC; None where there never is one."""
        found = self.trigger.get_next_fire_time(None, moment + timedelta(microseconds=1))
        return None if found is None else found.astimezone(UTC)

    def last_due(self, since: datetime, now: datetime) -> datetime | None:
        """The newest time after `since` and not after `now`, in UTC; None where there is none.

        Only the newest counts, so that times that were missed are caught up once.
        """
        for back in _LOOK_BACK:
            begin = max(since, now - back)
            found = self._last_between(begin, now)
            if found is not None or begin == since:
                return found
        return None

    def _last_between(self, begin: datetime, end: datetime) -> datetime | None:
        last, moment = None, self.next_after(begin)
        while moment is not None and moment <= end:
            last, moment = moment, self.next_after(moment)
        return last


def read_cron(expression: str, timezone: str = "UTC") -> Cron:
    """Read a cron expression of five fields.

    Raises
    ------
    CronError
        When it cannot be read; when it names both a day of the month and a weekday, which cron joins with "or" and
        APScheduler with "and"; when the zone is not known.
    """
    fields = expression.split()
    if len(fields) != 5:
        raise CronError(
            "a cron expression has five fields: minute, hour, day, month, weekday",
            seen=repr(expression),
            remedy='write for example "30 2 * * *" for every night at half past two',
        )
    if fields[2] != "*" and fields[4] != "*":
        raise CronError(
            "a day of the month and a weekday cannot both be named",
            seen=repr(expression),
            remedy="use * for one of them, and two schedulers for both",
        )
    try:
        zone = ZoneInfo(timezone)
        trigger = CronTrigger.from_crontab(" ".join([*fields[:4], _named_weekdays(fields[4])]), timezone=zone)
    except (ValueError, ZoneInfoNotFoundError, OSError) as error:
        raise CronError(
            "a cron expression and its time zone must be readable",
            seen=f"{expression!r} in {timezone!r} ({error})",
            remedy='write for example "30 2 * * 1-5", and a zone such as UTC or Europe/Berlin',
        ) from error
    return Cron(" ".join(fields), timezone, trigger)


def _named_weekdays(text: str) -> str:
    """Weekdays by name, one by one: APScheduler counts from Monday and knows no 7."""
    days: list[str] = []
    for part in text.lower().split(","):
        span, _, step = part.partition("/")
        match = re.fullmatch(r"(\d)(?:-(\d))?", span)
        if match is None:
            days.append(part)
            continue
        first = int(match[1])
        last = int(match[2]) if match[2] else (6 if step else first)
        if last < first or last > 7:
            raise ValueError(f"weekdays {part!r} do not run from 0 to 7")
        days += [_WEEKDAYS[day] for day in range(first, last + 1, int(step or 1))]
    return ",".join(dict.fromkeys(days))

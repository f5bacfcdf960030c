"""Moments as people name them: a span from now, or a day."""

import re
from datetime import UTC, datetime, timedelta

from services.access.errors import MomentRefused

_SPAN = re.compile(r"(\d{1,5})([hdw])")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


def read_moment(text: str, now: datetime, *, before: bool = False) -> datetime:
    """The time in UTC that `text` names: ``12h``, ``90d``, ``6w``, or an ISO date or time such as ``2027-01-31``.

    Parameters
    ----------
    text
        A date is its beginning; a time without a zone is UTC.
    now
        Where a span begins; with `before` where it ends.

    Raises
    ------
    MomentRefused
        For any other text.
    """
    if span := _SPAN.fullmatch(text.strip()):
        length = timedelta(**{_UNITS[span[2]]: int(span[1])})
        return now - length if before else now + length
    try:
        named = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise MomentRefused(
            f"{text[:40]!r} is no time: say a span such as 12h, 90d or 6w, or a date such as 2027-01-31"
        ) from error
    return named.replace(tzinfo=UTC) if named.tzinfo is None else named.astimezone(UTC)

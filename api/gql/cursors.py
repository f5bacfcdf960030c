"""Keyset cursors: the place after which a page begins, bound to the release it was made in."""

import base64
import binascii
from dataclasses import dataclass

import orjson

from api.gql.codes import ErrorCode
from api.gql.errors import QueryError


@dataclass(frozen=True, slots=True)
class Position:
    """The place of one entry in an ordered list.

    Attributes
    ----------
    value
        What the list is ordered by: minus log10 p, a rank, or 0 where the key alone orders it.
    key
        The tie-breaker, unique within the list.
    """

    value: float
    key: str


def write_cursor(release: int, listing: str, position: Position) -> str:
    """An opaque cursor for `position` in the list called `listing`, valid in `release` only."""
    raw = orjson.dumps([release, listing, position.value, position.key])
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def read_cursor(cursor: str, *, release: int, listing: str) -> Position:
    """Read a cursor that :func:`write_cursor` made.

    Raises
    ------
    QueryError
        ``CURSOR_INVALID`` for text that is no cursor of this list, ``CURSOR_OF_OTHER_RELEASE`` for one that was
        made before the graph changed: the list may have moved under it, so the caller begins again.
    """
    made_in, made_for, value, key = _decode(cursor)
    if made_for != listing:
        raise QueryError(
            ErrorCode.CURSOR_INVALID,
            f"a cursor belongs to the list it came from: this one is of {made_for!r}, it was given to {listing!r}",
        )
    if made_in != release:
        raise QueryError(
            ErrorCode.CURSOR_OF_OTHER_RELEASE,
            f"the cursor was made in release {made_in}, the current one is {release}: begin again without `after`",
            cursorRelease=made_in,
            currentRelease=release,
        )
    return Position(value, key)


def _decode(cursor: str) -> tuple[int, str, float, str]:
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        made_in, made_for, value, key = orjson.loads(raw)
        place = float(value)
    except (ValueError, TypeError, binascii.Error) as error:
        raise _no_cursor(cursor) from error
    if not (isinstance(made_in, int) and isinstance(made_for, str) and isinstance(key, str)):
        raise _no_cursor(cursor)
    return made_in, made_for, place, key


def _no_cursor(cursor: str) -> QueryError:
    message = f"{cursor[:80]!r} is no cursor: pass pageInfo.endCursor of the page before, unchanged"
    return QueryError(ErrorCode.CURSOR_INVALID, message)

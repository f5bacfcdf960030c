"""Moments as people name them."""

from datetime import UTC, datetime

import pytest

from services.access.errors import MomentRefused
from services.access.moments import read_moment

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "after", "before"),
    [
        ("12h", datetime(2026, 11, 23, 0, tzinfo=UTC), datetime(2026, 11, 22, 0, tzinfo=UTC)),
        ("2d", datetime(2026, 11, 24, 12, tzinfo=UTC), datetime(2026, 11, 20, 12, tzinfo=UTC)),
        (" 1w ", datetime(2026, 11, 29, 12, tzinfo=UTC), datetime(2026, 11, 15, 12, tzinfo=UTC)),
    ],
)
def test_read_moment__spans_from_now(text: str, after: datetime, before: datetime) -> None:
    assert read_moment(text, NOW) == after
    assert read_moment(text, NOW, before=True) == before


def test_read_moment__dates_and_zones() -> None:
    assert read_moment("2027-01-31", NOW) == datetime(2027, 1, 31, tzinfo=UTC)
    assert read_moment("2027-01-31T10:00+02:00", NOW) == datetime(2027, 1, 31, 8, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "-3d", "3", "3y", "2027-13-01", "9" * 30 + "d"])
def test_read_moment__refuses_what_is_no_time(text: str) -> None:
    with pytest.raises(MomentRefused, match="is no time: say a span"):
        read_moment(text, NOW)

"""Times of a cron expression: cron's weekdays, missed times, refusals."""

from datetime import UTC, datetime, timedelta

import pytest

from services.schedule import CronError, read_cron

SUNDAY = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "days"),
    [
        ("0 3 * * 0", {6}),
        ("0 3 * * 7", {6}),
        ("0 3 * * 1-5", {0, 1, 2, 3, 4}),
        ("0 3 * * mon,wed", {0, 2}),
        ("0 3 * * 5-7", {4, 5, 6}),
        ("0 3 * * 1-7/3", {0, 3, 6}),
    ],
)
def test_next_after__counts_weekdays_as_cron_does(expression: str, days: set[int]) -> None:
    cron, moment, found = read_cron(expression), SUNDAY, set()
    for _ in range(8):
        following = cron.next_after(moment)
        assert following is not None
        moment = following
        found.add(moment.weekday())
    assert found == days


def test_last_due__of_many_missed_times_is_the_newest() -> None:
    cron = read_cron("*/10 * * * *")
    found = cron.last_due(SUNDAY - timedelta(days=900), SUNDAY + timedelta(minutes=7))
    assert found == SUNDAY
    assert cron.last_due(SUNDAY, SUNDAY + timedelta(minutes=9)) is None
    assert cron.last_due(SUNDAY + timedelta(days=1), SUNDAY) is None  # the clock was set back


def test_last_due__finds_a_time_that_is_years_apart() -> None:
    assert read_cron("0 0 29 2 *").last_due(SUNDAY - timedelta(days=2000), SUNDAY) == datetime(2024, 2, 29, tzinfo=UTC)


def test_next_after__is_in_the_zone_of_the_expression() -> None:
    found = read_cron("30 2 * * *", "Europe/Berlin").next_after(SUNDAY)
    assert found == datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "zone", "match"),
    [
        ("* * * *", "UTC", "five fields"),
        ("61 * * * *", "UTC", "must be readable; seen: '61"),
        ("0 0 * * 8", "UTC", "weekdays '8' do not run from 0 to 7"),
        ("0 0 1 * 1", "UTC", "cannot both be named"),
        ("0 0 * * *", "Mars/Olympus", "Mars/Olympus"),
    ],
)
def test_read_cron__refuses_what_cron_would_not_mean(expression: str, zone: str, match: str) -> None:
    with pytest.raises(CronError, match=match):
        read_cron(expression, zone)

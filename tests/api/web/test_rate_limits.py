"""How much a caller may ask for."""

from pathlib import Path

import pytest

from api.app import create_app
from api.web.rate_limits import RateBook, network_of
from services.access.roles import Role
from services.graph.store import Store
from services.settings import Settings
from tests.api.browser import open_browser
from tests.api.web.test_access import make_token


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_rate_book__a_burst_then_the_rate(clock: Clock) -> None:
    book = RateBook(Settings(api_requests_per_second=2, api_requests_burst=3), clock=clock)
    assert [book.begin("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert book.begin("b") == 0
    clock.now += 0.5
    assert [book.begin("a"), book.begin("a")] == [0, 0.5]
    clock.now += 3_600
    assert [book.begin("a") for _ in range(4)] == [0, 0, 0, 0.5]


def test_rate_book__a_debt_of_price_is_waited_for(clock: Clock) -> None:
    book = RateBook(Settings(api_price_per_second=10, api_price_burst=100), clock=clock)
    assert book.begin("a") == 0
    book.charge("a", 150)
    assert book.begin("a") == pytest.approx(5.1)
    clock.now += 5.2
    assert book.begin("a") == 0


def test_rate_book__zero_is_no_limit(clock: Clock) -> None:
    chosen = Settings(api_requests_per_second=0, api_requests_burst=1, api_price_per_second=0, api_price_burst=1)
    book = RateBook(chosen, clock=clock)
    book.charge("a", 1e9)
    assert {book.begin("a") for _ in range(1_000)} == {0}


def test_rate_book__is_bounded_and_forgets_the_longest_silent(clock: Clock) -> None:
    book = RateBook(Settings(api_requests_per_second=1, api_requests_burst=1), clock=clock, size=10)
    for i in range(1_000):
        book.begin(f"address-{i}")
        book.begin("steady")
    assert len(book) == 10
    assert book.begin("steady") > 0


def test_rate_book__a_clock_that_goes_back_takes_nothing(clock: Clock) -> None:
    book = RateBook(Settings(api_requests_per_second=1, api_requests_burst=5), clock=clock)
    assert book.begin("a") == 0
    clock.now -= 500
    assert book.begin("a") == 0


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        (("192.0.2.7", 1), "192.0.2.7"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::/64"),
        (("2001:db8:1:2:ffff::1", 1), "2001:db8:1:2::/64"),
        (("::1", 1), "::1"),
        (("socket", 1), "unknown"),
        (None, "unknown"),
    ],
)
def test_network_of__one_owner_one_bucket(client: tuple[str, int] | None, expected: str) -> None:
    assert network_of(client) == expected


def test_rate_limits__429_says_when_and_health_is_always_answered(graph: Store, api_settings: Settings) -> None:
    slow = api_settings.model_copy(update={"api_requests_per_second": 0.01, "api_requests_burst": 2})
    with open_browser(create_app(slow)) as browser:
        answers = [browser.get("/scans") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert answers[2].json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
        assert 90 <= int(answers[2].headers["retry-after"]) <= 100
        assert browser.get("/health/live").status_code == 200


def test_rate_limits__the_price_of_queries_by_token(graph: Store, api_settings: Settings, tmp_path: Path) -> None:
    changes = {"api_price_per_second": 0.01, "api_price_burst": 50, "home": tmp_path}
    first, second = make_token(tmp_path, Role.READER), make_token(tmp_path, Role.ANALYST)
    query = {"query": "{ studies(first: 100) { nodes { id } } }"}
    with open_browser(create_app(api_settings.model_copy(update=changes))) as browser:
        paid = browser.post("/graphql", json=query, headers=first)
        assert int(paid.headers["x-query-price"]) > 50
        assert browser.post("/graphql", json=query, headers=first).status_code == 429
        assert browser.post("/graphql", json=query, headers=second).status_code == 200
        assert browser.post("/graphql", json=query).status_code == 200

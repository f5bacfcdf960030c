"""Addresses that may be listened on, names that are answered, and pages that may ask."""

import pytest

from api.web.hosts import HostRefused, check_host, is_loopback, name_of, trusted_hosts
from tests.api.browser import Browser


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_check_host__loopback_is_fine(host: str) -> None:
    assert check_host(host, has_token=False) == host
    assert trusted_hosts(host) is not None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.org", ""])  # noqa: S104
def test_check_host__others_need_a_token(host: str) -> None:
    assert not is_loopback(host)
    with pytest.raises(HostRefused, match="no valid one exists: make one with `locusgraph tokens add"):
        check_host(host, has_token=False)
    assert check_host(host, has_token=True) == host
    assert trusted_hosts(host) is None
    assert "portal.example" in (trusted_hosts(host, ["Portal.Example"]) or ())


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost:8000", "localhost"),
        ("[::1]:8000", "::1"),
        ("LOCALHOST", "localhost"),
        ("localhost.evil.example", "localhost.evil.example"),
        ("127.0.0.1:80@evil.example", ""),
        ("evil.example#localhost", ""),
        ("", ""),
    ],
)
def test_name_of__leaves_out_the_port_and_believes_no_tricks(host: str, expected: str) -> None:
    assert name_of(host) == expected


OWN = {"host": "127.0.0.1:8000"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 400),
        ({"host": "evil.example", "origin": "http://evil.example"}, 400),
        ({**OWN, "origin": "http://127.0.0.1:8000"}, 200),
        ({**OWN, "origin": "http://127.0.0.1:9999"}, 403),
        ({**OWN, "origin": "https://evil.example"}, 403),
        ({**OWN, "origin": "null"}, 403),
        ({**OWN, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script"}, 403),
        ({**OWN, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}, 200),
        ({"host": "[::1]:8000", "sec-fetch-site": "same-origin"}, 200),
    ],
)
def test_site_guard__only_own_names_and_no_other_sites(browser: Browser, headers: dict[str, str], status: int) -> None:
    for answer in (
        browser.get("/graphql", headers=headers),
        browser.post("/graphql", headers=headers, json={"query": "{ meta { release { number } } }"}),
    ):
        assert answer.status_code == status
        if status != 200:
            assert answer.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
            assert answer.json()["errors"][0]["extensions"]["requestId"] == answer.headers["x-request-id"]


def test_cors__is_closed(browser: Browser) -> None:
    asked = {"origin": "https://portal.example", "access-control-request-method": "POST"}
    for answer in (browser.send("OPTIONS", "/graphql", headers=asked), browser.get("/graphql")):
        assert not [name for name in answer.headers if name.startswith("access-control")]

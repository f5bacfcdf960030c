"""Addresses that may be listened on."""

import pytest

from api.web.hosts import HostRefused, check_host, is_loopback, trusted_hosts


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_check_host__loopback_is_fine(host: str) -> None:
    assert check_host(host, may_be_remote=False) == host
    assert "*" not in trusted_hosts(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.org", ""])  # noqa: S104
def test_check_host__others_need_to_be_wanted(host: str) -> None:
    assert not is_loopback(host)
    with pytest.raises(HostRefused, match=r"listen on 127\.0\.0\.1, or say --allow-remote"):
        check_host(host, may_be_remote=False)
    assert check_host(host, may_be_remote=True) == host

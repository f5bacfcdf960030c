"""Which address the server may listen on, and by which names it may be called."""

import ipaddress


class HostRefused(Exception):  # noqa: N818 (says what happened)
    """The address would let other machines in, and nobody said that they may."""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server on this address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_host(host: str, *, may_be_remote: bool) -> str:
    """Return an address that may be listened on.

    Raises
    ------
    HostRefused
        For one that other machines reach, unless that was said to be wanted: there are no passwords here.
    """
    if not is_loopback(host) and not may_be_remote:
        raise HostRefused(
            f"{host!r} can be reached from other machines and the server asks nobody for a password: "
            "listen on 127.0.0.1, or say --allow-remote when the network around it is guarded"
        )
    return host


def trusted_hosts(host: str) -> list[str]:
    """Names in a request's Host header that are answered; on loopback only its own, against DNS rebinding."""
    return ["localhost", "127.0.0.1", "[::1]", host] if is_loopback(host) else ["*"]

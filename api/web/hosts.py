"""Which address the server may listen on, by which names it may be called, and from which pages."""

import ipaddress
import re
from collections.abc import Sequence
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.gql.codes import ErrorCode
from api.web.refusals import refusal

_HOST: Final = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?")


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


def check_host(host: str, *, has_token: bool) -> str:
    """Return an address that may be listened on.

    Raises
    ------
    HostRefused
        For one that other machines reach, as long as there is no valid token to let anybody in by.
    """
    if not is_loopback(host) and not has_token:
        raise HostRefused(
            f"{host!r} can be reached from other machines, where every request needs a token, and no valid one "
            "exists: make one with `locusgraph tokens add --name NAME --role reader`, or listen on 127.0.0.1"
        )
    return host


def trusted_hosts(host: str, more: Sequence[str] = ()) -> frozenset[str] | None:
    """Names in a request's Host header that are answered; None for any.

    On loopback only its own and those of the settings, against DNS rebinding; beyond it any unless the settings name
    some, for there a token is asked for.
    """
    named = frozenset(name.lower() for name in more)
    if is_loopback(host):
        return named | {"localhost", "127.0.0.1", "::1", host.lower()}
    return named | {host.lower(), "localhost", "127.0.0.1", "::1"} if named else None


class SiteGuard:
    """ASGI middleware that answers only by its own names, and no page of another site.

    Parameters
    ----------
    app
        What answers.
    hosts
        Names in the Host header; None for any.
    origins
        Exact origins of other sites whose pages may ask.
    """

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str] | None, origins: Sequence[str]) -> None:
        self.app = app
        self._hosts = hosts
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        problem = self._problem(Headers(scope=scope)) if scope["type"] == "http" else None
        if problem is None:
            await self.app(scope, receive, send)
            return
        status, message = problem
        await refusal(scope, status, ErrorCode.FORBIDDEN, message)(scope, receive, send)

    def _problem(self, headers: Headers) -> tuple[int, str] | None:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or (self._hosts is not None and name_of(hosts[0]) not in self._hosts):
            shown = ", ".join(hosts)[:100]
            return 400, f"nobody is called {shown!r} here: LOCUSGRAPH_API_HOSTS names further names of this server"
        origin = headers.get("origin")
        if origin is not None and origin not in self._origins and _netloc(origin) != hosts[0].lower():
            return 403, f"pages of {origin[:100]!r} may not ask here: LOCUSGRAPH_API_ORIGINS names those that may"
        if origin is None and headers.get("sec-fetch-site") == "cross-site" and not _is_visit(headers):
            return 403, "pages of other sites may not fetch anything here: LOCUSGRAPH_API_ORIGINS names those that may"
        return None


def name_of(host: str) -> str:
    """The name in a Host header, without port and without the brackets of an IPv6 address; "" for none."""
    found = _HOST.fullmatch(host.strip().lower())
    return (found[1] or found[2]) if found else ""


def _netloc(origin: str) -> str:
    return origin.lower().partition("://")[2]


def _is_visit(headers: Headers) -> bool:
    """Whether a person followed a link from another site, rather than its page fetching something."""
    return headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"

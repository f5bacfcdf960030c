"""Lets a request in: by its token, or on loopback without one, as far as the table of routes allows."""

import logging
from datetime import UTC, datetime
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from api.gql.codes import ErrorCode
from api.web.access_rules import OTHER, rule_of
from api.web.hosts import is_loopback
from api.web.refusals import refusal
from services.access.errors import TokenFileError
from services.access.roles import Principal, Role
from services.access.tokens import TokenBook
from services.settings import Settings

LOOPBACK: Final = "loopback"
NOBODY: Final = Principal("nobody", None)
REJECTED: Final = Principal("rejected token", None)
"""Showed a token that is not accepted: never taken for somebody without one."""
_CHALLENGE: Final = {"www-authenticate": 'Bearer realm="locusgraph"'}

logger = logging.getLogger(__name__)


class AccessRefused(Exception):  # noqa: N818 (says what happened)
    """Who asks may not; the answer's status is 401 without a valid token, else 403."""

    def __init__(self, principal: Principal, wanted: Role) -> None:
        self.status = 401 if principal.role is None else 403
        if principal is REJECTED:
            message = "the token is not accepted: unknown, expired, revoked, or not sent as Authorization: Bearer lgt_…"
        elif principal.role is None:
            message = f"this needs a token of role {wanted.value}: send one as Authorization: Bearer lgt_…"
        else:
            message = (
                f"this needs the role {wanted.value} and {principal.who} is {principal.role.value}: "
                "`locusgraph tokens add` makes a token with another role"
            )
        super().__init__(message)


class Identification:
    """ASGI middleware that says who asks, as ``scope["state"]["principal"]``; it refuses nobody.

    Parameters
    ----------
    app
        What answers.
    settings
        The home folder, where tokens are; the address listened on; what loopback may do without one.
    """

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self.app = app
        self._book = TokenBook(settings.home)
        self._trusts_loopback = is_loopback(settings.api_host) and not settings.api_requires_token
        self._loopback = Principal(LOOPBACK, Role(settings.api_loopback_role))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Name who asks; where tokens cannot be checked, nobody who shows one is answered."""
        if scope["type"] == "http":
            try:
                scope.setdefault("state", {})["principal"] = self._identify(scope)
            except TokenFileError:
                logger.exception("tokens cannot be checked")
                message = "tokens cannot be checked at present; the server's log says why"
                await refusal(scope, 503, ErrorCode.REFUSED, message)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _identify(self, scope: Scope) -> Principal:
        shown = Headers(scope=scope).getlist("authorization")
        if shown:
            scheme, _, presented = shown[0].partition(" ")
            is_bearer = len(shown) == 1 and scheme.lower() == "bearer"
            token = self._book.find(presented.strip(), datetime.now(UTC)) if is_bearer else None
            return REJECTED if token is None else token.principal
        return self._loopback if self._trusts_loopback and _came_by_loopback(scope) else NOBODY


class Authorisation:
    """ASGI middleware that refuses what the table of routes does not allow to who asks.

    Parameters
    ----------
    app
        What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        try:
            if scope["type"] == "http":
                _check(scope, scope["state"]["principal"])
        except AccessRefused as error:
            await _answer(scope, error)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def principal_of(request: Request) -> Principal:
    """Who asks; its ``who`` is the name for the audit log."""
    found: Principal = request.state.principal
    return found


def require_role(request: Request, role: Role) -> Principal:
    """Who asks, when they may do what `role` may: for what a part of a route asks beyond the table of routes.

    Raises
    ------
    AccessRefused
        Else; the application answers it with 401 or 403.
    """
    principal = principal_of(request)
    if not principal.may(role):
        raise AccessRefused(principal, role)
    return principal


async def show_refusal(request: Request, error: Exception) -> Response:
    """The answer to a request whose route called `require_role`.

    Raises
    ------
    TypeError
        For another error.
    """
    if not isinstance(error, AccessRefused):
        raise TypeError(type(error).__name__) from error
    return _answer(request.scope, error)


def _answer(scope: Scope, error: AccessRefused) -> Response:
    code = ErrorCode.UNAUTHENTICATED if error.status == 401 else ErrorCode.FORBIDDEN
    return refusal(scope, error.status, code, str(error), _CHALLENGE if error.status == 401 else None)


def _check(scope: Scope, principal: Principal) -> None:
    """Refuse who may not ask for this path; a token that is not accepted is refused everywhere.

    A path that no route has is left to the router's 404, for who may read at all.
    """
    name, rule = rule_of(scope["path"])
    if name == OTHER and principal.may(Role.READER) and not _is_routed(scope):
        return
    is_open = rule.is_open_on_loopback and principal.who == LOOPBACK
    if principal is REJECTED or not (rule.role is None or is_open or principal.may(rule.role)):
        raise AccessRefused(principal, rule.role or Role.READER)


def _is_routed(scope: Scope) -> bool:
    return any(route.matches(scope)[0] is not Match.NONE for route in scope["app"].routes)


def _came_by_loopback(scope: Scope) -> bool:
    """Whether both ends of the connection are on this machine, whatever the settings say of the address."""
    ends = (scope.get("server"), scope.get("client"))
    return all(end is not None and is_loopback(str(end[0])) for end in ends)

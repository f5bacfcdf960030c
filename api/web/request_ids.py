"""Every request has an id: the caller's own, or a new one; it is in the response, in errors and in the log."""

import logging
import re
import time
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "x-request-id"
_ALLOWED = re.compile(r"[A-Za-z0-9._-]{1,64}")

logger = logging.getLogger(__name__)


class RequestIds:
    """ASGI middleware that names each request and logs how long it took.

    Parameters
    ----------
    app
        What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = choose_request_id(Headers(scope=scope).get(HEADER))
        scope.setdefault("state", {})["request_id"] = request_id
        begin, status = time.perf_counter(), 500

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        try:
            await self.app(scope, receive, send_named)
        finally:
            elapsed_ms = 1000 * (time.perf_counter() - begin)
            logger.info("%s %s %d %.1f ms, request %s", scope["method"], scope["path"], status, elapsed_ms, request_id)


def choose_request_id(offered: str | None) -> str:
    """The caller's id where it is a plain word of at most 64 signs, else a new one."""
    return offered if offered and _ALLOWED.fullmatch(offered) else uuid.uuid4().hex

"""Every request has an id, a line in the log and its place in the metrics.

The id is the caller's own, or a new one; it is in the response, in errors and in the log. The log line holds the path
without its query, for that may hold what a caller asks about.
"""

import logging
import re
import time
import uuid
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.web.access_rules import rule_of
from api.web.metrics import Metrics
from api.web.rate_limits import PRICE_HEADER
from services.access.tokens import PREFIX

HEADER = "x-request-id"
_ALLOWED = re.compile(r"[A-Za-z0-9._-]{1,64}")

logger = logging.getLogger(__name__)


class RequestIds:
    """ASGI middleware that names each request, counts it, and logs how long it took and what it cost.

    Parameters
    ----------
    app
        What answers.
    metrics
        Where it is counted.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self.app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = choose_request_id(Headers(scope=scope).get(HEADER))
        scope.setdefault("state", {})["request_id"] = request_id
        begin, status, price = time.perf_counter(), 500, None

        async def send_named(message: Message) -> None:
            nonlocal status, price
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[HEADER] = request_id
                price = _read_price(headers.get(PRICE_HEADER))
            await send(message)

        try:
            with self._metrics.running.track_inprogress():
                await self.app(scope, receive, send_named)
        finally:
            self._note(scope, status, time.perf_counter() - begin, price)

    def _note(self, scope: Scope, status: int, seconds: float, price: int | None) -> None:
        route, _ = rule_of(scope["path"])
        self._metrics.note_request(route, scope["method"], status, seconds, price)
        principal = scope["state"].get("principal")
        facts: dict[str, Any] = {
            "request_id": scope["state"]["request_id"],
            "method": scope["method"],
            "route": route,
            "status": status,
            "ms": round(1000 * seconds, 1),
            "price": price,
            "who": principal.who if principal else None,
        }
        path = scope["path"][:200].encode("unicode_escape").decode()
        text = "%s %s %d %.1f ms, request %s"
        logger.info(text, scope["method"], path, status, facts["ms"], facts["request_id"], extra=facts)


def choose_request_id(offered: str | None) -> str:
    """The caller's id where it is a plain word of at most 64 signs and no token, else a new one."""
    is_plain = offered is not None and _ALLOWED.fullmatch(offered) and PREFIX not in offered
    return offered if offered is not None and is_plain else uuid.uuid4().hex


def _read_price(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None

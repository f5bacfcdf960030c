"""No body is longer, and none comes more slowly, than the settings allow."""

import asyncio
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.gql.codes import ErrorCode
from api.web.refusals import refusal
from services.settings import Settings


class _BodyRefused(Exception):  # noqa: N818 (says what happened)
    """The body is too long or too slow."""

    def __init__(self, status: int, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class BodyLimits:
    """ASGI middleware that reads no more of a body, and waits no longer for it, than it may.

    Parameters
    ----------
    app
        What answers.
    settings
        The limits.
    """

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self.app = app
        self._most_bytes = settings.api_body_limit_bytes
        self._seconds = settings.api_body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        has_begun = False

        async def send_noted(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            self._check_length(Headers(scope=scope).get("content-length"))
            await self.app(scope, self._limited(receive), send_noted)
        except _BodyRefused as error:
            if has_begun:
                raise
            headers = {"connection": "close"}
            await refusal(scope, error.status, error.code, str(error), headers)(scope, receive, send)

    def _check_length(self, announced: str | None) -> None:
        if announced is not None and announced.isdecimal() and int(announced) > self._most_bytes:
            raise self._too_long()

    def _limited(self, receive: Receive) -> Receive:
        """The same messages, until there were too many bytes or the last piece of the body is late."""
        n_bytes, is_whole = 0, False
        end = asyncio.get_running_loop().time() + self._seconds

        async def limited() -> Any:
            nonlocal n_bytes, is_whole
            if is_whole:
                return await receive()
            try:
                async with asyncio.timeout_at(end):
                    message = await receive()
            except TimeoutError:
                text = f"the body did not come within {self._seconds:g} s (LOCUSGRAPH_API_BODY_SECONDS): send it faster"
                raise _BodyRefused(408, ErrorCode.TOO_SLOW, text) from None
            n_bytes += len(message.get("body", b""))
            is_whole = not message.get("more_body", False)
            if n_bytes > self._most_bytes:
                raise self._too_long()
            return message

        return limited

    def _too_long(self) -> _BodyRefused:
        text = f"a body may have at most {self._most_bytes:,} bytes (LOCUSGRAPH_API_BODY_LIMIT_BYTES): send several"
        return _BodyRefused(413, ErrorCode.TOO_LARGE, text)

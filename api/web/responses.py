"""JSON answers, written by orjson; and answers that are made while they are sent."""

from collections.abc import Generator, Mapping
from typing import Any

import orjson
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send


class JsonResponse(Response):
    """A response whose content is any value that JSON can hold."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Write the value."""
        return orjson.dumps(content)


class PiecewiseResponse(StreamingResponse):
    """A response made piece by piece, each in a thread when the one before it was sent.

    Parameters
    ----------
    pieces
        The body; it is closed at the end, also when the caller goes away in the middle.
    headers
        With the content type.
    """

    def __init__(self, pieces: Generator[bytes, None, None], headers: Mapping[str, str]) -> None:
        super().__init__(pieces, headers=headers)
        self._pieces = pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._pieces.close()

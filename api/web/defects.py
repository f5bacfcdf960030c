"""A defect of ours becomes an answer of our form with status 500; its cause goes to the log alone."""

import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.gql.codes import ErrorCode
from api.web.refusals import refusal

logger = logging.getLogger(__name__)


class Defects:
    """ASGI middleware that answers 500 where the application fails before its answer began.

    Parameters
    ----------
    app
        What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        has_begun = False

        async def send_noted(message: Message) -> None:
            nonlocal has_begun
            has_begun = has_begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, send_noted)
        except Exception:
            request_id = scope.get("state", {}).get("request_id")
            if scope["type"] != "http" or has_begun:
                raise
            logger.exception("request %s: a defect of the service", request_id)
            message = f"a defect of the service; its log names it under request {request_id}"
            await refusal(scope, 500, ErrorCode.INTERNAL, message)(scope, receive, send)

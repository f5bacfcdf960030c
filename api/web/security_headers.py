"""Headers that tell a browser to take nothing for more than it is."""

import base64
import hashlib
import re
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_BASE: Final = "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
PAGE_POLICY: Final = f"default-src 'self'; {_BASE}"
DATA_POLICY: Final = f"default-src 'none'; {_BASE}"
_ALWAYS: Final = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
_INLINE: Final = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)


class SecurityHeaders:
    """ASGI middleware that adds the headers an answer does not set itself.

    Parameters
    ----------
    app
        What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
                is_page = headers.get("content-type", "").startswith("text/html")
                headers.setdefault("content-security-policy", PAGE_POLICY if is_page else DATA_POLICY)
            await send(message)

        await self.app(scope, receive, send_guarded if scope["type"] == "http" else send)


def page_policy(page: str) -> str:
    """The policy of a page of our own with scripts and styles inside it: just these, named by their hash."""
    allowed: dict[str, list[str]] = {"script": [], "style": []}
    for kind, text in _INLINE.findall(page):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        allowed[kind].append(f"'sha256-{digest}'")
    rules = [f"{kind}-src 'self' {' '.join(hashes)}".rstrip() for kind, hashes in allowed.items()]
    return f"default-src 'self'; {'; '.join(rules)}; {_BASE}"

"""Hides secrets in whatever is written for somebody to read: log lines, error messages, the audit log.

Two nets: the secrets that this process has read or made (`hide_secret`), wherever they stand, and the shapes of
secrets that it never saw, such as a token in a request.
"""

import json
import re
from typing import Final
from urllib.parse import quote

HIDDEN: Final = "[hidden]"
SHORTEST_HIDDEN: Final = 8
"""A shorter secret would hide ordinary words, and would not be worth the name."""
_SHAPES: Final = (
    (re.compile(r"lgt_[A-Za-z0-9_-]{8,}"), f"lgt_{HIDDEN}"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"), rf"\1 {HIDDEN}"),
    (re.compile(r"(://[^/\s:@\"'\\]*):[^/\s@\"'\\]+@"), rf"\1:{HIDDEN}@"),
)
_secrets: set[str] = set()


def hide_secret(secret: str) -> None:
    """Let this text be hidden from now on, in this process, also as JSON, Python or an address would write it."""
    if len(secret) >= SHORTEST_HIDDEN:
        _secrets.update((secret, json.dumps(secret)[1:-1], repr(secret)[1:-1], quote(secret, safe="")))


def redact(text: str) -> str:
    """The text without secrets."""
    for secret in sorted(_secrets, key=len, reverse=True):
        if secret in text:
            text = text.replace(secret, HIDDEN)
    for shape, instead in _SHAPES:
        text = shape.sub(instead, text)
    return text

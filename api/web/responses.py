"""JSON answers, written by orjson."""

from typing import Any

import orjson
from starlette.responses import Response


class JsonResponse(Response):
    """A response whose content is any value that JSON can hold."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Write the value."""
        return orjson.dumps(content)

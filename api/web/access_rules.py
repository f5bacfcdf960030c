"""Which role each route asks for: the one table of the web server's rights."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.access.roles import Role

STRICTEST: Final = Role.ADMIN


@dataclass(frozen=True, slots=True)
class RouteRule:
    """What a route asks for.

    Attributes
    ----------
    role
        The least role; None for a route that anybody may ask, which must then tell nothing.
    is_open_on_loopback
        Whether a caller on loopback without a token may ask for it whatever the role.
    """

    role: Role | None
    is_open_on_loopback: bool = False


ROUTES: Final[Mapping[str, RouteRule]] = {
    "/": RouteRule(Role.READER),
    "/graphql": RouteRule(Role.READER),
    "/scans": RouteRule(Role.READER),
    "/columns": RouteRule(Role.READER),
    "/cypher": RouteRule(Role.ANALYST),
    "/metrics": RouteRule(Role.ADMIN, is_open_on_loopback=True),
    "/health/live": RouteRule(None),
    "/health/ready": RouteRule(None),
}
"""Beginning of a path, in whole words, to what it asks for; the longest that fits counts, "/" only for itself.

Whoever adds a route adds its line; a route without one asks for the strictest role.
"""
OTHER: Final = "other"


def rule_of(path: str) -> tuple[str, RouteRule]:
    """Name of the rule for a path (``other`` where there is none), and the rule."""
    words = path.split("/")
    for n_words in range(len(words), 1, -1):
        beginning = "/".join(words[:n_words])
        if beginning in ROUTES and (beginning != "/" or path == "/"):
            return beginning, ROUTES[beginning]
    return OTHER, RouteRule(STRICTEST)

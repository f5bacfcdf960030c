"""Roles, each of which may do what the one before it may, and the one who asks."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What the holder of a token may ask for, the least first."""

    READER = "reader"
    """GraphQL, columns and scans."""
    ANALYST = "analyst"
    """The reader's, and Cypher that reads."""
    CURATOR = "curator"
    """The analyst's, and what brings data in."""
    ADMIN = "admin"
    """Everything, the metrics too."""

    def covers(self, wanted: "Role") -> bool:
        """Whether this role may do what `wanted` may."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(wanted)


@dataclass(frozen=True, slots=True)
class Principal:
    """The one who asks.

    Attributes
    ----------
    who
        ``token:NAME`` or ``loopback``, as the log and the audit log name them.
    role
        What they may ask for; None for somebody who showed no token where one is needed.
    token_id
        Of their token; None without one.
    """

    who: str
    role: Role | None
    token_id: str | None = None

    def may(self, wanted: Role) -> bool:
        """Whether they may do what `wanted` may."""
        return self.role is not None and self.role.covers(wanted)

# ruff: noqa: N818  (what happened reads better without Error at its end)
"""Why an analyst's query was not answered.

RuleError
└── CypherError             a query of an analyst was not answered, or not wholly
    ├── CypherRefused       it was not run, or was stopped: which rule, what was seen, what helps
    ├── GraphChanging       the graph is being changed, so that edges could be counted twice
    ├── CypherBusy          as many queries run as may run at once
    └── ServerRestarted     it outlived its limit and nothing but a restart of the server ended it
"""

from enum import StrEnum

from loaders.errors import RuleError


class Stop(StrEnum):
    """What stopped a query."""

    CHECK = "our check"
    PARSER = "server's parser"
    EXPLAIN = "EXPLAIN"
    READ_ACCESS = "READ access"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    BYTES = "bytes"
    ROWS = "rows"
    FAILED = "error while running"
    CHANGING = "graph changing"
    BUSY = "busy"
    RESTART = "restart"


class CypherError(RuleError):
    """A query of an analyst was not answered, or not wholly.

    Parameters
    ----------
    rule, seen, remedy
        As of every `RuleError`.
    stop
        What stopped it.
    """

    def __init__(self, rule: str, *, seen: object = None, remedy: str | None = None, stop: Stop = Stop.CHECK) -> None:
        super().__init__(rule, seen=seen, remedy=remedy)
        self.stop = stop


class CypherRefused(CypherError):
    """The query was not run, or was stopped by one of its limits."""


class GraphChanging(CypherError):
    """A load or a write-back is under way, or began while the query ran.

    Attributes
    ----------
    is_lasting
        Whether the query waited for it in vain, so that asking again at once is no use.
    """

    def __init__(self, rule: str, *, seen: object, remedy: str, is_lasting: bool) -> None:
        super().__init__(rule, seen=seen, remedy=remedy, stop=Stop.CHANGING)
        self.is_lasting = is_lasting


class CypherBusy(CypherError):
    """As many queries run as may run at once."""


class ServerRestarted(CypherError):
    """The query outlived its limit by the grace time, and the server was, or must be, restarted."""

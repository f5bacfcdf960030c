"""Answers an analyst's query: checked, planned, run read-only within limits, and noted."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from services.cypher.advice import advise
from services.cypher.audit import note_query, note_question
from services.cypher.check import check_query
from services.cypher.errors import CypherBusy, CypherError, Stop
from services.cypher.planning import check_plan
from services.cypher.settled import GraphState, await_settled, check_unchanged, read_state
from services.cypher.stopping import explain_stop
from services.graph.foreign import Bounds, ForeignError, ForeignReader, ForeignResult
from services.graph.store import Store
from services.settings import Settings


@dataclass(frozen=True)
class Question:
    """What an analyst asks.

    Attributes
    ----------
    text, parameters
        The query, and its values.
    who
        Who asks, for the log.
    most_rows
        Rows wanted; None for the setting's limit, which is also the largest allowed.
    is_unsettled
        Run it also while a load is under way: the query filters on ``$load_ids`` and ``$run_ids`` itself.
    """

    text: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    who: str = "someone"
    most_rows: int | None = None
    is_unsettled: bool = False


class Answer:
    """The answer to a question, read once while it comes.

    Attributes
    ----------
    columns
        Names of the columns.
    notes
        What the analyst should know about the query.
    n_rows, n_bytes, elapsed_ms
        How much was read so far, and how long it took.
    is_truncated
        Whether there was more than the limit of rows; known at the end.
    """

    def __init__(self, result: ForeignResult, state: GraphState, most_rows: int, notes: tuple[str, ...]) -> None:
        self._result, self._most_rows, self._begin = result, most_rows, time.perf_counter()
        self.columns, self.notes, self.release = result.columns, notes, state.number
        self.n_rows, self.is_truncated, self.is_complete = 0, False, False

    @property
    def n_bytes(self) -> int:
        """Bytes read from the server so far."""
        return self._result.n_bytes

    @property
    def elapsed_ms(self) -> float:
        """Milliseconds since the answer began."""
        return 1000 * (time.perf_counter() - self._begin)

    def rows(self) -> Iterator[list[Any]]:
        """The rows, at most as many as allowed."""
        for row in self._result.rows():
            if self.n_rows >= self._most_rows:
                self.is_truncated = True
                break
            self.n_rows += 1
            yield row
        self.is_complete = True


class CypherRunner:
    """Answers analysts' questions on one graph, a few at once.

    Parameters
    ----------
    store
        The graph; the caller closes it.
    settings
        The limits (``cypher_…``), and whether a stuck server is ours to restart.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store, self._settings = store, settings
        self._reader = ForeignReader(store.address, settings)
        self._places = threading.BoundedSemaphore(settings.cypher_at_once)
        self._bounds = Bounds(
            settings.cypher_timeout_seconds, settings.cypher_grace_seconds, settings.cypher_byte_limit
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections of its own."""
        self._reader.close()

    @contextmanager
    def ask(self, question: Question) -> Iterator[Answer]:
        """Answer a question; the answer is read while the ``with`` block lasts, and checked once more at its end.

        Raises
        ------
        CypherRefused
            When the query is not allowed, or is stopped by a limit.
        GraphChanging
            When a load or a write-back is under way for longer than the wait, or began while the query ran.
        CypherBusy
            When as many queries run as may run at once.
        ServerRestarted
            When nothing but a restart of the server ended the query.
        StoreError
            In an outage.
        AuditError
            When it cannot be noted in the audit log.
        """
        begin, outcome, n_rows = time.perf_counter(), "failed", 0
        note_question(self._settings, question.text, who=question.who)
        try:
            with self._place(), self._answering(question) as answer:
                try:
                    yield answer
                finally:
                    n_rows = answer.n_rows
            outcome = "truncated" if answer.is_truncated else "answered"
        except CypherError as error:
            outcome = str(error.stop)
            raise
        finally:
            elapsed_ms = 1000 * (time.perf_counter() - begin)
            note_query(
                self._settings,
                question.text,
                who=question.who,
                outcome=outcome,
                elapsed_ms=elapsed_ms,
                n_rows=n_rows,
            )

    def check(self, question: Question) -> dict[str, Any]:
        """Check and plan a question without running it; its parameters with those that are filled in.

        Raises
        ------
        CypherRefused
            When it is not allowed.
        """
        check_query(question.text, question.parameters)
        return self._plan(question, read_state(self._store))

    def _plan(self, question: Question, state: GraphState) -> dict[str, Any]:
        filled = {**state.parameters(), **question.parameters}
        try:
            check_plan(self._reader.explain(question.text, filled, self._bounds))
        except ForeignError as error:
            raise explain_stop(error, self._settings, is_planning=True) from error
        return filled

    @contextmanager
    def _answering(self, question: Question) -> Iterator[Answer]:
        tokens = check_query(question.text, question.parameters)
        wait = self._settings.cypher_wait_seconds
        state = read_state(self._store) if question.is_unsettled else await_settled(self._store, wait)
        filled = self._plan(question, state)
        most_rows = min(question.most_rows or self._settings.cypher_row_limit, self._settings.cypher_row_limit)
        try:
            with self._reader.stream(question.text, filled, self._bounds) as result:
                yield Answer(result, state, most_rows, advise(tokens, state))
        except ForeignError as error:
            raise explain_stop(error, self._settings, is_planning=False) from error
        if not question.is_unsettled:
            check_unchanged(self._store, state)

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(timeout=self._settings.cypher_timeout_seconds):
            raise CypherBusy(
                f"at most {self._settings.cypher_at_once} queries run at once",
                seen="that many, all still at work",
                remedy="ask again later, or raise LOCUSGRAPH_CYPHER_AT_ONCE",
                stop=Stop.BUSY,
            )
        try:
            yield
        finally:
            self._places.release()

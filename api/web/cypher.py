"""The endpoint ``/cypher``: an analyst's read-only query, answered line by line or as one Arrow stream."""

import asyncio
import logging
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from api.web.access import principal_of
from api.web.responses import JsonResponse, PiecewiseResponse
from services.access.errors import AuditError
from services.cypher.errors import CypherError, Stop
from services.graph.errors import StoreError, StoreUnavailable

if TYPE_CHECKING:
    from services.cypher.running import Answer, CypherRunner, Question

BODY_LIMIT_BYTES: Final = 2_000_000
NDJSON, ARROW = "application/x-ndjson", "application/vnd.apache.arrow.stream"
_ROWS_A_PIECE: Final = 500
_KEYS: Final = {"query", "parameters", "limit", "unsettled"}
_STATUS: Final = {Stop.TIMEOUT: 408, Stop.CHANGING: 409, Stop.BYTES: 413, Stop.BUSY: 429, Stop.RESTART: 503}

logger = logging.getLogger(__name__)


async def answer_cypher(request: Request) -> Response:
    """Answer one query: ``{"query": …, "parameters": {…}, "limit": …, "unsettled": false}``.

    NDJSON is a first line with ``columns``, a line with a list of values for each row, and a last line with
    ``summary`` or ``error``: without it the answer is not whole.
    """
    runner: CypherRunner | None = request.app.state.desk.cypher
    if runner is None:
        return _problem(
            request, 404, "NOT_OFFERED", "Cypher over HTTP is off: LOCUSGRAPH_CYPHER_OVER_HTTP=true sets it on"
        )
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        return _problem(request, 415, "BAD_QUERY", 'send application/json: {"query": "…", "parameters": {}}')
    body = await _read_body(request)
    question = None if body is None else _read_question(body, principal_of(request).who)
    if question is None:
        status = 413 if body is None else 400
        message = f'at most {BODY_LIMIT_BYTES:,} bytes of JSON: {{"query": "…", "parameters": {{}}, "limit": 100}}'
        return _problem(request, status, "BAD_QUERY", message)
    try:
        if ARROW in request.headers.get("accept", ""):
            content = await asyncio.to_thread(_answer_whole, runner, question)
            return Response(content, media_type=ARROW, headers={"cache-control": "no-store"})
        pieces = _Pieces(runner, question)
        first = await asyncio.to_thread(pieces.begin)
    except (CypherError, StoreError, AuditError) as error:
        return _refusal(request, error)
    return PiecewiseResponse(pieces.all(first), {"content-type": NDJSON, "cache-control": "no-store"})


class _Pieces:
    """An answer as NDJSON, piece by piece; what is wrong before the first row is an error with a status."""

    def __init__(self, runner: "CypherRunner", question: "Question") -> None:
        self._stack = ExitStack()
        self._runner, self._question = runner, question

    def begin(self) -> bytes:
        """Open the answer and write its first piece."""
        try:
            answer = self._stack.enter_context(self._runner.ask(self._question))
            self._answer = answer
            head = {"columns": answer.columns, "release": answer.release, "notes": answer.notes}
            self._rest = _row_pieces(answer)
            return orjson.dumps(head) + b"\n" + next(self._rest, b"")
        except BaseException as error:
            self._stack.__exit__(type(error), error, error.__traceback__)
            raise

    def all(self, first: bytes) -> Generator[bytes, None, None]:
        """Every piece, the last one with the summary or the error."""
        try:
            with self._stack:
                yield first
                yield from self._rest
        except (CypherError, StoreError) as error:
            yield orjson.dumps({"error": _describe(error)}) + b"\n"
        else:
            yield orjson.dumps({"summary": _summarise(self._answer)}) + b"\n"


def _summarise(answer: "Answer") -> dict[str, Any]:
    elapsed_ms = round(answer.elapsed_ms, 1)
    return {"n_rows": answer.n_rows, "is_truncated": answer.is_truncated, "elapsed_ms": elapsed_ms}


def _row_pieces(answer: "Answer") -> Iterator[bytes]:
    from services.cypher.rendering import to_json

    lines: list[bytes] = []
    for row in answer.rows():
        lines.append(orjson.dumps([to_json(value) for value in row]) + b"\n")
        if len(lines) == _ROWS_A_PIECE:
            yield b"".join(lines)
            lines = []
    yield b"".join(lines)


def _answer_whole(runner: "CypherRunner", question: "Question") -> bytes:
    from services.cypher.rendering import to_arrow

    with runner.ask(question) as answer:
        rows = list(answer.rows())
    return to_arrow(answer.columns, rows)


async def _read_body(request: Request) -> bytes | None:
    """The body; None as soon as it is too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT_BYTES:
            return None
    return bytes(body)


def _read_question(body: bytes, who: str) -> "Question | None":
    """The question of a body; None where it is not of the form."""
    from services.cypher.running import Question

    try:
        asked = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(asked, dict) or not isinstance(asked.get("query"), str) or set(asked) - _KEYS:
        return None
    parameters, limit, unsettled = asked.get("parameters"), asked.get("limit"), asked.get("unsettled", False)
    is_limit = limit is None or (isinstance(limit, int) and not isinstance(limit, bool) and limit > 0)
    if not isinstance(parameters, dict | None) or not is_limit or not isinstance(unsettled, bool):
        return None
    return Question(asked["query"], parameters or {}, who, limit, is_unsettled=unsettled)


def _describe(error: Exception) -> dict[str, Any]:
    if isinstance(error, CypherError):
        remedy = error.remedy
        return {"code": "REFUSED", "stop": str(error.stop), "rule": error.rule, "seen": error.seen, "remedy": remedy}
    code = "STORE_UNAVAILABLE" if isinstance(error, StoreUnavailable) else "STORE_FAILED"
    return {"code": code, "rule": str(error)}


def _refusal(request: Request, error: Exception) -> Response:
    if isinstance(error, AuditError):
        logger.error("request %s: %s", request.state.request_id, error)
        return _problem(request, 503, "REFUSED", "the query cannot be noted in the audit log, so it is not run")
    if isinstance(error, CypherError):
        status = _STATUS.get(error.stop, 400)
    else:
        logger.warning("request %s: the store failed: %s", request.state.request_id, error)
        status = 503
    described = {**_describe(error), "message": str(error), "requestId": request.state.request_id}
    return JsonResponse({"error": described}, status_code=status, headers={"cache-control": "no-store"})


def _problem(request: Request, status: int, code: str, message: str) -> Response:
    described = {"code": code, "message": message, "requestId": request.state.request_id}
    return JsonResponse({"error": described}, status_code=status)

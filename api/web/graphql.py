"""The endpoint ``/graphql``: POST runs a query, GET one that is kept, or shows a page to try queries."""

import asyncio
import hashlib
from http import HTTPStatus
from typing import Any, Final

from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from api.gql.codes import ErrorCode
from api.gql.context import RequestContext
from api.gql.errors import QueryError, describe_error
from api.gql.schema import QuietSchema
from api.versions import product_version
from api.web.answers import Answer, AnswerMemory, Key, key_of
from api.web.caching import is_known
from api.web.console import show_console
from api.web.persisted import QueryBook
from api.web.questions import Question, read_body, read_link
from api.web.rate_limits import PRICE_HEADER
from api.web.responses import JsonResponse
from services.graph.deadlines import time_limit
from services.graph.errors import StoreError

BODY_LIMIT_BYTES: Final = 100_000
SWITCHES_FOLLOWED: Final = 5
"""A request that meets more switches of the release than this gives its last answer."""
GRACE_SECONDS: Final = 1.0
"""After its time a request has so long to say which of its fields were too slow."""


async def answer_query(request: Request) -> Response:
    """Run one query of a POST request; every outcome but a malformed request has status 200 and says its code."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        return _malformed(request, 415, 'send the query as application/json: {"query": "...", "variables": {...}}')
    body = await _read_bytes(request)
    if body is None:
        return _malformed(request, 413, f"a request may have at most {BODY_LIMIT_BYTES:,} bytes: send several")
    try:
        question = read_body(body)
    except QueryError as error:
        return _malformed(request, 400, str(error))
    context = RequestContext(request.app.state.desk, request.state.request_id)
    memory: AnswerMemory = request.app.state.answers
    try:
        key = await _find_key(request, context, question) if memory.keeps_any else None
    except (TimeoutError, StoreError) as error:
        return _respond(request, context, _failed(error))
    if key is not None and (found := memory.get(key)) is not None:
        return _repeat(request, found)
    result = await _answer(request, context, question)
    response = _respond(request, context, result)
    if key is not None and not result.errors and context.is_lasting and await _is_of(context, key):
        memory.keep(key, Answer(bytes(response.body), context.price))
    return response


async def answer_link(request: Request) -> Response:
    """Run a query that is kept, named in a link; the page to try queries where the link names none.

    The answer may be kept by the caller: its ``etag`` holds for one release, and a request with it is answered
    with 304 as long as the release is the same.
    """
    if not {"extensions", "documentId", "query"} & set(request.query_params):
        return await show_console(request)
    context = RequestContext(request.app.state.desk, request.state.request_id)
    try:
        question = read_link(request.query_params)
        text = _book(request).find_text(question)
        headers = {"etag": await _etag(context, text, question), "cache-control": "private, no-cache"}
    except QueryError as error:
        result = _failed(error)
        status = HTTPStatus.BAD_REQUEST if error.code is ErrorCode.BAD_QUERY else HTTPStatus.OK
        return _respond(request, context, result, status=status)
    except StoreError as error:
        return _respond(request, context, _failed(error))
    if is_known(request.headers.get("if-none-match"), headers["etag"]):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return _respond(request, context, await _answer(request, context, question), headers=headers)


async def _find_key(request: Request, context: RequestContext, question: Question) -> Key | None:
    """Names the answer as it is kept; None where the ordinary way says what is wrong with the question.

    Raises
    ------
    TimeoutError, StoreError
        When the graph does not say (in time) which release is current.
    """
    seconds = context.limits.seconds
    try:
        text = _book(request).find_text(question)
        with time_limit(seconds):
            async with asyncio.timeout(seconds + GRACE_SECONDS):
                return key_of((await context.release()).number, text, question)
    except QueryError:
        return None


async def _is_of(context: RequestContext, key: Key) -> bool:
    """Whether the answer was read in the release that its key names, which a switch meanwhile would have changed."""
    return context.as_of is not None or (await context.release()).number == key[0]


def _repeat(request: Request, answer: Answer) -> Response:
    request.state.price = answer.price
    headers = {PRICE_HEADER: str(answer.price)}
    return Response(answer.body, media_type=JsonResponse.media_type, headers=headers)


async def _etag(context: RequestContext, text: str, question: Question) -> str:
    """Names the answer: the same query of the same release by the same program gives the same."""
    with time_limit(context.limits.seconds):
        release, asked = key_of((await context.release()).number, text, question)
    return f'"{release}-{product_version()}-{hashlib.sha256(asked).hexdigest()[:24]}"'


async def _answer(request: Request, context: RequestContext, question: Question) -> ExecutionResult:
    """The outcome of a question, within the time that a request may take."""
    book, seconds = _book(request), context.limits.seconds
    try:
        text = book.find_text(question)
        with time_limit(seconds):
            async with asyncio.timeout(seconds + GRACE_SECONDS):
                result = await _execute_in_one_release(request.app.state.schema, context, question, text)
    except (QueryError, TimeoutError, StoreError) as error:
        return _failed(error)
    if result.data is not None:
        book.keep(question)
    return result


async def _execute_in_one_release(
    schema: QuietSchema, context: RequestContext, question: Question, text: str
) -> ExecutionResult:
    """Run the query, and again where a load switched the release meanwhile, so that no answer mixes two of them."""
    result = await _execute(schema, context, question, text)
    for _ in range(SWITCHES_FOLLOWED):
        if not await context.is_overtaken():
            break
        context.start_anew()
        result = await _execute(schema, context, question, text)
    return result


async def _execute(schema: QuietSchema, context: RequestContext, question: Question, text: str) -> ExecutionResult:
    try:
        return await schema.execute(
            text,
            variable_values=question.variables,
            context_value=context,
            operation_name=question.operation_name,
            allowed_operation_types=[OperationType.QUERY],
        )
    except CannotGetOperationTypeError as error:
        return _no_query(error.as_http_error_reason())
    except InvalidOperationTypeError as error:
        return _no_query(f"only queries are answered here, no {error.operation_type.value}")
    except MissingQueryError:
        return _no_query("the query is empty")


def _respond(
    request: Request,
    context: RequestContext,
    result: ExecutionResult,
    *,
    headers: dict[str, str] | None = None,
    status: int = HTTPStatus.OK,
) -> Response:
    """The outcome as JSON with its price; one with errors is not kept by anybody."""
    request.state.price = context.price
    answer: dict[str, Any] = {"data": result.data}
    kept = headers or {}
    if result.errors:
        answer["errors"] = [describe_error(error, request_id=context.request_id) for error in result.errors]
        kept = {"cache-control": "no-store"}
    return JsonResponse(answer, headers={PRICE_HEADER: str(context.price), **kept}, status_code=status)


def _book(request: Request) -> QueryBook:
    book: QueryBook = request.app.state.queries
    return book


def _failed(error: Exception) -> ExecutionResult:
    details = getattr(error, "extensions", None)
    return ExecutionResult(data=None, errors=[GraphQLError(str(error), original_error=error, extensions=details)])


def _no_query(message: str) -> ExecutionResult:
    return ExecutionResult(data=None, errors=[GraphQLError(message)])


async def _read_bytes(request: Request) -> bytes | None:
    """The body; None as soon as it is too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT_BYTES:
            return None
    return bytes(body)


def _malformed(request: Request, status: int, message: str) -> JsonResponse:
    extensions = {"code": ErrorCode.BAD_QUERY.value, "requestId": request.state.request_id}
    answer = {"errors": [{"message": message, "extensions": extensions}]}
    return JsonResponse(answer, status_code=status, headers={PRICE_HEADER: "0"})

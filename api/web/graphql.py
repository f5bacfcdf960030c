"""The endpoint ``/graphql``: POST runs a query, GET shows a page to try one."""

from pathlib import Path
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from api.gql.codes import ErrorCode
from api.gql.context import Desk, RequestContext
from api.gql.errors import describe_error
from api.gql.schema import QuietSchema
from api.web.responses import JsonResponse
from api.web.security_headers import page_policy

BODY_LIMIT_BYTES = 100_000
PRICE_HEADER = "x-query-price"
PAGE = Path(__file__).with_name("console.html")


async def answer_query(request: Request) -> Response:
    """Run one query of a POST request; every outcome but a malformed request has status 200 and says its code."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        return _malformed(request, 415, 'send the query as application/json: {"query": "...", "variables": {...}}')
    body = await _read_body(request)
    if body is None:
        return _malformed(request, 413, f"a request may have at most {BODY_LIMIT_BYTES:,} bytes: send several")
    question = _read_question(body)
    if question is None:
        return _malformed(request, 400, 'the body must be JSON with a "query" text, and "variables" as an object')
    desk: Desk = request.app.state.desk
    schema: QuietSchema = request.app.state.schema
    context = RequestContext(desk, request.state.request_id)
    result = await _execute(schema, context, question)
    answer: dict[str, Any] = {"data": result.data}
    if result.errors:
        answer["errors"] = [describe_error(error, request_id=context.request_id) for error in result.errors]
    return JsonResponse(answer, headers={PRICE_HEADER: str(context.price)})


async def show_console(request: Request) -> Response:  # noqa: ARG001 (the router passes it)
    """A plain page to write and send a query; it loads nothing from elsewhere."""
    page = PAGE.read_text(encoding="utf-8")
    return HTMLResponse(page, headers={"content-security-policy": page_policy(page)})


async def _execute(schema: QuietSchema, context: RequestContext, question: dict[str, Any]) -> ExecutionResult:
    try:
        return await schema.execute(
            question["query"],
            variable_values=question["variables"],
            context_value=context,
            operation_name=question["operationName"],
            allowed_operation_types=[OperationType.QUERY],
        )
    except CannotGetOperationTypeError as error:
        return _no_query(error.as_http_error_reason())
    except InvalidOperationTypeError as error:
        return _no_query(f"only queries are answered here, no {error.operation_type.value}")
    except MissingQueryError:
        return _no_query("the query is empty")


def _no_query(message: str) -> ExecutionResult:
    return ExecutionResult(data=None, errors=[GraphQLError(message)])


async def _read_body(request: Request) -> bytes | None:
    """The body; None as soon as it is too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT_BYTES:
            return None
    return bytes(body)


def _read_question(body: bytes) -> dict[str, Any] | None:
    """``query``, ``variables`` and ``operationName`` of a body; None where it is not of that form."""
    try:
        question = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(question, dict) or not isinstance(question.get("query"), str):
        return None
    variables, operation = question.get("variables"), question.get("operationName")
    if not isinstance(variables, dict | None) or not isinstance(operation, str | None):
        return None
    return {"query": question["query"], "variables": variables, "operationName": operation}


def _malformed(request: Request, status: int, message: str) -> JsonResponse:
    extensions = {"code": ErrorCode.BAD_QUERY.value, "requestId": request.state.request_id}
    return JsonResponse({"errors": [{"message": message, "extensions": extensions}]}, status_code=status)

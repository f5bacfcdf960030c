"""What a caller of a plain HTTP route is told when something is wrong: GraphQL's form of errors, and a status."""

from collections.abc import Mapping
from typing import Final

from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from api.gql.codes import ErrorCode
from api.gql.errors import describe_error
from api.web.responses import JsonResponse

_DEFECT: Final = 500
_STATUS: Final[Mapping[str, int]] = {
    ErrorCode.BAD_ARGUMENT: 400,
    ErrorCode.UNKNOWN_ID: 404,
    ErrorCode.NOT_ACCEPTABLE: 406,
    ErrorCode.RETIRED: 410,
    ErrorCode.OUTAGE: 503,
    ErrorCode.TIMEOUT: 504,
    ErrorCode.WRONG_BUILD: 400,
    ErrorCode.TOO_COSTLY: 400,
    ErrorCode.AMBIGUOUS_ID: 409,
    ErrorCode.NO_RELEASE: 503,
}


def refused(error: Exception, request: Request) -> Response:
    """The answer to a request that failed: code, message and request id as GraphQL's, nothing of it kept by caches."""
    described = describe_error(GraphQLError(str(error), original_error=error), request_id=request.state.request_id)
    described.pop("locations", None)
    described.pop("path", None)
    status = _STATUS.get(described["extensions"]["code"], _DEFECT)
    return JsonResponse({"errors": [described]}, status_code=status, headers={"cache-control": "no-store"})


def refusal(
    scope: Scope, status: int, code: ErrorCode, message: str, headers: Mapping[str, str] | None = None
) -> Response:
    """What a middleware answers instead of the application: the same form of errors, kept by no cache."""
    extensions = {"code": code.value, "requestId": scope.get("state", {}).get("request_id")}
    kept = {"cache-control": "no-store", **(headers or {})}
    return JsonResponse({"errors": [{"message": message, "extensions": extensions}]}, status_code=status, headers=kept)

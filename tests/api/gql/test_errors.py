"""What a caller is told, and what only the log is told."""

import logging

import pytest
from graphql import GraphQLError

from api.gql.codes import ErrorCode
from api.gql.errors import QueryError, ambiguous_id, describe_error, unknown_id
from services.graph.errors import QueryFailed, StoreUnavailable
from services.search.errors import RegionError


def described(cause: Exception | None) -> tuple[str, str]:
    error = describe_error(GraphQLError("as raised", original_error=cause), request_id="r1")
    assert error["extensions"]["requestId"] == "r1"
    return error["message"], error["extensions"]["code"]


def test_describe_error__outage_and_failure_are_apart() -> None:
    message, code = described(StoreUnavailable("the graph at X does not answer"))
    assert (message.startswith("the graph store does not answer"), code) == (True, "OUTAGE")
    assert described(QueryFailed("query x failed"))[1] == "STORE_FAILED"


def test_describe_error__a_service_says_why_it_declines() -> None:
    assert described(RegionError("swap its ends")) == ("swap its ends", "REFUSED")


def test_describe_error__a_bad_document_has_no_cause() -> None:
    assert described(None) == ("as raised", "BAD_QUERY")


def test_describe_error__a_defect_is_told_to_the_log_only(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        message, code = described(ZeroDivisionError("secret 42"))
    assert code == "INTERNAL"
    assert "secret" not in message
    assert "r1" in message
    assert "secret 42" in caplog.text


def test_describe_error__a_question_keeps_its_details() -> None:
    question = QueryError(ErrorCode.BAD_ARGUMENT, "no", argument="first")
    error = describe_error(GraphQLError("no", original_error=question), request_id="r1")
    assert error["extensions"] == {"code": "BAD_ARGUMENT", "argument": "first", "requestId": "r1"}


def test_unknown_id__says_where_to_look_when_nothing_is_near() -> None:
    with pytest.raises(QueryError, match=r"no CpG is called 'x' .* Use search\(text:\)"):
        raise unknown_id("CpG", "x", ())
    with pytest.raises(QueryError, match="Did you mean a, b"):
        raise unknown_id("CpG", "x", ("a", "b"))


def test_ambiguous_id__lists_the_ids() -> None:
    with pytest.raises(QueryError, match=r"names 2 of kind Gene: g1, g2\. Ask again"):
        raise ambiguous_id("Gene", "TWIN", [{"id": "g1"}, {"id": "g2"}])

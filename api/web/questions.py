"""What a GraphQL request asks: its text or the name of one that is kept, its variables, its operation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.datastructures import QueryParams

from api.gql.codes import ErrorCode
from api.gql.errors import QueryError

_FORM = 'the body must be JSON with a "query" text, and "variables" and "extensions" as objects'
_LINK = "`variables` and `extensions` of a link must be JSON objects"


@dataclass(frozen=True, slots=True)
class Question:
    """One request.

    Attributes
    ----------
    text
        The document; None where only its hash or name came.
    variables, operation_name
        As given.
    sha256
        Hash of the text by ``extensions.persistedQuery``; None where none came.
    document_id
        Hash or file name of a registered query; None where none came.
    """

    text: str | None
    variables: dict[str, Any] | None = None
    operation_name: str | None = None
    sha256: str | None = None
    document_id: str | None = None


def read_body(body: bytes) -> Question:
    """The question of a POST request's body.

    Raises
    ------
    QueryError
        ``BAD_QUERY`` where it is not of the form.
    """
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise QueryError(ErrorCode.BAD_QUERY, _FORM)
    return _read(found, _FORM)


def read_link(parameters: QueryParams) -> Question:
    """The question of a GET request's parameters.

    Raises
    ------
    QueryError
        ``BAD_QUERY`` where it is not of the form, or holds a text.
    """
    found: dict[str, Any] = dict(parameters)
    for name in ("variables", "extensions"):
        if name in found:
            try:
                found[name] = orjson.loads(found[name])
            except orjson.JSONDecodeError as error:
                raise QueryError(ErrorCode.BAD_QUERY, _LINK) from error
    question = _read(found, _LINK)
    if question.text is not None:
        raise QueryError(ErrorCode.BAD_QUERY, "a link names a query by its hash or documentId: POST its text")
    return question


def _read(found: Mapping[str, Any], form: str) -> Question:
    extensions = found.get("extensions")
    persisted = extensions.get("persistedQuery") if isinstance(extensions, dict) else None
    sha256 = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    question = Question(
        text=found.get("query"),
        variables=found.get("variables"),
        operation_name=found.get("operationName"),
        sha256=sha256.lower() if isinstance(sha256, str) else None,
        document_id=found.get("documentId"),
    )
    texts = (question.text, question.operation_name, question.document_id)
    is_formed = all(isinstance(text, str | None) for text in texts) and isinstance(question.variables, dict | None)
    is_asked = question.text is not None or question.sha256 or question.document_id
    if not (is_formed and is_asked and isinstance(extensions, dict | None)):
        raise QueryError(ErrorCode.BAD_QUERY, form)
    return question

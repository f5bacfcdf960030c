"""The GraphQL schema, built once when the module is imported by the app."""

from functools import partial
from typing import Any

from graphql import GraphQLError
from strawberry import Schema
from strawberry.types import ExecutionContext

from api.gql.as_of import AS_OF, AsOfExtension
from api.gql.documents import DocumentShelf
from api.gql.evidence import Association, Eqtl, Mqtl
from api.gql.limits import LimitExtension
from api.gql.query import Query


class QuietSchema(Schema):
    """A schema that leaves the logging of errors to :mod:`api.gql.errors`, which knows defects from questions."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._schema.directives = (*self._schema.directives, AS_OF)

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Log nothing."""


def create_schema() -> QuietSchema:
    """Build the schema; its extensions are factories, so that every request gets its own over one shelf."""
    limits = partial(LimitExtension, DocumentShelf())
    return QuietSchema(query=Query, types=[Mqtl, Eqtl, Association], extensions=[limits, AsOfExtension])


def render_schema() -> str:
    """The text of ``schema.graphql``."""
    return create_schema().as_str().rstrip() + "\n"

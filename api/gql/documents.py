"""Parsed and checked documents, the newest kept: a text that comes again is neither parsed nor validated again."""

from collections import OrderedDict
from dataclasses import dataclass

from graphql import DocumentNode, GraphQLError, GraphQLSchema, GraphQLSyntaxError, parse, specified_rules
from strawberry.schema.schema import validate_document

from api.gql.codes import ErrorCode

RULES = tuple(specified_rules)
"""The rules of validation, built once: classes made anew for each request cost four fifths of its time."""


@dataclass(slots=True)
class Prepared:
    """A document of the shelf.

    Attributes
    ----------
    document
        As parsed.
    problems
        What does not fit the schema; None before it was validated.
    """

    document: DocumentNode
    problems: list[GraphQLError] | None = None

    def validate(self, schema: GraphQLSchema) -> list[GraphQLError]:
        """What does not fit the schema, looked for once."""
        if self.problems is None:
            self.problems = validate_document(schema, self.document, RULES)
        return self.problems


class DocumentShelf:
    """Documents by their text, the least recently used ones dropped.

    Parameters
    ----------
    size
        Documents kept.
    """

    def __init__(self, size: int = 500) -> None:
        self._size = size
        self._kept: OrderedDict[tuple[str, int], Prepared] = OrderedDict()

    def prepare(self, text: str, tokens: int) -> Prepared:
        """The document of a text with at most so many `tokens`.

        Raises
        ------
        GraphQLError
            ``TOO_MANY_TOKENS``, ``TOO_DEEP``, or what the syntax deserves; nothing of it is kept.
        """
        key = text, tokens
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = Prepared(_parse(text, tokens))
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return found


def _parse(text: str, tokens: int) -> DocumentNode:
    try:
        return parse(text, max_tokens=tokens)
    except GraphQLSyntaxError as error:
        if "nested too deeply" in error.message:
            raise GraphQLError(error.message, extensions={"code": ErrorCode.TOO_DEEP.value}) from error
        if f"more than {tokens} tokens" not in error.message:
            raise
        message = f"the query has more than {tokens:,} tokens (words and signs): ask in several requests"
        found = {"code": ErrorCode.TOO_MANY_TOKENS.value, "allowed": tokens}
        raise GraphQLError(message, extensions=found) from error

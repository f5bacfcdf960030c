"""Queries that are asked by their hash or name: those of a folder, and those that callers sent before."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from graphql import GraphQLError

from api.gql.codes import ErrorCode
from api.gql.documents import DocumentShelf
from api.gql.errors import QueryError
from api.gql.schema import QuietSchema
from api.web.questions import Question

LONGEST_TEXT: Final = 20_000
"""Characters of a text that is kept for its hash; longer ones are answered and not kept."""


class QueryFolderError(Exception):
    """A file of the folder of registered queries cannot be used."""


@dataclass(slots=True)
class QueryBook:
    """The texts of queries by hash and name.

    Attributes
    ----------
    registered
        Texts of the folder, by sha256 and by file name without ``.graphql``.
    is_closed
        Whether other texts are refused.
    size
        Texts of callers that are kept, the least recently asked ones dropped.
    """

    registered: Mapping[str, str] = field(default_factory=dict)
    is_closed: bool = False
    size: int = 1_000
    _sent: OrderedDict[str, str] = field(default_factory=OrderedDict)

    def find_text(self, question: Question) -> str:
        """The document that a question asks.

        Raises
        ------
        QueryError
            ``UNKNOWN_QUERY`` for a name that is not registered or a text where only registered ones are answered,
            ``PERSISTED_QUERY_NOT_FOUND`` for a hash that is not kept, ``BAD_QUERY`` for one of another text.
        """
        if question.document_id is not None:
            return self._find_named(question.document_id)
        if question.text is None:
            return self._find_hashed(question.sha256 or "")
        sha256 = hash_text(question.text)
        if question.sha256 not in {None, sha256}:
            raise QueryError(ErrorCode.BAD_QUERY, "provided sha does not match query: the text's own is " + sha256)
        if self.is_closed and sha256 not in self.registered:
            message = "only registered queries are answered here, by documentId or with their very text"
            raise QueryError(ErrorCode.UNKNOWN_QUERY, message, registered=self._names())
        return question.text

    def keep(self, question: Question) -> None:
        """Keep a text that came with its hash and was answered, so that the hash alone will do."""
        if question.text is None or question.sha256 is None or len(question.text) > LONGEST_TEXT:
            return
        self._sent[question.sha256] = question.text
        self._sent.move_to_end(question.sha256)
        while len(self._sent) > self.size:
            self._sent.popitem(last=False)

    def _find_hashed(self, sha256: str) -> str:
        text = self.registered.get(sha256) or self._sent.get(sha256)
        if text is None:
            raise QueryError(ErrorCode.PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound")
        if sha256 in self._sent:
            self._sent.move_to_end(sha256)
        return text

    def _find_named(self, name: str) -> str:
        text = self.registered.get(name.removeprefix("sha256:"))
        if text is None:
            near = get_close_matches(name, self._names(), n=3, cutoff=0.3)
            hint = f"did you mean {', '.join(near)}?" if near else f"{len(self._names())} are registered"
            message = f"no query is registered as {name[:80]!r}: {hint}"
            raise QueryError(ErrorCode.UNKNOWN_QUERY, message, didYouMean=near)
        return text

    def _names(self) -> list[str]:
        hashes = {hash_text(text) for text in self.registered.values()}
        return sorted(set(self.registered) - hashes)


def hash_text(text: str) -> str:
    """Sha256 of a document, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_queries(folder: Path, schema: QuietSchema, tokens: int) -> dict[str, str]:
    """Texts of the ``*.graphql`` files of a folder, by sha256 and by file name; each must fit the schema.

    Raises
    ------
    QueryFolderError
        When the folder is missing or empty, or a file does not parse or fit.
    """
    paths = sorted(folder.glob("*.graphql"))
    if not paths:
        raise QueryFolderError(f"the folder of registered queries {folder} has no *.graphql file: check its path")
    found: dict[str, str] = {}
    for path in paths:
        text = path.read_text(encoding="utf-8")
        try:
            problems = DocumentShelf(1).prepare(text, tokens).validate(schema._schema)
        except GraphQLError as error:
            problems = [error]
        if problems:
            raise QueryFolderError(f"the registered query {path} cannot be asked: {problems[0]}")
        found |= {path.stem: text, hash_text(text): text}
    return found

"""Cuts Cypher into tokens, so that comments, strings and backticks can hide nothing from the check."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from services.cypher.errors import CypherRefused

WRITE_IT_OUT = "write the character itself, or give the text as a parameter ($name)"
_KINDS = re.compile(
    r"""
      (?P<space>[ \t\r\n]+|//[^\r\n]*|/\*.*?\*/)
    | (?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    | (?P<quoted>`(?:[^`]|``)*`)
    | (?P<number>0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|(?:\d[\d_]*)?\.?\d[\d_]*(?:[eE][-+]?\d+)?)
    | (?P<word>[^\W\d]\w*)
    | (?P<symbol>=~|\.\.|<>|<=|>=|\+=|\|\||::|[-+*/%^=<>()\[\]{},.:;|$!&?])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_OPEN, _CLOSE = "([{", ")]}"


class Kind(Enum):
    """What a token is."""

    WORD = "word"
    QUOTED = "quoted"
    STRING = "string"
    NUMBER = "number"
    SYMBOL = "symbol"


@dataclass(frozen=True, slots=True)
class Token:
    """One token.

    Attributes
    ----------
    kind
        What it is.
    text
        As written, but the content of strings and backticks without quotes and escapes.
    """

    kind: Kind
    text: str

    @property
    def name(self) -> str:
        """A word in capitals, in backticks or not; empty for everything else."""
        return self.text.upper() if self.kind in {Kind.WORD, Kind.QUOTED} else ""

    @property
    def keyword(self) -> str:
        """A word in capitals; empty for names in backticks, which are never keywords."""
        return self.text.upper() if self.kind is Kind.WORD else ""

    def is_symbol(self, text: str) -> bool:
        """Whether it is this sign."""
        return self.kind is Kind.SYMBOL and self.text == text


def read_tokens(text: str) -> tuple[Token, ...]:
    """Cut a query into tokens, without comments.

    Raises
    ------
    CypherRefused
        For a Unicode escape (the server resolves it before it parses, so it could hide any word), control
        characters, characters that are no part of Cypher, and strings or comments without an end.
    """
    _refuse_hidden(text)
    return tuple(_cut(text))


def brackets(tokens: Sequence[Token]) -> dict[int, int]:
    """Position of the closing bracket of every opening one.

    Raises
    ------
    CypherRefused
        When brackets do not match.
    """
    pairs, open_at = dict[int, int](), list[int]()
    for index, token in enumerate(tokens):
        if token.kind is not Kind.SYMBOL:
            continue
        if token.text in _OPEN:
            open_at.append(index)
        elif token.text in _CLOSE:
            if not open_at or _OPEN.index(tokens[open_at[-1]].text) != _CLOSE.index(token.text):
                raise CypherRefused("brackets must match", seen=f"{token.text!r} without its partner")
            pairs[open_at.pop()] = index
    if open_at:
        raise CypherRefused("brackets must match", seen=f"{tokens[open_at[-1]].text!r} that is never closed")
    return pairs


def _refuse_hidden(text: str) -> None:
    if found := re.search(r"\\[uU]", text):
        raise CypherRefused(
            "no Unicode escapes: the server resolves them before it parses, so they can hide any word",
            seen=text[found.start() : found.start() + 6],
            remedy=WRITE_IT_OUT,
        )
    if found := re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text):
        raise CypherRefused("no control characters", seen=f"U+{ord(found.group()):04X}", remedy=WRITE_IT_OUT)


def _cut(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        found = _KINDS.match(text, at)
        if found is None or (text.startswith("/*", at) and found.lastgroup != "space"):
            raise _unreadable(text, at)
        at = found.end()
        kind = found.lastgroup or ""
        if kind != "space":
            yield Token(Kind(kind), _content(kind, found.group()))


def _content(kind: str, written: str) -> str:
    if kind == "quoted":
        return written[1:-1].replace("``", "`")
    if kind == "string":
        return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), written[1:-1], flags=re.DOTALL)
    return written


def _unreadable(text: str, at: int) -> CypherRefused:
    if text[at] in "'\"`" or text.startswith("/*", at):
        return CypherRefused("strings, names in backticks and comments must end", seen=text[at : at + 20])
    return CypherRefused(
        "outside of strings only letters, digits and the signs of Cypher",
        seen=f"{text[at]!r} (U+{ord(text[at]):04X})",
        remedy=WRITE_IT_OUT,
    )

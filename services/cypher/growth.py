"""Bounds how fast texts and lists can grow: what an expression makes is not counted by the server's memory limit."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from services.cypher.errors import CypherRefused
from services.cypher.iteration import Loop, find_loops
from services.cypher.ranges import find_calls, split_arguments
from services.cypher.tokens import Kind, Token

LARGEST_TEXT = 64_000_000
ORDINARY_TEXT = 1_000
UNKNOWN_REPLACEMENT = 10.0
REMEDY = "join fewer texts or lists in one query, or join them in your own program"
_GROWING = {"+", "||", "[", "{"}
_OPERAND_ENDS = {")", "]", "}"}


def check_growth(tokens: Sequence[Token], pairs: Mapping[int, int], parameters: Mapping[str, Any]) -> None:
    """Refuse queries that could double a text or a list so often that the server runs out of memory.

    Raises
    ------
    CypherRefused
        When joining and replacing could make more than 64 million characters of the query's texts, or when reduce
        joins its result with itself.
    """
    doublings = sum(_is_doubling(tokens, index) for index in range(1, len(tokens) - 1))
    doublings += math.ceil(sum(_replacement(tokens, pairs, index) for index in find_calls(tokens, "REPLACE")))
    longest = _longest_text(tokens, parameters)
    if longest * 2.0**doublings > LARGEST_TEXT and doublings > 1:
        raise CypherRefused(
            f"what a query joins or replaces stays below {LARGEST_TEXT:,} characters at worst",
            seen=f"{doublings} doublings of {longest:,} characters",
            remedy=REMEDY,
        )
    for loop in find_loops(tokens, pairs):
        if loop.accumulator:
            _check_reduce(tokens, loop)


def _is_doubling(tokens: Sequence[Token], index: int) -> bool:
    """Whether a + joins two things of which neither is written out (so that both may be long)."""
    if not (tokens[index].is_symbol("+") or tokens[index].is_symbol("||")):
        return False
    before, after = tokens[index - 1], tokens[index + 1]
    is_operand = before.kind is not Kind.SYMBOL or before.text in _OPERAND_ENDS
    plain = {Kind.NUMBER, Kind.STRING}
    return is_operand and before.kind not in plain and after.kind not in plain


def _replacement(tokens: Sequence[Token], pairs: Mapping[int, int], index: int) -> float:
    """How often replace() may double its text: as often as the new part is longer than the old one."""
    parts = split_arguments(tokens, pairs, index + 1)
    if len(parts) != 3:
        return 0.0
    old, new = (part[0].text if len(part) == 1 and part[0].kind is Kind.STRING else None for part in parts[1:])
    if old is None or new is None:
        return UNKNOWN_REPLACEMENT
    return max(0.0, math.log2((len(new) + (not old)) / max(len(old), 1))) if new else 0.0


def _longest_text(tokens: Sequence[Token], parameters: Mapping[str, Any]) -> int:
    written = (len(token.text) for token in tokens if token.kind is Kind.STRING)
    given = (len(json.dumps(value, default=str)) for value in parameters.values())
    return max([ORDINARY_TEXT, *written, *given])


def _check_reduce(tokens: Sequence[Token], loop: Loop) -> None:
    body = tokens[loop.source[1] : loop.closing]
    n_uses = sum(1 for token in body if token.name and token.text == loop.accumulator)
    grows = any(token.kind is Kind.SYMBOL and token.text in _GROWING for token in body)
    if (grows and n_uses > 1) or any(token.name == "REPLACE" for token in body):
        raise CypherRefused(
            "reduce may join its result with something else, not with itself, and may not replace in it",
            seen=f"{loop.accumulator!r} used {n_uses} times",
            remedy="use sum(), max() or collect() on rows",
        )

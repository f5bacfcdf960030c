"""Bounds what is given to range(): a list that long inside one expression cannot be interrupted."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from services.cypher.errors import CypherRefused
from services.cypher.tokens import Kind, Token

LARGEST_LIST = 10_000
LARGEST_ROWS = 10_000_000


def check_ranges(tokens: Sequence[Token], pairs: Mapping[int, int], parameters: Mapping[str, Any]) -> None:
    """Refuse a range() that is long, or whose length cannot be told.

    Raises
    ------
    CypherRefused
        When one has more than 10,000 entries, or 10,000,000 right after UNWIND (rows, which can be interrupted).
    """
    for index in find_calls(tokens, "RANGE"):
        is_unwound = index > 0 and tokens[index - 1].keyword == "UNWIND" and not _goes_on(tokens, pairs[index + 1] + 1)
        largest = LARGEST_ROWS if is_unwound else LARGEST_LIST
        size = measure_range(tokens, pairs, index, parameters)
        if size is None:
            raise CypherRefused(
                "range() takes whole numbers, parameters with such, or size(…), joined by + - *",
                seen=" ".join(token.text for token in tokens[index : pairs[index + 1] + 1])[:80],
                remedy="write the number, give a parameter, or UNWIND a list that you have",
            )
        if size > largest:
            raise CypherRefused(
                f"range() has at most {LARGEST_LIST:,} entries in a list and {LARGEST_ROWS:,} right after UNWIND",
                seen=f"{size:,} entries",
                remedy="give a shorter range to UNWIND",
            )


def find_calls(tokens: Sequence[Token], name: str) -> list[int]:
    """Where a function is called, in backticks or not."""
    return [
        index
        for index, token in enumerate(tokens[:-1])
        if token.name == name and tokens[index + 1].is_symbol("(") and not (index and tokens[index - 1].is_symbol("."))
    ]


def measure_range(
    tokens: Sequence[Token], pairs: Mapping[int, int], index: int, parameters: Mapping[str, Any]
) -> int | None:
    """Entries of the range() that begins at `index`; None where that cannot be told.

    ``size(…)`` counts as nothing: what it measures is there already.
    """
    ends = [_value(part, parameters) for part in split_arguments(tokens, pairs, index + 1)]
    if len(ends) not in {2, 3} or any(end is None for end in ends):
        return None
    numbers = [end for end in ends if end is not None]
    step = abs(numbers[2]) if len(numbers) == 3 else 1
    return math.ceil((abs(numbers[1] - numbers[0]) + 1) / step) if step else None


def split_arguments(tokens: Sequence[Token], pairs: Mapping[int, int], opening: int) -> list[list[Token]]:
    """The arguments between the bracket at `opening` and its partner."""
    parts: list[list[Token]] = [[]]
    index = opening + 1
    while index < pairs[opening]:
        until = pairs.get(index, index)
        if tokens[index].is_symbol(","):
            parts.append([])
        else:
            parts[-1].extend(tokens[index : until + 1])
        index = until + 1
    return parts


def _goes_on(tokens: Sequence[Token], at: int) -> bool:
    """Whether an expression goes on after a closing bracket."""
    return at < len(tokens) and tokens[at].keyword != "AS"


def _value(tokens: Sequence[Token], parameters: Mapping[str, Any]) -> int | None:
    """A bound on the value of whole numbers, parameters and size(…) joined by + - * and brackets; None for others."""
    if any(token.name == "SIZE" for token in tokens) and any(token.is_symbol("*") for token in tokens):
        return None
    terms, factors, sign, index, wants = 0, 1, 1, 0, True
    while index < len(tokens):
        token = tokens[index]
        if wants and token.is_symbol("-"):
            sign, index = -sign, index + 1
            continue
        if wants:
            read = _operand(tokens, index, parameters)
            if read is None:
                return None
            factors, index, wants = factors * read[0], read[1], False
            continue
        if not (token.kind is Kind.SYMBOL and token.text in {"+", "-", "*"}):
            return None
        if token.text != "*":
            terms, factors, sign = terms + sign * factors, 1, 1 if token.text == "+" else -1
        index, wants = index + 1, True
    return None if wants else terms + sign * factors


def _operand(tokens: Sequence[Token], at: int, parameters: Mapping[str, Any]) -> tuple[int, int] | None:
    """One operand's value, and where it ends."""
    token = tokens[at]
    if token.kind is Kind.NUMBER:
        try:
            return int(token.text.replace("_", ""), 0), at + 1
        except ValueError:
            return None
    if token.is_symbol("$") and at + 1 < len(tokens):
        value = parameters.get(tokens[at + 1].text)
        return (value, at + 2) if isinstance(value, int) and not isinstance(value, bool) else None
    if token.name == "SIZE" and at + 1 < len(tokens) and tokens[at + 1].is_symbol("("):
        return 0, _closing(tokens, at + 1) + 1
    return None


def _closing(tokens: Sequence[Token], opening: int) -> int:
    depth = 0
    for index in range(opening, len(tokens)):
        depth += tokens[index].is_symbol("(") - tokens[index].is_symbol(")")
        if not depth:
            return index
    return len(tokens) - 1

"""Bounds lists worked through inside lists: such work is one expression, which the server cannot interrupt."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.cypher.errors import CypherRefused
from services.cypher.ranges import find_calls, measure_range, split_arguments
from services.cypher.tokens import Kind, Token

DEEPEST = 2
MOST_STEPS = 1_000_000
SMALL_LIST = 100
REMEDY = "give the lists to UNWIND instead: rows can be interrupted and their memory is counted"
_FUNCTIONS = ("REDUCE", "ALLREDUCE", "ALL", "ANY", "NONE", "SINGLE")


@dataclass(frozen=True, slots=True)
class Loop:
    """A list comprehension, reduce, all, any, none or single.

    Attributes
    ----------
    opening, closing
        Its brackets, as positions of tokens.
    variable
        What it calls an entry.
    accumulator
        What reduce calls its result so far; empty for the others.
    source
        First and last position (exclusive) of the list.
    """

    opening: int
    closing: int
    variable: str
    accumulator: str
    source: tuple[int, int]

    def holds(self, other: "Loop") -> bool:
        """Whether the other is done again for every entry of this one."""
        return self.source[1] <= other.opening and other.closing < self.closing


def check_iteration(tokens: Sequence[Token], pairs: Mapping[int, int], parameters: Mapping[str, Any]) -> None:
    """Refuse loops in loops in loops, and long lists worked through for every entry of another one.

    Raises
    ------
    CypherRefused
        When loops are nested three deep, or when an inner loop goes through a list that neither comes from the outer
        one's entry nor is known to be short.
    """
    loops = list(find_loops(tokens, pairs))
    for inner in loops:
        around = [outer for outer in loops if outer.holds(inner)]
        if len(around) >= DEEPEST:
            raise CypherRefused(
                f"lists are worked through at most {DEEPEST} deep (comprehensions, reduce, all, any, none, single)",
                seen=f"{len(around) + 1} deep at {inner.variable!r}",
                remedy=REMEDY,
            )
        for outer in around:
            _check_inner(tokens, pairs, parameters, outer, inner)


def find_loops(tokens: Sequence[Token], pairs: Mapping[int, int]) -> Iterator[Loop]:
    """Every loop inside an expression."""
    openings = [index for index, token in enumerate(tokens) if token.is_symbol("[")]
    for name in _FUNCTIONS:
        openings += [index + 1 for index in find_calls(tokens, name)]
    for opening in sorted(openings):
        found = _read_loop(tokens, pairs, opening)
        if found is not None:
            yield found


def _read_loop(tokens: Sequence[Token], pairs: Mapping[int, int], opening: int) -> Loop | None:
    at, accumulator = opening + 1, ""
    if _is_name(tokens, at) and tokens[at + 1].is_symbol("="):
        accumulator, at = tokens[at].text, _until(tokens, pairs, at, pairs[opening], {","}) + 1
    if not (_is_name(tokens, at) and tokens[at + 1].keyword == "IN"):
        return None
    end = _until(tokens, pairs, at + 2, pairs[opening], {"|", "WHERE", ","})
    return Loop(opening, pairs[opening], tokens[at].text, accumulator, (at + 2, end))


def _until(tokens: Sequence[Token], pairs: Mapping[int, int], at: int, closing: int, ends: set[str]) -> int:
    """The first of some signs or keywords outside of brackets, or the closing bracket."""
    while at < closing:
        token = tokens[at]
        if (token.keyword or token.text) in ends and token.kind in {Kind.SYMBOL, Kind.WORD}:
            return at
        at = pairs.get(at, at) + 1
    return closing


def _is_name(tokens: Sequence[Token], at: int) -> bool:
    return at + 1 < len(tokens) and bool(tokens[at].name)


def _check_inner(
    tokens: Sequence[Token], pairs: Mapping[int, int], parameters: Mapping[str, Any], outer: Loop, inner: Loop
) -> None:
    if any(token.text == outer.variable for token in tokens[slice(*inner.source)] if token.name):
        return
    n_outer, n_inner = (_count(tokens, pairs, parameters, loop) for loop in (outer, inner))
    if n_inner is not None and n_inner * (n_outer or MOST_STEPS // SMALL_LIST) <= MOST_STEPS:
        return
    raise CypherRefused(
        f"a list worked through for every entry of another comes from that entry or is short "
        f"(at most {MOST_STEPS:,} steps together)",
        seen=f"{inner.variable!r} ({n_inner or 'unknown'} entries) inside {outer.variable!r} ({n_outer or 'unknown'})",
        remedy=REMEDY,
    )


def _count(tokens: Sequence[Token], pairs: Mapping[int, int], parameters: Mapping[str, Any], loop: Loop) -> int | None:
    """Entries of a loop's list; None where that cannot be told."""
    begin, end = loop.source
    if begin >= end:
        return None
    first = tokens[begin]
    if first.name == "RANGE" and pairs.get(begin + 1) == end - 1:
        return measure_range(tokens, pairs, begin, parameters)
    if first.is_symbol("[") and pairs[begin] == end - 1 and _read_loop(tokens, pairs, begin) is None:
        return len(split_arguments(tokens, pairs, begin))
    if first.is_symbol("$") and end - begin == 2:
        value = parameters.get(tokens[begin + 1].text)
        return len(value) if isinstance(value, list | tuple) else None
    return None

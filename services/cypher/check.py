"""Refuses, before anything runs, the queries that the server could not interrupt or that would end it."""

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from services.cypher.errors import CypherRefused
from services.cypher.growth import check_growth
from services.cypher.iteration import check_iteration
from services.cypher.ranges import check_ranges
from services.cypher.regexes import check_regex
from services.cypher.tokens import Kind, Token, brackets, read_tokens

LONGEST_QUERY = 20_000
MOST_TOKENS = 2_000
DEEPEST = 20
LONGEST_CHAIN = 100
MOST_RELATIONSHIPS = 12
MOST_PARAMETER_BYTES = 1_000_000
MOST_PARAMETER_ITEMS = 100_000
AS_PARAMETERS = "give long lists and texts as parameters ($name)"
_PREFIXES = {
    "EXPLAIN": "leave it out: the query is planned before it runs anyway",
    "PROFILE": "leave it out: the query is planned before it runs anyway",
    "CYPHER": "leave it out: the server's version and runtime are fixed",
}
_CHAINED = {"NOT", "+", "-", "*", "/", "%", "^", "AND", "OR", "XOR", "||"}


def check_query(text: str, parameters: Mapping[str, Any]) -> tuple[Token, ...]:
    """Check what can be seen without a server; the query's tokens.

    Raises
    ------
    CypherRefused
        Naming the rule, what was seen and what helps.
    """
    _check_parameters(parameters)
    if len(text) > LONGEST_QUERY:
        raise CypherRefused(
            f"a query has at most {LONGEST_QUERY:,} characters", seen=f"{len(text):,}", remedy=AS_PARAMETERS
        )
    tokens = read_tokens(text)
    if not tokens:
        raise CypherRefused("a query must not be empty", remedy="for example: MATCH (s:Study) RETURN s.study_id")
    if len(tokens) > MOST_TOKENS:
        raise CypherRefused(f"a query has at most {MOST_TOKENS:,} words", seen=f"{len(tokens):,}", remedy=AS_PARAMETERS)
    _check_form(tokens)
    pairs = brackets(tokens)
    _check_depth(tokens)
    _check_chains(tokens)
    _check_patterns(tokens)
    check_ranges(tokens, pairs, parameters)
    check_iteration(tokens, pairs, parameters)
    check_growth(tokens, pairs, parameters)
    _check_regexes(tokens, parameters)
    return tokens


def _check_parameters(parameters: Mapping[str, Any]) -> None:
    for name, value in parameters.items():
        if isinstance(value, list | tuple | dict) and len(value) > MOST_PARAMETER_ITEMS:
            raise CypherRefused(
                f"a parameter has at most {MOST_PARAMETER_ITEMS:,} entries",
                seen=f"${name} with {len(value):,}",
                remedy="ask in several queries",
            )
    try:
        n_bytes = len(json.dumps(dict(parameters), default=str))
    except (ValueError, RecursionError) as error:
        raise CypherRefused("parameters are plain JSON values", seen=type(error).__name__) from error
    if n_bytes > MOST_PARAMETER_BYTES:
        raise CypherRefused(
            f"all parameters together have at most {MOST_PARAMETER_BYTES:,} bytes",
            seen=f"{n_bytes:,}",
            remedy="ask in several queries",
        )


def _check_form(tokens: Sequence[Token]) -> None:
    """One plain statement on this database."""
    first = tokens[0].keyword
    if first in _PREFIXES:
        raise CypherRefused("no words before the query", seen=first, remedy=_PREFIXES[first])
    if any(token.is_symbol(";") for token in tokens[:-1]):
        raise CypherRefused("one statement at a time", seen="';' inside the query", remedy="send them one by one")
    for before, token in zip([None, *tokens], tokens, strict=False):
        is_name = before is not None and before.kind is Kind.SYMBOL and before.text in {".", ":", "$"}
        if token.keyword == "USE" and not is_name:
            raise CypherRefused(
                "USE is not allowed: there is one graph",
                seen="USE",
                remedy="leave it out; a variable of that name: `use`",
            )


def _check_depth(tokens: Sequence[Token]) -> None:
    """Bound nesting: the time to parse brackets and CASE grows with a power of their depth."""
    depth = 0
    for token in tokens:
        if token.keyword == "CASE" or (token.kind is Kind.SYMBOL and token.text in "([{"):
            depth += 1
        elif token.keyword == "END" or (token.kind is Kind.SYMBOL and token.text in ")]}"):
            depth = max(depth - 1, 0)
        if depth > DEEPEST:
            raise CypherRefused(
                f"brackets and CASE are nested at most {DEEPEST} deep",
                seen=f"{depth}",
                remedy="name parts with WITH … AS …",
            )


def _check_chains(tokens: Sequence[Token]) -> None:
    """Bound the operators of a query: the planner works through each combination of conditions."""
    n = sum(
        1 for token in tokens if (token.keyword or token.text) in _CHAINED and token.kind in {Kind.WORD, Kind.SYMBOL}
    )
    if n > LONGEST_CHAIN:
        raise CypherRefused(
            f"a query has at most {LONGEST_CHAIN} operators (AND, OR, NOT, +, -, …)",
            seen=f"{n}",
            remedy="use x IN $list, and parameters",
        )


def _check_patterns(tokens: Sequence[Token]) -> None:
    """Bound the relationships of a query: planning grows fast with them."""
    n = 0
    for first, second in pairwise(tokens):
        n += first.is_symbol("-") and (second.is_symbol("[") or second.is_symbol("-"))
    if n > MOST_RELATIONSHIPS:
        raise CypherRefused(
            f"a query has at most {MOST_RELATIONSHIPS} relationships in its patterns",
            seen=f"{n}",
            remedy="ask in several queries",
        )


def _check_regexes(tokens: Sequence[Token], parameters: Mapping[str, Any]) -> None:
    for index, token in enumerate(tokens):
        if token.is_symbol("=~"):
            check_regex(_pattern_after(tokens, index + 1, parameters))


def _pattern_after(tokens: Sequence[Token], at: int, parameters: Mapping[str, Any]) -> str:
    """The regular expression that stands after ``=~``: a text or a parameter, nothing computed."""
    while at < len(tokens) and tokens[at].is_symbol("("):
        at += 1
    found: object = None
    if at < len(tokens) and tokens[at].kind is Kind.STRING:
        found, at = tokens[at].text, at + 1
    elif at + 1 < len(tokens) and tokens[at].is_symbol("$"):
        found, at = parameters.get(tokens[at + 1].text), at + 2
    while at < len(tokens) and tokens[at].is_symbol(")"):
        at += 1
    goes_on = at < len(tokens) and tokens[at].kind is Kind.SYMBOL and tokens[at].text in {"+", "||", ".", "["}
    if not isinstance(found, str) or goes_on:
        raise CypherRefused(
            "a regular expression is a text or a parameter that holds one",
            seen="something computed after =~",
            remedy="write it out, or use CONTAINS",
        )
    return found

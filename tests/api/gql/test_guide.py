"""``docs/graphql.md``: every query is sent, and its answer is the one that the page shows.

``LOCUSGRAPH_REWRITE=1 python -m pytest tests/api/gql/test_guide.py`` puts the present answers into the page.
"""

import json
import os
import re
from typing import Any

import pytest

from tests.api.conftest import Ask
from tests.paths import ROOT

pytestmark = pytest.mark.store

PAGE = ROOT / "docs" / "graphql.md"
_EXAMPLE = re.compile(r"```graphql\n(?P<query>.*?)```\n\n```json\n(?P<answer>.*?)```", re.DOTALL)
WIDTH = 118


def render(value: Any, indent: int = 0, name: str = "") -> str:
    """JSON in as few lines as fit the width; `name` is what stands before the value in its line."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + indent + len(name) <= WIDTH or not isinstance(value, dict | list) or not value:
        return line
    inside = " " * (indent + 2)
    if isinstance(value, list):
        return "[\n" + ",\n".join(inside + render(item, indent + 2) for item in value) + "]"
    items = (f"{inside}{json.dumps(key)}: {render(item, indent + 2, key + '....')}" for key, item in value.items())
    return "{\n" + ",\n".join(items) + "}"


def answer_of(ask: Ask, query: str) -> str:
    """The answer as the page shows it; a request's id is never the same twice."""
    answer = ask(query)
    for error in answer.get("errors", ()):
        error["extensions"]["requestId"] = "…"
    return render(answer) + "\n"


def test_guide__has_examples_of_everything() -> None:
    queries = [match["query"] for match in _EXAMPLE.finditer(PAGE.read_text(encoding="utf-8"))]
    assert len(queries) >= 10
    whole = "\n".join(queries)
    for word in ("facets", "mapIds", "search", "candidateLoci", "@asOf", "after", "region", "predictedAssociations"):
        assert word in whole


def test_guide__answers_are_those_that_come_back(ask: Ask) -> None:
    text = PAGE.read_text(encoding="utf-8")
    fresh = _EXAMPLE.sub(
        lambda match: f"```graphql\n{match['query']}```\n\n```json\n{answer_of(ask, match['query'])}```", text
    )
    if os.environ.get("LOCUSGRAPH_REWRITE"):
        PAGE.write_text(fresh, encoding="utf-8")
    assert text == fresh or os.environ.get("LOCUSGRAPH_REWRITE")


def test_guide__examples_that_fail_are_meant_to(ask: Ask) -> None:
    codes = []
    for match in _EXAMPLE.finditer(PAGE.read_text(encoding="utf-8")):
        codes += [error["extensions"]["code"] for error in ask(match["query"]).get("errors", ())]
    assert codes == ["WRONG_BUILD", "UNKNOWN_ID", "RELEASE_NOT_LOADED"]


@pytest.mark.parametrize(
    ("value", "text"),
    [({"a": [1, None]}, '{"a": [1, null]}'), ([], "[]"), (["x" * 120], '[\n  "' + "x" * 120 + '"]')],
)
def test_render__breaks_only_what_is_too_long(value: Any, text: str) -> None:
    assert render(value) == text

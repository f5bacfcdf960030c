"""The table in docs/cypher.md is that of the queries which the tests send."""

from tests.docs.hostile import PAGE, render_hostile


def test_page__has_the_table_of_the_tested_queries() -> None:
    assert render_hostile() in PAGE.read_text(encoding="utf-8"), "run python -m tests.docs.hostile"

"""Tables and numbers as text."""

from services.pipeline.tables import render_count, render_seconds, render_table


def test_render_table__escapes_bars_and_marks_what_is_missing() -> None:
    table = render_table(("a", "b"), [("x|y", None), (12345, 0.5)])
    assert table == "| a | b |\n|---|---|\n| x\\|y | - |\n| 12,345 | 0.5 |"


def test_render_table__without_rows_is_a_header() -> None:
    assert render_table(("a",), []) == "| a |\n|---|"


def test_render_count__separates_thousands() -> None:
    assert render_count(1234567) == "1,234,567"


def test_render_seconds__turns_to_minutes() -> None:
    assert (render_seconds(5.04), render_seconds(125.0)) == ("5.0 s", "2 min 5 s")

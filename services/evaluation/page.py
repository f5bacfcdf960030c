"""Writes tables between two marks of a page of documentation."""

from collections.abc import Sequence
from pathlib import Path

from services.evaluation.errors import PageError
from services.evaluation.tables import Table


def render_table(table: Table) -> str:
    """Give a table in Markdown, its title above."""
    lines = ["| " + " | ".join(table.header) + " |", "|" + "---|" * len(table.header)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in table.rows]
    parts = [f"**{table.title}.**", "\n".join(lines), table.note]
    return "\n\n".join(part for part in parts if part)


def marks(section: str) -> tuple[str, str]:
    """Give the lines between which a section's tables stand."""
    return (
        f"<!-- begin {section}: written by `locusgraph evaluate`, changes by hand are lost -->",
        f"<!-- end {section} -->",
    )


def check_page(page: Path, section: str) -> None:
    """See, before a long run, that the page has a place for the section.

    Raises
    ------
    PageError
        When the page does not exist or has not both marks, in order.
    """
    _parts(page, section)


def write_section(page: Path, section: str, parts: Sequence[str]) -> None:
    """Put Markdown between the section's marks.

    Raises
    ------
    PageError
        When the page has not both marks, in order.
    """
    begin, end = marks(section)
    before, after = _parts(page, section)
    text = "\n\n".join(parts)
    page.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")


def _parts(page: Path, section: str) -> tuple[str, str]:
    begin, end = marks(section)
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    before, has_begin, rest = text.partition(begin)
    _, has_end, after = rest.partition(end)
    if not has_begin or not has_end:
        raise PageError(
            f"a page holds the lines {begin!r} and {end!r} where the tables belong",
            seen="no such lines" if text else "no such page",
            where=page,
            remedy="put them there",
        )
    return before, after

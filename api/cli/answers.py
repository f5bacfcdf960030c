"""How answers of analysts' queries are written: a table, CSV, JSON or Parquet."""

import json
import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from api.cli.errors import WrongUsage
from api.cli.output import print_table, stderr

TABLE_ROWS = 200
"""Rows that a table on the terminal shows; files have all."""


class AnswerFormat(StrEnum):
    """How an answer is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def read_parameters(words: Iterable[str]) -> dict[str, Any]:
    """Parameters from ``name=value`` words; a value that is JSON is taken as such, every other one as text.

    Raises
    ------
    WrongUsage
        For a word without a name.
    """
    found: dict[str, Any] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or not name.isidentifier():
            raise WrongUsage(f"a parameter is given as name=value, for example -p snp=rs123: {word!r} is not")
        try:
            found[name] = json.loads(value)
        except ValueError:
            found[name] = value
    return found


def print_answer(
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    notes: Iterable[str],
    *,
    format_: AnswerFormat,
    output: Path | None,
) -> None:
    """Write an answer where it was asked for, and its notes to standard error.

    Raises
    ------
    WrongUsage
        For Parquet on a terminal.
    """
    if format_ is AnswerFormat.PARQUET and output is None and sys.stdout.isatty():
        raise WrongUsage("Parquet is no text: name a file with --output, or send it into a pipe")
    if format_ is AnswerFormat.TABLE and output is None:
        _print_rows(columns, rows)
    else:
        content = _write(columns, rows, format_)
        if output is None:
            sys.stdout.buffer.write(content)
        else:
            _save(output, content)
    for note in notes:
        stderr().print(f"note: {note}", style="dim", soft_wrap=True)


def _save(output: Path, content: bytes) -> None:
    try:
        output.write_bytes(content)
    except OSError as error:
        raise WrongUsage(f"{output} cannot be written ({error.strerror}): name another file with --output") from error
    stderr().print(f"{output}: {len(content):,} bytes", soft_wrap=True)


def _print_rows(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    from services.cypher.rendering import to_text

    numeric = [all(isinstance(row[at], int | float) for row in rows) for at in range(len(columns))]
    heads = [f">{name}" if rows and is_number else name for name, is_number in zip(columns, numeric, strict=True)]
    shown = ([value if isinstance(value, int | float | None) else to_text(value) for value in row] for row in rows)
    more = f"the first {TABLE_ROWS} of {len(rows):,} rows; --format csv shows all" if len(rows) > TABLE_ROWS else ""
    print_table(f"{len(rows):,} rows", heads, list(shown)[:TABLE_ROWS], note=more)


def _write(columns: Sequence[str], rows: Sequence[Sequence[Any]], format_: AnswerFormat) -> bytes:
    from services.cypher.rendering import to_csv, to_json, to_parquet

    if format_ is AnswerFormat.JSON:
        objects = [dict(zip(columns, map(to_json, row), strict=True)) for row in rows]
        return (json.dumps(objects, indent=1, ensure_ascii=False) + "\n").encode()
    return to_parquet(columns, rows) if format_ is AnswerFormat.PARQUET else to_csv(columns, rows)

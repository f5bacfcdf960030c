"""Frames as CSV files with typed headers, as Neo4j's importer reads them; nothing is a loop over rows."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import polars as pl

from services.graph.importer import ImporterFile

ID_COLUMN: Final = ":ID"
START_COLUMN: Final = ":START_ID"
END_COLUMN: Final = ":END_ID"
LIST_SEPARATOR: Final = "\x1f"
_FIXED: Final = (ID_COLUMN, START_COLUMN, END_COLUMN)


def write_table(
    path: Path,
    name: str,
    frames: Iterable[pl.DataFrame],
    *,
    is_nodes: bool,
    on_rows: Callable[[int], None] | None = None,
) -> ImporterFile | None:
    """Write frames of one shape below each other; None, and no file, when they hold no row.

    A null is an empty field, an empty text a quoted one; numbers are written so that they read back as they were.

    Parameters
    ----------
    path
        The file.
    name
        Label of the nodes, or type of the edges.
    frames
        With ``:ID``, or ``:START_ID`` and ``:END_ID``, and the properties under their names.
    on_rows
        Called with the number of rows of each frame once it is written.
    """
    n_rows, has_line_breaks = 0, False
    with path.open("wb") as stream:
        for frame in frames:
            flat = frame.with_columns(
                pl.col(column).list.join(LIST_SEPARATOR) for column, dtype in frame.schema.items() if dtype == pl.List
            )
            if not n_rows:
                stream.write((",".join(header_of(frame)) + "\n").encode())
            has_line_breaks |= _has_line_breaks(flat)
            flat.write_csv(stream, include_header=False)
            n_rows += frame.height
            if on_rows is not None:
                on_rows(frame.height)
    if n_rows:
        return ImporterFile(path, name, is_nodes, n_rows, has_line_breaks)
    path.unlink()
    return None


def header_of(frame: pl.DataFrame) -> list[str]:
    """Names of the columns with their types in the importer's words."""
    return [
        name if name in _FIXED or ":" in name else f"{name}:{_type_of(dtype)}" for name, dtype in frame.schema.items()
    ]


def _type_of(dtype: pl.DataType) -> str:
    if isinstance(dtype, pl.List):
        return f"{_type_of(pl.Series(dtype=dtype.inner).dtype)}[]"
    if dtype == pl.Boolean:
        return "boolean"
    if dtype.is_integer():
        return "long"
    return "double" if dtype.is_float() else "string"


def _has_line_breaks(flat: pl.DataFrame) -> bool:
    texts = [
        pl.col(name).str.contains_any(["\n", "\r"]).any() for name, dtype in flat.schema.items() if dtype == pl.String
    ]
    return bool(texts) and any(flat.select(texts).row(0))

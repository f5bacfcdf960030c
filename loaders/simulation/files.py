"""Text files whose bytes depend on their content alone."""

import gzip
import io
from pathlib import Path

import polars as pl


def write_gzip(path: Path, content: bytes) -> None:
    """Write a gzip file without a time or a name in its header: the same content gives the same bytes."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=buffer, mtime=0) as stream:
        stream.write(content)
    path.write_bytes(buffer.getvalue())


def table_bytes(frame: pl.DataFrame, separator: str = "\t", null_value: str = "NA") -> bytes:
    """Render a table with a header line.

    Parameters
    ----------
    frame
        The table, floats already rounded to the digits wanted.
    separator
        Between fields.
    null_value
        Text for a missing value.

    Returns
    -------
    bytes
        UTF-8, one line a row, never quoted.
    """
    return frame.write_csv(
        separator=separator, null_value=null_value, quote_style="never", float_scientific=None
    ).encode()

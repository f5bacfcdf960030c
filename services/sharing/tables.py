"""Writes tables batch by batch, as TSV or Parquet; only one batch is ever held."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, get_args

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from graph_schema.properties import PropertyType

Format = Literal["tsv", "parquet"]
FORMATS: tuple[str, ...] = get_args(Format)
METADATA_KEY = b"locusgraph"
"""Key of the JSON in a Parquet file's metadata."""

ARROW_TYPES: Mapping[PropertyType, pa.DataType] = {
    PropertyType.STRING: pa.string(),
    PropertyType.INTEGER: pa.int64(),
    PropertyType.FLOAT: pa.float64(),
    PropertyType.BOOLEAN: pa.bool_(),
    PropertyType.STRING_LIST: pa.list_(pa.string()),
    PropertyType.INTEGER_LIST: pa.list_(pa.int64()),
    PropertyType.FLOAT_LIST: pa.list_(pa.float64()),
    PropertyType.DATETIME: pa.string(),
}
"""Times are ISO text."""


class TableFile:
    """A table being written (a context manager).

    A TSV has one header line; empty is no value, lists are JSON, text with a tab, a quote or a line break is quoted.

    Parameters
    ----------
    path
        The file.
    columns
        Their types by name, in order.
    metadata
        JSON values: the metadata of a Parquet file, ``# name: value`` lines above a TSV's header.
    """

    def __init__(
        self,
        path: Path,
        columns: Mapping[str, PropertyType],
        file_format: Format,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        self._columns, self.n_rows = columns, 0
        self._is_text = file_format == "tsv"
        fields = [(name, self._type_of(kind)) for name, kind in columns.items()]
        text = json.dumps(dict(metadata), default=str) if metadata else "{}"
        self._schema = pa.schema(fields, metadata=None if self._is_text else {METADATA_KEY: text.encode()})
        self._writer = self._open_text(path, metadata or {}) if self._is_text else self._open_parquet(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()
        if self._is_text:
            self._stream.close()

    def write(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write some rows; names that are no column are left out, columns that a row has not are empty."""
        arrays = [
            pa.array([self._to_cell(row.get(name), kind) for row in rows], type=self._type_of(kind))
            for name, kind in self._columns.items()
        ]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self.n_rows += len(rows)

    def _type_of(self, kind: PropertyType) -> pa.DataType:
        is_list = kind in {PropertyType.STRING_LIST, PropertyType.INTEGER_LIST, PropertyType.FLOAT_LIST}
        return pa.string() if self._is_text and is_list else ARROW_TYPES[kind]

    def _to_cell(self, value: Any, kind: PropertyType) -> Any:
        if value is None:
            return None
        if kind is PropertyType.DATETIME:
            return str(value)
        if kind is PropertyType.FLOAT:
            return float(value)
        if self._is_text and isinstance(value, list | tuple):
            return json.dumps(list(value), ensure_ascii=False)
        return value

    def _open_text(self, path: Path, metadata: Mapping[str, Any]) -> Any:
        self._stream = path.open("wb")
        for name, value in metadata.items():
            shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
            self._stream.write(f"# {name}: {' '.join(shown.split())}\n".encode())
        options = pa_csv.WriteOptions(include_header=False, delimiter="\t", quoting_style="needed")
        self._stream.write(("\t".join(self._columns) + "\n").encode())
        return pa_csv.CSVWriter(self._stream, self._schema, write_options=options)

    def _open_parquet(self, path: Path) -> Any:
        return pq.ParquetWriter(path, self._schema, compression="zstd")

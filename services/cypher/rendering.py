"""Writes answers: values for JSON, short texts for tables, and data frames for Parquet and Arrow."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from graph_schema import NODES
from services.graph.foreign_values import EdgeValue, NodeValue, PathValue

_KINDS: tuple[tuple[frozenset[type], Any], ...] = (
    (frozenset({bool}), pl.Boolean),
    (frozenset({int}), pl.Int64),
    (frozenset({int, float}), pl.Float64),
    (frozenset({str}), pl.String),
)


def to_json(value: Any) -> Any:
    """A value that JSON can hold; nodes, relationships and paths become objects that say what they are."""
    if isinstance(value, NodeValue):
        return {"node": list(value.labels), **value.properties}
    if isinstance(value, EdgeValue):
        ends = {"start": node_name(value.start), "end": node_name(value.end)}
        return {"edge": value.type, **{name: end for name, end in ends.items() if end}, **value.properties}
    if isinstance(value, PathValue):
        return {"path": [to_json(part) for part in _steps(value)]}
    if isinstance(value, list):
        return [to_json(part) for part in value]
    if isinstance(value, dict):
        return {name: to_json(part) for name, part in value.items()}
    return value


def to_text(value: Any) -> str:
    """A value as one short text for a table or CSV: ``(:SNP rs1)``, ``[:MQTL]``; lists and maps as JSON."""
    if value is None:
        return ""
    if isinstance(value, NodeValue):
        return f"(:{':'.join(value.labels)} {node_name(value)})".replace(" )", ")")
    if isinstance(value, EdgeValue):
        return f"[:{value.type} {value.properties.get('edge_key', '')}]".replace(" ]", "]")
    if isinstance(value, PathValue):
        return _path_text(value)
    if isinstance(value, list | dict):
        return json.dumps(to_json(value), ensure_ascii=False)
    return str(value)


def node_name(node: NodeValue) -> str:
    """What identifies a node; empty where the query did not return its properties."""
    keys = (NODES[label].key for label in node.labels if label in NODES)
    return str(next((node.properties[key] for key in keys if key in node.properties), ""))


def to_frame(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> pl.DataFrame:
    """An answer as a data frame.

    A column of one plain type keeps it (whole and broken numbers together become broken ones); every other column
    becomes JSON text.
    """
    by_row = [list(row) for row in rows]
    lists = zip(*by_row, strict=True) if by_row else [[] for _ in columns]
    return pl.DataFrame([_series(name, list(values)) for name, values in zip(columns, lists, strict=True)])


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """An answer as CSV with a header; what is no number is written as `to_text` does."""
    texts = [[value if isinstance(value, int | float) else to_text(value) for value in row] for row in rows]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(texts)
    return stream.getvalue().encode()


def to_parquet(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """An answer as a Parquet file."""
    stream = io.BytesIO()
    to_frame(columns, rows).write_parquet(stream)
    return stream.getvalue()


def to_arrow(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """An answer as an Arrow stream."""
    stream = io.BytesIO()
    to_frame(columns, rows).write_ipc_stream(stream)
    return stream.getvalue()


def _series(name: str, values: list[Any]) -> pl.Series:
    kinds = frozenset(type(value) for value in values if value is not None)
    for known, dtype in _KINDS:
        if kinds <= known and _fits(values, dtype):
            return pl.Series(name, values, dtype=dtype, strict=False)
    texts = [
        value if isinstance(value, str | None) else json.dumps(to_json(value), ensure_ascii=False) for value in values
    ]
    return pl.Series(name, texts, dtype=pl.String)


def _fits(values: list[Any], dtype: Any) -> bool:
    """A column without any value is a text, not a truth."""
    return dtype == pl.String or any(value is not None for value in values)


def _steps(path: PathValue) -> list[NodeValue | EdgeValue]:
    steps: list[NodeValue | EdgeValue] = list(path.nodes[:1])
    for edge, node in zip(path.edges, path.nodes[1:], strict=True):
        steps += [edge, node]
    return steps


def _path_text(path: PathValue) -> str:
    text = to_text(path.nodes[0]) if path.nodes else ""
    for at, edge in enumerate(path.edges):
        is_forward = edge.start == path.nodes[at]
        left, right = ("-", "->") if is_forward else ("<-", "-")
        text += f"{left}[:{edge.type}]{right}{to_text(path.nodes[at + 1])}"
    return text

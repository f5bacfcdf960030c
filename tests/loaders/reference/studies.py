"""Small reference studies for the tests of loaders.reference."""

import gzip
from pathlib import Path
from typing import Any

import polars as pl

from loaders.manifest import StudySpec


def write_study(folder: Path, kind: str, name: str, text: str, **keys: Any) -> StudySpec:
    """Write one input file (gzipped when its name says so) and describe it as a study of GRCh37."""
    path = folder / name
    if name.endswith(".gz"):
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return StudySpec(**{"id": "test", "kind": kind, "paths": (path,), "build": "GRCh37", **keys})


def read_rows(path: Path, *columns: str) -> list[tuple[Any, ...]]:
    """Read columns of a normalised table as rows."""
    return pl.read_parquet(path).select(*columns).rows()

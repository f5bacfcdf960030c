"""Files of a map: pairs, genes, and beside them what they were made from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import polars as pl

from loaders.ldsc.typed_tables import write_atomically
from services.mixed_models.run_files import write_description
from services.registry import sha256_of

PAIRS, GENES, RUN = ".qtl.parquet", ".qtl.genes.parquet", ".qtl.run.json"
FORMAT: Final = "locusgraph qtl"


def write_qtl(
    prefix: Path, pairs: pl.DataFrame, genes: pl.DataFrame, description: Mapping[str, Any]
) -> tuple[Path, Path, Path]:
    """Write the tables and their description, which is there only where it tells of the tables beside it.

    Returns
    -------
    tuple[Path, Path, Path]
        Pairs, genes and the description.
    """
    place, of_genes, about = (prefix.with_name(prefix.name + ending) for ending in (PAIRS, GENES, RUN))
    about.unlink(missing_ok=True)
    for path, table in ((place, pairs), (of_genes, genes)):
        _write(path, table)
    described = {
        "format": FORMAT,
        "table": _facts(place, pairs),
        "genes_table": _facts(of_genes, genes),
        **description,
    }
    write_description(about, described)
    return place, of_genes, about


def _write(path: Path, table: pl.DataFrame) -> None:
    write_atomically(path, lambda part: table.write_parquet(part, compression="zstd"))


def _facts(path: Path, table: pl.DataFrame) -> dict[str, Any]:
    return {"file": path.name, "sha256": sha256_of(path), "rows": table.height}

"""Reads what a scan or REML wrote: a description, and beside it the table that it tells of, seen to be unchanged."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from services.mixed_models.errors import AttachError
from services.mixed_models.run_files import REML_RUN, SCAN_RUN
from services.registry import sha256_of

_KEYS: Final = ("settings", "inputs", "versions", "results")
_SAYS_NOTHING: Final = ("out",)
"""Settings that change where files lie and nothing in them."""


@dataclass(frozen=True, slots=True)
class WrittenRun:
    """A description of a run.

    Attributes
    ----------
    path
        The description.
    settings, inputs, versions, results
        As the run wrote them; `inputs` are maps of file and sha256.
    table
        The table beside it with its sha256 and number of rows; empty for REML, which has none.
    """

    path: Path
    settings: Mapping[str, Any]
    inputs: tuple[Mapping[str, str], ...]
    versions: Mapping[str, str]
    results: Mapping[str, Any]
    table: Mapping[str, Any]

    @property
    def table_path(self) -> Path:
        """The table, beside the description."""
        return self.path.with_name(str(self.table["file"]))

    @property
    def choices(self) -> dict[str, Any]:
        """The settings that what was found depends on."""
        return {name: value for name, value in self.settings.items() if name not in _SAYS_NOTHING}

    @property
    def sha256(self) -> str:
        """Of everything that was found and what it was found from, wherever the files lay."""
        content = [self.choices, self.inputs, self.versions, self.results, self.table.get("sha256")]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    @property
    def metrics(self) -> dict[str, Any]:
        """What a run in the graph keeps of it: the results, and beside them what they were made from."""
        table = {"table": dict(self.table)} if self.table else {}
        own = {"settings": self.settings, "inputs": list(self.inputs), "versions": self.versions}
        return {**self.results, **own, **table}

    @property
    def inputs_by_name(self) -> dict[str, str]:
        """sha256 of every input; a name that occurs again gets a number."""
        named: dict[str, str] = {}
        for entry in self.inputs:
            name = entry["file"]
            named[name if name not in named else f"{name}#{len(named)}"] = entry["sha256"]
        return named


def read_scan_run(path: Path) -> WrittenRun:
    """Read the description of a scan, and see that the table beside it is the one that it tells of.

    Raises
    ------
    AttachError
        When the file is no such description, or its table is missing or changed.
    """
    return read_tabled_run(path, SCAN_RUN)


def read_tabled_run(path: Path, ending: str) -> WrittenRun:
    """Read the description of a run that ends so, and see that the table beside it is the one that it tells of.

    Raises
    ------
    AttachError
        When the file is no such description, or its table is missing or changed.
    """
    run = _read_description(path, ending, (*_KEYS, "table"))
    table = run.table_path
    if not table.is_file():
        raise AttachError(
            "the table of a run must lie beside its description", seen=f"no {table.name}", where=path,
            remedy="put both files into one folder, or run it again",
        )  # fmt: skip
    found = sha256_of(table)
    if found != run.table["sha256"]:
        raise AttachError(
            "the table of a run must be the one that was written",
            seen=f"sha256 {found[:12]}, and the description says {str(run.table['sha256'])[:12]}",
            where=table,
            remedy="restore it, or run it again",
        )
    n_rows = pl.scan_parquet(table).select(pl.len()).collect().item()
    if n_rows != run.table["rows"]:
        raise AttachError(
            "the table of a run must have the rows that its description counts",
            seen=f"{n_rows:,} rows instead of {run.table['rows']:,}", where=table, remedy="scan again",
        )  # fmt: skip
    if not n_rows:
        raise AttachError(
            "a scan without a tested SNP says nothing", seen="an empty table", where=table,
            remedy="see in the description why SNPs were left out, and scan again",
        )  # fmt: skip
    return run


def read_reml_run(path: Path) -> WrittenRun:
    """Read the description of a REML.

    Raises
    ------
    AttachError
        When the file is none.
    """
    return _read_description(path, REML_RUN, _KEYS)


def _read_description(path: Path, ending: str, keys: tuple[str, ...]) -> WrittenRun:
    if not path.name.endswith(ending):
        raise AttachError(f"the description of this run ends in {ending}", seen=path.name, remedy="name that file")
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise AttachError("the description of a run must exist", seen=path, remedy="check the path") from error
    except (OSError, ValueError) as error:
        raise AttachError(
            "the description of a run must be the JSON that was written", seen=error, where=path, remedy="run it again"
        ) from error
    lacking = [key for key in keys if key not in values] if isinstance(values, dict) else list(keys)
    if lacking:
        raise AttachError(
            "the description of a run must be whole", seen=f"no {', '.join(lacking)}", where=path, remedy="run it again"
        )
    named = {key: values[key] for key in _KEYS}
    return WrittenRun(path, **{**named, "inputs": tuple(named["inputs"])}, table=values.get("table", {}))

"""Files of a run: its table, and beside it what it was made from, each written whole or not at all."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import polars as pl

from loaders.ldsc.typed_tables import write_atomically
from loaders.loco_files import write_loco
from services.mixed_models.errors import RequestError
from services.mixed_models.predictions import Predicted
from services.mixed_models.requests import PeopleRequest
from services.mixed_models.scan_request import word_of
from services.registry import sha256_of, version_of_sources
from services.statistics.values import to_json

SCAN_TABLE, SCAN_RUN, REML_RUN = ".gwas.parquet", ".gwas.run.json", ".reml.run.json"
ROWS_OF_A_GROUP: Final = 100_000
"""A region of a scan is read by whole groups of rows, whose statistics say which hold it."""
PREDICTIONS, PREDICTION_LIST = ".loco", "_pred.list"
SAID_ELSEWHERE: Final = (
    "genotypes",
    "phenotypes",
    "covariate_table",
    "covariate_names",
    "categorical",
    "files",
    "seconds",
)
"""Fields of a report that a description says by its settings and inputs, or that are not yet known."""

_PACKAGES: Final = ("numpy", "scipy", "numba", "polars", "bed-reader", "pgenlib", "bgen")
_SOURCES: Final = (
    "models/association",
    "models/heritability",
    "models/genotype_blocks.py",
    "models/kinship.py",
    "models/kinship_sums.py",
    "models/significance.py",
    "loaders",
    "services/mixed_models",
)
_BESIDE: Final[Mapping[str, tuple[str, ...]]] = {
    ".bed": (".bim", ".fam"),
    ".pgen": (".pvar", ".pvar.zst", ".psam"),
    ".bgen": (".sample",),
}


def check_out(prefix: Path | None) -> None:
    """Refuse a place that cannot be written to, before anything is computed.

    Raises
    ------
    RequestError
        If the folder, or the one that it would be made in, cannot be written to.
    """
    if prefix is None:
        return
    folder = next(place for place in prefix.absolute().parents if place.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise RequestError(
            "files must be written to a folder", seen=prefix, remedy="give a prefix in a folder that can be written to"
        )


def genotype_files(path: Path) -> tuple[Path, ...]:
    """A genotype file and what is read beside it."""
    others = [path.with_suffix(ending) for ending in _BESIDE.get(path.suffix, ())]
    if ".geno" in path.suffixes:
        others.append(path.with_name(path.name.replace(".geno", ".anno")))
    return (path, *(file for file in others if file.is_file()))


def people_files(request: PeopleRequest) -> tuple[Path, ...]:
    """Every file that a choice of people names."""
    tables = (request.phenotypes, request.covariates, request.keep, request.remove)
    return (*genotype_files(request.genotypes), *(path for path in tables if path is not None))


class Digests(dict[Path, str]):
    """The sha256 of files, each computed when it is first asked for: of several traits the genotypes' once."""

    def __missing__(self, path: Path) -> str:
        self[path] = sha256_of(path)
        return self[path]


def describe_run(
    request: Any, inputs: Iterable[Path], results: Mapping[str, Any], *, digests: Digests | None = None
) -> dict[str, Any]:
    """What was asked, of which files with their sha256, by which versions, and what came of it; plain JSON values.

    Parameters
    ----------
    request
        The frozen choices.
    inputs
        Every file that was read; named without their folders.
    results
        What came of it.
    digests
        Of files that other traits of the run share; None for none.
    """
    digests = Digests() if digests is None else digests
    settings = _without_folders(dataclasses.asdict(request))
    described = {
        "settings": settings,
        "inputs": [{"file": path.name, "sha256": digests[path]} for path in dict.fromkeys(inputs)],
        "versions": {
            "code": version_of_sources(_SOURCES),
            "python": platform.python_version(),
            **{name: found for name in _PACKAGES if (found := _version(name)) is not None},
        },
        "results": results,
    }
    plain: dict[str, Any] = to_json(described)
    return plain


def write_scan(
    prefix: Path, table: pl.DataFrame, description: Mapping[str, Any], *, more: Mapping[str, Path] | None = None
) -> tuple[Path, Path]:
    """Write a scan's table and its description; the description is there only where it tells of the table beside it.

    Parameters
    ----------
    prefix
        What the names of both start with.
    table, description
        What is written.
    more
        Other files of the run that the description tells of, by what they are.

    Returns
    -------
    tuple[Path, Path]
        The table and the description.
    """
    place, about = beside(prefix, SCAN_TABLE), beside(prefix, SCAN_RUN)
    about.unlink(missing_ok=True)
    write_atomically(
        place,
        lambda part: table.write_parquet(part, compression="zstd", statistics=True, row_group_size=ROWS_OF_A_GROUP),
    )
    written = {"table": {"file": place.name, "sha256": sha256_of(place), "rows": table.height}}
    others = {name: {"file": path.name, "sha256": sha256_of(path)} for name, path in (more or {}).items()}
    write_description(about, {**written, **others, **description})
    return place, about


def write_predictions(prefix: Path, people: pl.DataFrame, predicted: Predicted) -> Path:
    """Write what the other chromosomes predict of a trait, as REGENIE does; the file."""
    place = beside(prefix, PREDICTIONS)
    write_atomically(place, lambda part: write_loco(part, people, predicted.chromosomes, predicted.values))
    return place


def write_prediction_list(prefix: Path, files: Mapping[str, Path]) -> Path:
    """Write REGENIE's list of trait and file a line, the files beside it; the list."""
    place = beside(prefix, PREDICTION_LIST)
    text = "".join(f"{word_of(trait)} {path.name}\n" for trait, path in files.items())
    write_atomically(place, lambda part: _write_text(part, text))
    return place


def write_reml(prefix: Path, description: Mapping[str, Any]) -> Path:
    """Write the description of an estimate, its results in it; the file."""
    about = beside(prefix, REML_RUN)
    write_description(about, description)
    return about


def write_description(path: Path, description: Mapping[str, Any]) -> None:
    """Write plain JSON values, whole or not at all."""
    text = json.dumps(description, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    write_atomically(path, lambda part: _write_text(part, text))


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def beside(prefix: Path, ending: str) -> Path:
    """The file that a prefix and an ending name."""
    return prefix.with_name(prefix.name + ending)


def _without_folders(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_folders(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [_without_folders(each) for each in value]
    return value.name if isinstance(value, Path) else value


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None

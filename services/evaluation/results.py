"""The file of results: what every method did on every case, kept so that a killed run goes on where it stopped."""

import hashlib
import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from models.pinsage.evaluation import Method, MethodResult, Plan
from models.pinsage.metrics import NullHits
from models.pinsage.ranking import Places
from services.evaluation.errors import ResultsFileError
from services.evaluation.inputs import EvaluationInput
from services.registry import version_of_sources

FORMAT = "locusgraph evaluation 1"
_SHARED_SOURCES = (
    "models/pinsage/rankers",
    "models/pinsage/bipartite.py",
    "models/pinsage/ld_jump.py",
    "models/pinsage/metrics.py",
    "models/pinsage/ranking.py",
    "models/pinsage/split.py",
)
_NO_PART_OF_A_FIT = ("calibration", "candidates", "baselines", "__init__")


class ResultsFile:
    """Results by a key of everything that decides them; written whole after each addition.

    Parameters
    ----------
    path
        Where they are kept; None = in memory alone.

    Raises
    ------
    ResultsFileError
        When the file holds something else.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._entries: dict[str, dict[str, Any]] = _read(path) if path is not None and path.exists() else {}

    def find(self, key: str) -> MethodResult | None:
        """Give the result of a key, by whatever code it was made; None where there is none."""
        entry = self._entries.get(key)
        return None if entry is None else _result_of(entry)

    def is_of(self, key: str, code: str) -> bool:
        """Tell whether there is a result of a key that this code made."""
        return self._entries.get(key, {}).get("code") == code

    def add(self, key: str, code: str, asked: EvaluationInput, result: MethodResult) -> None:
        """Keep a result in place of any of the same key, and write the file."""
        self._entries[key] = {"graph": asked.name, "split": asked.case.split, "code": code, **_entry_of(result)}
        self._write()

    def add_report(self, report: Mapping[str, Any]) -> None:
        """Put the pooled report, JSON values only, beside the results."""
        self._write(report)

    def _write(self, report: Mapping[str, Any] | None = None) -> None:
        if self._path is not None:
            content = {"format": FORMAT, "results": self._entries}
            _write(self._path, content if report is None else {**content, "report": report})


def result_key(asked: EvaluationInput, method: Method, plan: Plan, n_null_sets: int) -> str:
    """Give the sha256 over all that decides a result besides the code: case, method and plan."""
    parts = [asked.case.fingerprint, method.name, plan.budget, list(plan.seeds), n_null_sets]
    if method.is_model:
        parts.append(plan.settings.fingerprint())
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@cache
def code_of(*, is_model: bool) -> str:
    """Give the version of the sources that decide a result; calibration and the like are no part of a fit."""
    if not is_model:
        return version_of_sources(_SHARED_SOURCES)
    root = Path(__file__).resolve().parents[2]
    modules = sorted((root / "models" / "pinsage").glob("*.py"))
    kept = [path for path in modules if not path.stem.startswith(_NO_PART_OF_A_FIT)]
    names = tuple(path.relative_to(root).as_posix() for path in kept)
    return version_of_sources((*names, "models/pinsage/rankers"))


def _entry_of(result: MethodResult) -> dict[str, Any]:
    null = result.null
    return {
        "method": result.method,
        "chosen": result.chosen,
        "rank": [place.rank.tolist() for place in result.places],
        "n_tied": [place.n_tied.astype(int).tolist() if place.n_tied.any() else [] for place in result.places],
        "n_hits": None if null is None else null.n_hits.tolist(),
        "null_hits": None if null is None else null.null_hits.tolist(),
        "effective_rank": result.effective_rank,
        "cpu_seconds": result.cpu_seconds,
    }


def _result_of(entry: Mapping[str, Any]) -> MethodResult:
    places = []
    for rank, tied in zip(entry["rank"], entry["n_tied"], strict=True):
        ranks = np.array(rank, dtype=np.float64)
        places.append(Places(ranks, np.array(tied, dtype=np.float64) if tied else np.zeros_like(ranks)))
    null = None
    if entry["null_hits"] is not None:
        null = NullHits(np.array(entry["n_hits"], np.int64), np.array(entry["null_hits"], np.int64))
    return MethodResult(
        entry["method"], entry["chosen"], tuple(places), null, entry["effective_rank"], entry["cpu_seconds"]
    )


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        is_ours = content["format"] == FORMAT
    except (ValueError, KeyError, TypeError) as error:
        raise _no_results(path) from error
    if not is_ours:
        raise _no_results(path)
    results: dict[str, dict[str, Any]] = content["results"]
    return results


def _no_results(path: Path) -> ResultsFileError:
    return ResultsFileError(
        f"a file of results begins with its format, {FORMAT!r}",
        seen="something else",
        where=path,
        remedy="name another file for --output, or remove this one",
    )


def _write(path: Path, content: Mapping[str, Any]) -> None:
    """Write a file so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.writing")
    with temporary.open("w", encoding="utf-8") as stream:
        json.dump(content, stream)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)

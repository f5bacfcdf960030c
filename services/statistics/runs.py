"""An analysis as a run: what makes it the same one, its folder of results, its beginning and its switch."""

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from services.graph.store import Store, Transaction
from services.registry import MANIFEST_NAME, artefact_folder, has_artefact, runs_folder, sha256_of, version_of_sources
from services.releases import Release, current_release
from services.runs import ModelRun, active_runs, finish_run_in
from services.settings import Settings
from services.statistics.errors import RunDamaged
from services.statistics.values import to_json

LD_SCORES: Final = "ld-scores"
LDSC: Final = "ldsc"
S_LDSC: Final = "s-ldsc"
CELL_TYPES: Final = "cell-types"
GENETIC_CORRELATION: Final = "genetic-correlation"
LMM: Final = "lmm"
REML: Final = "reml"
REML_CHROMOSOMES: Final = "reml-chromosomes"
REML_ANNOTATIONS: Final = "reml-annotations"
REML_CORRELATION: Final = "reml-correlation"
VARIANCE_MODELS: Final = (REML, REML_CHROMOSOMES, REML_ANNOTATIONS, REML_CORRELATION)
"""Models of REML on people: their runs are made from files and from no study."""
MODELS: Final = (LD_SCORES, LDSC, S_LDSC, CELL_TYPES, GENETIC_CORRELATION, LMM, *VARIANCE_MODELS)

METRICS_NAME: Final = "metrics.json"
RUN_NAME: Final = "run.json"
_STAGING: Final = ".staging"
_SOURCES: Final = (
    "models/heritability",
    "loaders/ldsc",
    "loaders/genotypes.py",
    "services/statistics",
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Analysis:
    """What makes an analysis what it is.

    Attributes
    ----------
    run_id, fingerprint
        First 16 hexadecimal digits of the sha256 over all of this but the release's number; the whole of it.
    model, scope
        Kind of analysis; the panel, the trait or the two traits that it is about.
    inputs
        sha256 of every input, by name.
    study_ids, load_ids
        Studies that it was made from, and their loads.
    settings
        JSON of every choice, sorted by name.
    code_version
        sha256 over the sources of the statistics.
    release_number
        Release that it was made from.
    """

    run_id: str
    fingerprint: str
    model: str
    scope: str
    inputs: Mapping[str, str]
    study_ids: tuple[str, ...]
    load_ids: tuple[str, ...]
    settings: str
    code_version: str
    release_number: int


def describe_analysis(
    model: str,
    scope: str,
    *,
    inputs: Mapping[str, str],
    studies: Mapping[str, str],
    choices: Mapping[str, Any],
    release_number: int = 0,
) -> Analysis:
    """Describe the run that these inputs and choices make; the same ones make the same run.

    Parameters
    ----------
    model, scope
        Kind and object of the analysis.
    inputs
        sha256 of every input, by name.
    studies
        Load id of every study that it is made from.
    choices
        Every choice that changes a result, JSON values only.
    release_number
        The release that was read.
    """
    version = version_of_sources(_SOURCES)
    settings = json.dumps({**choices, "study_ids": sorted(studies)}, sort_keys=True)
    load_ids = tuple(sorted(studies.values()))
    text = json.dumps([model, scope, sorted(inputs.items()), load_ids, settings, version])
    fingerprint = hashlib.sha256(text.encode()).hexdigest()
    return Analysis(
        run_id=fingerprint[:16],
        fingerprint=fingerprint,
        model=model,
        scope=scope,
        inputs=dict(sorted(inputs.items())),
        study_ids=tuple(sorted(studies)),
        load_ids=load_ids,
        settings=settings,
        code_version=version,
        release_number=release_number,
    )


def studies_of_run(run: ModelRun) -> tuple[str, ...]:
    """Studies that a run of the store was made from."""
    return tuple(json.loads(run.settings).get("study_ids", ()))


def find_shown(store: Store, analysis: Analysis) -> ModelRun | None:
    """The run itself where readers of the current release see it."""
    return next((run for run in active_runs(store, analysis.model) if run.run_id == analysis.run_id), None)


def begin_run(store: Store, analysis: Analysis) -> None:
    """Note in the store that this run is being made."""
    properties = {
        "model": analysis.model,
        "scope": analysis.scope,
        "inputs": [f"{name}={sha256}" for name, sha256 in analysis.inputs.items()],
        "release_number": analysis.release_number,
        "load_ids": list(analysis.load_ids),
        "settings": analysis.settings,
        "code_version": analysis.code_version,
    }
    store.write("runs/start", run_id=analysis.run_id, fingerprint=analysis.fingerprint, properties=properties)


def show_run(
    store: Store,
    settings: Settings,
    analysis: Analysis,
    metrics: Mapping[str, Any],
    write: Callable[[Transaction, Sequence[str]], None],
) -> Release:
    """Let readers see the run instead of the one of its model and scope: one small transaction.

    Parameters
    ----------
    metrics
        Its results, kept as JSON on the run's node.
    write
        Writes what belongs to the switch in the same transaction; called with it and the runs that are replaced.
    """
    properties: dict[str, Any] = {"metrics": json.dumps(to_json(metrics), sort_keys=True)}
    if isinstance(metrics.get("n_snps"), int):
        properties["n_snps"] = metrics["n_snps"]
    with store.transaction() as transaction:
        release, replaced = finish_run_in(transaction, settings, analysis.run_id, properties)
        write(transaction, replaced)
    _log.info(
        "run %s (%s of %s) is shown in release %d", analysis.run_id, analysis.model, analysis.scope, release.number
    )
    return release


def write_folder(
    settings: Settings, analysis: Analysis, metrics: Mapping[str, Any], write: Callable[[Path], None] | None = None
) -> Path:
    """Write a run's files under a temporary name, then put the folder in its place at once.

    Parameters
    ----------
    metrics
        Its results.
    write
        Writes the run's other files into the folder it is given.
    """
    folder = artefact_folder(settings, analysis.run_id)
    temporary = folder.with_name(f"{analysis.run_id}{_STAGING}")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    if write is not None:
        write(temporary)
    (temporary / METRICS_NAME).write_text(_render(to_json(metrics)), encoding="utf-8")
    (temporary / RUN_NAME).write_text(_render(asdict(analysis)), encoding="utf-8")
    listed = {path.relative_to(temporary).as_posix(): sha256_of(path) for path in _files(temporary)}
    (temporary / MANIFEST_NAME).write_text(_render(listed), encoding="utf-8")
    for path in (*_files(temporary), temporary):
        _flush(path)
    shutil.rmtree(folder, ignore_errors=True)
    temporary.rename(folder)
    _flush(folder.parent)
    return folder


def check_folder(settings: Settings, run_id: str) -> Path:
    """The folder of a run, once its files are seen to be what was written.

    Raises
    ------
    RunDamaged
        When a file is missing or changed.
    """
    folder = artefact_folder(settings, run_id)
    if not has_artefact(settings, run_id):
        raise RunDamaged(f"the files of run {run_id} are missing in {folder}: compute it again")
    for name, wanted in json.loads((folder / MANIFEST_NAME).read_text(encoding="utf-8")).items():
        found = sha256_of(folder / name) if (folder / name).exists() else "nothing"
        if found != wanted:
            raise RunDamaged(
                f"{folder / name} of run {run_id} is not what was written (sha256 {found[:12]}, wanted "
                f"{wanted[:12]}): delete {folder} and compute it again"
            )
    return folder


def find_metrics(settings: Settings, run_id: str) -> dict[str, Any] | None:
    """Results of a run whose folder is whole; None where there is none."""
    try:
        folder = check_folder(settings, run_id)
    except RunDamaged:
        return None
    metrics: dict[str, Any] = json.loads((folder / METRICS_NAME).read_text(encoding="utf-8"))
    return metrics


def sweep_unfinished(store: Store, settings: Settings, *, keep: str = "") -> None:
    """Remove what killed analyses left: nodes of unfinished runs and half-made folders. The caller holds the lock."""
    shown = current_release(store).run_ids
    store.write("runs/sweep_unfinished", models=list(MODELS), keep=[keep, *shown])
    folder = runs_folder(settings)
    for path in folder.glob(f"*{_STAGING}") if folder.exists() else ():
        shutil.rmtree(path, ignore_errors=True)


def _render(value: object) -> str:
    return json.dumps(value, indent=1, sort_keys=True, allow_nan=False)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Evaluates and fits one run, step by step, so that a killed one goes on where it stopped."""

import json
import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from models.pinsage import FittedPinSage, PinSageSettings, evaluate, fit_pinsage
from models.pinsage import SettingsError as ModelSettingsError
from services.registry import RunDescription, has_artefact, partial_folder, read_model, remove_partial, write_artefact
from services.settings import Settings, SettingsError
from services.snapshot import Snapshot

logger = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]
_EVALUATION, _CHECKPOINT = "evaluation.json", "checkpoint.bin"


@dataclass(frozen=True, slots=True)
class FittedRun:
    """A fitted model with its metrics, both safe on the disk.

    Attributes
    ----------
    fitted
        The model.
    metrics
        Counts of the snapshot and the evaluation, JSON values only.
    """

    fitted: FittedPinSage
    metrics: Mapping[str, Any]


def pinsage_settings(settings: Settings) -> PinSageSettings:
    """The model's settings: its defaults, changed by ``LOCUSGRAPH_PINSAGE``.

    Raises
    ------
    SettingsError
        For a name that the model does not have, or a value that it cannot work with.
    """
    known = asdict(PinSageSettings())
    unknown = sorted(set(settings.pinsage) - set(known))
    if unknown:
        raise SettingsError(
            f"LOCUSGRAPH_PINSAGE names {', '.join(unknown)}, which the model does not have: use {', '.join(known)}"
        )
    try:
        return PinSageSettings(**settings.pinsage)  # type: ignore[arg-type]
    except ModelSettingsError as error:
        raise SettingsError(f"LOCUSGRAPH_PINSAGE: {error}") from error


def make_run(settings: Settings, description: RunDescription, snapshot: Snapshot, on_progress: Progress) -> FittedRun:
    """Evaluate on held-out pairs, fit on everything, and write the artefact; each step only once.

    Parameters
    ----------
    settings, description, snapshot
        The run and what it is made from.
    on_progress
        Called with (done, total, text).

    Returns
    -------
    FittedRun
        The same, bit for bit, whether the run was killed on the way or not.

    Raises
    ------
    TooFewPairsError
        When the snapshot holds too little evidence across loci.
    """
    if not has_artefact(settings, description.run_id):
        _make_artefact(settings, description, snapshot, on_progress)
    remove_partial(settings, description.run_id)
    model = read_model(settings, description.run_id)
    return FittedRun(model.fitted, model.metrics)


def _make_artefact(settings: Settings, description: RunDescription, snapshot: Snapshot, on_progress: Progress) -> None:
    folder = partial_folder(settings, description.run_id)
    folder.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    evaluation = _evaluate_once(folder, settings, description, snapshot, on_progress)
    fitted = _fit(folder, settings, description, snapshot, on_progress)
    engine = {"convolution": fitted.record.convolution}
    metrics = {"evaluation": evaluation, "snapshot": {**asdict(snapshot.counts)}, "engine": engine}
    write_artefact(settings, description, weights=fitted.to_bytes(), metrics=metrics, snapshot=snapshot)
    logger.info("run %s fitted in %.1f s", description.run_id, time.monotonic() - started)


def _evaluate_once(
    folder: Path, settings: Settings, description: RunDescription, snapshot: Snapshot, on_progress: Progress
) -> Any:
    path = folder / _EVALUATION
    if not path.exists():
        evaluation = evaluate(
            snapshot.graph,
            pinsage_settings(settings),
            seed=description.seed,
            on_progress=_named("evaluating", on_progress),
        )
        _write_whole(path, json.dumps(asdict(evaluation)).encode())
    return json.loads(path.read_text(encoding="utf-8"))


def _fit(
    folder: Path, settings: Settings, description: RunDescription, snapshot: Snapshot, on_progress: Progress
) -> FittedPinSage:
    path = folder / _CHECKPOINT
    last_written = time.monotonic()

    def keep(checkpoint: bytes) -> None:
        nonlocal last_written
        if time.monotonic() - last_written >= settings.training_checkpoint_seconds:
            _write_whole(path, checkpoint)
            last_written = time.monotonic()

    return fit_pinsage(
        snapshot.graph,
        pinsage_settings(settings),
        seed=description.seed,
        checkpoint=path.read_bytes() if path.exists() else None,
        on_progress=_named("fitting", on_progress),
        on_checkpoint=keep,
    )


def _named(stage: str, on_progress: Progress) -> Callable[[str, int, int], None]:
    """The model reports (phase, done, total); we report (done, total, text)."""
    return lambda phase, done, total: on_progress(done, total, f"{stage}: {phase}")


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    temporary = path.with_suffix(".writing")
    with temporary.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)

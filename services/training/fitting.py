"""Judges and fits one training, step by step, so that a killed one goes on where it stopped."""

import json
import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from models.pinsage import PinSageSettings
from models.pinsage import SettingsError as ModelSettingsError
from models.pinsage.predictors import PINSAGE, Predictor, convolution_of, fit_predictors
from models.pinsage.trust import Trust
from services.graph.store import Store
from services.neighbour_table import NEIGHBOURS_NAME, NeighbourTable
from services.registry import (
    RunDescription,
    artefact_folder,
    has_artefact,
    partial_folder,
    read_metrics,
    remove_partial,
    write_artefact,
)
from services.runs import ModelRun
from services.settings import Settings, SettingsError
from services.snapshot import Snapshot
from services.training.card import CARD_NAME, render_card
from services.training.gate import measure_coverage
from services.training.judging import judge_training, null_of_training, trust_of
from services.training.predicting import predict_everything, snps_that_ask
from services.write_back.files import PREDICTIONS_NAME, predictions_to_bytes, read_predictions
from services.write_back.prediction import PredictedEdge

logger = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]
_JUDGEMENT, _NULL, _CHECKPOINT = "evaluation.json", "null.json", "checkpoint.bin"


@dataclass(frozen=True, slots=True)
class FittedRun:
    """A run with its metrics and predictions, all safe on the disk.

    Attributes
    ----------
    description
        The run.
    metrics
        Counts of the snapshot, evaluation, calibration, coverage, choice of the champion; JSON values only.
    folder
        Its artefact.
    """

    description: RunDescription
    metrics: Mapping[str, Any]
    folder: Path

    def edges(self) -> list[PredictedEdge]:
        """Its predicted edges."""
        return list(read_predictions(self.folder / PREDICTIONS_NAME))


@dataclass(frozen=True, slots=True)
class Training:
    """What one training is made from.

    Attributes
    ----------
    store, settings, snapshot
        The graph, every setting, the exported evidence.
    descriptions
        One run a method.
    champion
        The run that is champion before it.
    on_progress
        Called with (done, total, text).
    """

    store: Store
    settings: Settings
    snapshot: Snapshot
    descriptions: Sequence[RunDescription]
    champion: ModelRun | None
    on_progress: Progress

    @property
    def seed(self) -> int:
        """Seed of every random choice."""
        return self.descriptions[0].seed

    @property
    def folder(self) -> Path:
        """Where its results so far lie."""
        return partial_folder(self.settings, self.descriptions[0].training_id)


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


def make_runs(training: Training) -> tuple[FittedRun, ...]:
    """Evaluate on held-out pairs, fit a null, fit on everything, and write an artefact a method; each step only once.

    Returns
    -------
    tuple[FittedRun, ...]
        One a method; the same, bit for bit, whether the training was killed on the way or not.

    Raises
    ------
    TooFewPairsError
        When the snapshot holds too little evidence across loci.
    """
    settings = training.settings
    if not all(has_artefact(settings, run.run_id) for run in training.descriptions):
        _make_artefacts(training)
    remove_partial(settings, training.descriptions[0].training_id)
    return tuple(
        FittedRun(run, read_metrics(settings, run.run_id), artefact_folder(settings, run.run_id))
        for run in training.descriptions
    )


def _make_artefacts(training: Training) -> None:
    folder, model = training.folder, pinsage_settings(training.settings)
    folder.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    snapshot, settings, seed = training.snapshot, training.settings, training.seed
    report = training.on_progress
    judged = _once(
        folder / _JUDGEMENT,
        lambda: judge_training(
            snapshot, model, settings, training.champion, seed=seed, on_progress=_named("evaluating", report)
        ),
    )
    null = _once(
        folder / _NULL,
        lambda: null_of_training(
            training.store, snapshot, model, settings, seed=seed, on_progress=_named("fitting a null", report)
        ),
    )
    fitted = _fit(training, model)
    judged = {**judged, "engine": {"convolution": convolution_of(fitted)}}
    asking = snps_that_ask(training.store, settings, snapshot)
    neighbours = NeighbourTable.of(fitted[PINSAGE], asking).to_bytes()  # the hybrid's are PinSage's too
    for run in training.descriptions:
        _write(training, run, fitted[run.method], judged, null, neighbours)
    logger.info("training %s took %.1f s", run.training_id, time.monotonic() - started)


def _write(
    training: Training,
    run: RunDescription,
    fitted: Predictor,
    judged: Mapping[str, Any],
    null: Mapping[str, Any],
    neighbours: bytes,
) -> None:
    """Predict with one method and write its artefact."""
    snapshot, calibration = training.snapshot, judged["calibration"][run.method]
    trust = trust_of(run.method, judged["calibration"], null)
    edges = predict_everything(training.store, training.settings, snapshot, fitted, Trust.from_dict(trust))
    metrics = {
        "method": run.method,
        "evaluation": judged["evaluation"],
        "engine": judged["engine"],
        "calibration": {name: calibration[name] for name in ("report", "reason", "traits")},
        "choice": judged["choice"],
        "coverage": measure_coverage(snapshot, fitted.is_embedded, edges),
        "trust": trust,
        "snapshot": asdict(snapshot.counts),
    }
    files = {
        PREDICTIONS_NAME: predictions_to_bytes(edges),
        NEIGHBOURS_NAME: neighbours,
        CARD_NAME: render_card(run, metrics, n_predictions=len(edges)).encode(),
    }
    write_artefact(training.settings, run, weights=fitted.to_bytes(), metrics=metrics, snapshot=snapshot, files=files)


def _once(path: Path, compute: Callable[[], Mapping[str, Any]]) -> Any:
    """What a file holds, computed and written when it is not there; always as read back from JSON."""
    if not path.exists():
        _write_whole(path, json.dumps(compute(), allow_nan=False).encode())
    return json.loads(path.read_text(encoding="utf-8"))


def _fit(training: Training, model: PinSageSettings) -> dict[str, Predictor]:
    path = training.folder / _CHECKPOINT
    last_written = time.monotonic()

    def keep(checkpoint: bytes) -> None:
        nonlocal last_written
        if time.monotonic() - last_written >= training.settings.training_checkpoint_seconds:
            _write_whole(path, checkpoint)
            last_written = time.monotonic()

    return fit_predictors(
        training.snapshot.graph,
        model,
        seed=training.seed,
        checkpoint=path.read_bytes() if path.exists() else None,
        on_progress=_named("fitting", training.on_progress),
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

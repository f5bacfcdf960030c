"""The registry of trained models: artefact folders that appear whole or not at all, and reading them back."""

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from services.neighbour_table import NEIGHBOURS_NAME, NeighbourTable
from services.settings import Settings
from services.snapshot import Snapshot

if TYPE_CHECKING:
    from models.pinsage import FittedPinSage

MODEL_NAME = "pinsage"
MANIFEST_NAME = "files.json"
_WEIGHTS, _METRICS, _SNAPSHOT, _DESCRIPTION = "weights.bin", "metrics.json", "snapshot.npz", "run.json"
_SOURCES = (
    "models/pinsage",
    "services/export",
    "services/clusters.py",
    "services/snapshot.py",
    "services/write_back",
    "services/training",
)


class ArtefactError(Exception):
    """A model's folder is missing or is not what was written."""


@dataclass(frozen=True, slots=True)
class RunDescription:
    """What makes a model run what it is.

    Attributes
    ----------
    run_id
        First 16 hexadecimal digits of the fingerprint.
    fingerprint
        sha256 over snapshot, loads (predictions for traits read GWAS that the snapshot has not), settings, code
        version and seed.
    snapshot_fingerprint
        sha256 over the exported graph.
    settings
        JSON of every setting that the model or its predictions depend on.
    code_version
        sha256 over the sources that make the model.
    seed
        Seed of every random choice.
    release_number, load_ids
        The release that the snapshot was exported from.
    method
        Which predictor of the training it is.
    training_id
        Shared by the runs of one training: they differ in the method only.
    """

    run_id: str
    fingerprint: str
    snapshot_fingerprint: str
    settings: str
    code_version: str
    seed: int
    release_number: int
    load_ids: tuple[str, ...]
    method: str = "PinSage"
    training_id: str = ""


@dataclass(frozen=True)
class TrainedModel:
    """A fitted model with the names behind its numbers.

    Attributes
    ----------
    description
        The run.
    fitted
        The model.
    snp_keys
        Key of each SNP number, in genomic order (n_snps).
    snp_block, snp_chromosome, snp_position_bp, snp_degree
        Block number, chromosome code (1-22, 23 X, 24 Y, 25 MT), position and number of molecules of each SNP (n_snps).
    snp_features
        Features of each SNP (n_snps, n_features), and their names.
    molecule_ids
        CpG or gene id of each molecule number (n_molecules).
    block_ids
        LD block of each block number.
    metrics
        The evaluation as stored in ``metrics.json``.
    neighbour_table
        Neighbours worked out when the run was written; None for a run of a version that kept none.
    """

    description: RunDescription
    fitted: "FittedPinSage"
    snp_keys: NDArray[np.str_]
    snp_block: NDArray[np.int32]
    snp_chromosome: NDArray[np.int16]
    snp_position_bp: NDArray[np.int64]
    snp_degree: NDArray[np.int64]
    snp_features: NDArray[np.float32]
    feature_names: tuple[str, ...]
    molecule_ids: NDArray[np.str_]
    block_ids: NDArray[np.str_]
    metrics: Mapping[str, Any]
    neighbour_table: NeighbourTable | None = None

    @cached_property
    def snp_number(self) -> dict[str, int]:
        """Number of each SNP by its key."""
        return {str(key): at for at, key in enumerate(self.snp_keys)}


def describe_run(snapshot: Snapshot, settings: str, *, seed: int, method: str = "PinSage") -> RunDescription:
    """Describe the run that these inputs make; the same inputs make the same run."""
    version = code_version()
    text = json.dumps([MODEL_NAME, snapshot.fingerprint, list(snapshot.load_ids), settings, version, seed])
    training = hashlib.sha256(text.encode()).hexdigest()
    fingerprint = hashlib.sha256(f"{training} {method}".encode()).hexdigest()
    return RunDescription(
        run_id=fingerprint[:16],
        fingerprint=fingerprint,
        snapshot_fingerprint=snapshot.fingerprint,
        settings=settings,
        code_version=version,
        seed=seed,
        release_number=snapshot.release_number,
        load_ids=snapshot.load_ids,
        method=method,
        training_id=training[:16],
    )


def code_version() -> str:
    """Sha256 over the sources that make a model and its predictions, so that a change of code makes a new run."""
    return version_of_sources(_SOURCES)


@cache
def version_of_sources(sources: tuple[str, ...]) -> str:
    """First 16 hexadecimal digits of the sha256 over some packages and files of this program."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for listed in sources:
        place = root / listed
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def runs_folder(settings: Settings) -> Path:
    """Folder that holds one folder a model run."""
    return settings.home / "runs"


def artefact_folder(settings: Settings, run_id: str) -> Path:
    """Folder of a finished run's files; it exists only when they are whole."""
    return runs_folder(settings) / run_id


def partial_folder(settings: Settings, training_id: str) -> Path:
    """Folder of a training in progress: checkpoints and results so far."""
    return runs_folder(settings) / f"{training_id}.partial"


def has_artefact(settings: Settings, run_id: str) -> bool:
    """Whether the run's files are there."""
    return (artefact_folder(settings, run_id) / MANIFEST_NAME).exists()


def write_artefact(
    settings: Settings,
    description: RunDescription,
    *,
    weights: bytes,
    metrics: Mapping[str, Any],
    snapshot: Snapshot,
    files: Mapping[str, bytes] | None = None,
) -> Path:
    """Write a run's files under a temporary name, then put the folder in its place at once.

    Parameters
    ----------
    settings, description
        Where, and which run.
    weights
        ``to_bytes()`` of the fitted predictor.
    metrics
        The evaluation and the counts, JSON values only.
    snapshot
        The names and places that the model's numbers stand for are kept beside it.
    files
        Further files by name: the predictions, the card.

    Returns
    -------
    Path
        The folder: weights, metrics, names, description, and a list of their sha256.
    """
    folder = artefact_folder(settings, description.run_id)
    temporary = runs_folder(settings) / f"{description.run_id}.writing"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    (temporary / _WEIGHTS).write_bytes(weights)
    (temporary / _METRICS).write_text(json.dumps(metrics, indent=1, sort_keys=True, allow_nan=False), encoding="utf-8")
    (temporary / _DESCRIPTION).write_text(json.dumps(asdict(description), indent=1), encoding="utf-8")
    _write_names(temporary / _SNAPSHOT, snapshot)
    for name, content in (files or {}).items():
        (temporary / name).write_bytes(content)
    listed = {path.name: sha256_of(path) for path in sorted(temporary.iterdir())}
    (temporary / MANIFEST_NAME).write_text(json.dumps(listed, indent=1), encoding="utf-8")
    _flush(temporary)
    shutil.rmtree(folder, ignore_errors=True)
    temporary.rename(folder)
    return folder


def read_model(settings: Settings, run_id: str) -> TrainedModel:
    """Read a finished model back, after checking its files.

    Raises
    ------
    ArtefactError
        When the folder is missing or a file is not what was written.
    """
    folder = artefact_folder(settings, run_id)
    check_files(folder, run_id)
    from models.pinsage.predictors import read_predictor

    description = read_description(settings, run_id)
    with np.load(folder / _SNAPSHOT, allow_pickle=False) as names:
        return TrainedModel(
            description=description,
            fitted=read_predictor(description.method, (folder / _WEIGHTS).read_bytes()),
            snp_keys=names["snp_keys"],
            snp_block=names["snp_block"],
            snp_chromosome=names["snp_chromosome"],
            snp_position_bp=names["snp_position_bp"],
            snp_degree=names["snp_degree"],
            snp_features=names["snp_features"],
            feature_names=tuple(str(name) for name in names["feature_names"]),
            molecule_ids=names["molecule_ids"],
            block_ids=names["block_ids"],
            metrics=json.loads((folder / _METRICS).read_text(encoding="utf-8")),
            neighbour_table=_read_neighbours(folder / NEIGHBOURS_NAME),
        )


def _read_neighbours(path: Path) -> NeighbourTable | None:
    return NeighbourTable.from_bytes(path.read_bytes()) if path.exists() else None


def read_description(settings: Settings, run_id: str) -> RunDescription:
    """Read what a finished run was made from; its folder must be there."""
    raw = json.loads((artefact_folder(settings, run_id) / _DESCRIPTION).read_text(encoding="utf-8"))
    return RunDescription(**{**raw, "load_ids": tuple(raw["load_ids"])})


def read_metrics(settings: Settings, run_id: str) -> dict[str, Any]:
    """Read the metrics of a finished run, after checking its files.

    Raises
    ------
    ArtefactError
        When the folder is missing or a file is not what was written.
    """
    folder = artefact_folder(settings, run_id)
    check_files(folder, run_id)
    metrics: dict[str, Any] = json.loads((folder / _METRICS).read_text(encoding="utf-8"))
    return metrics


def remove_partial(settings: Settings, training_id: str) -> None:
    """Remove what a finished training needed only while it ran."""
    shutil.rmtree(partial_folder(settings, training_id), ignore_errors=True)


def remove_other_partials(settings: Settings, *, keep: Collection[str]) -> None:
    """Remove the half-made folders of all runs and trainings but `keep`. The caller holds the training lock."""
    for path in runs_folder(settings).glob("*.*"):
        run_id, _, suffix = path.name.partition(".")
        if path.is_dir() and suffix in {"partial", "writing"} and run_id not in keep:
            shutil.rmtree(path, ignore_errors=True)


def sha256_of(path: Path) -> str:
    """Sha256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def check_files(folder: Path, run_id: str) -> None:
    """See that every file of an artefact is what was written.

    Raises
    ------
    ArtefactError
        When the folder is missing or a file is not what was written.
    """
    manifest = folder / MANIFEST_NAME
    if not manifest.exists():
        raise ArtefactError(f"the files of model run {run_id} are missing in {folder}: run `locusgraph train` again")
    for name, wanted in json.loads(manifest.read_text(encoding="utf-8")).items():
        path = folder / name
        found = sha256_of(path) if path.exists() else "nothing"
        if found != wanted:
            raise ArtefactError(
                f"{path} of model run {run_id} is not what was written (sha256 {found[:12]}, wanted {wanted[:12]}): "
                f"delete {folder} and run `locusgraph train` again"
            )


def _write_names(path: Path, snapshot: Snapshot) -> None:
    graph = snapshot.graph
    np.savez_compressed(
        path,
        snp_keys=snapshot.snp_keys,
        snp_block=graph.snp_block,
        snp_chromosome=graph.snp_chromosome,
        snp_position_bp=graph.snp_position_bp,
        snp_degree=np.bincount(graph.edge_snp, minlength=graph.n_snps),
        snp_features=graph.snp_features,
        feature_names=np.array(snapshot.feature_names, dtype=np.str_),
        molecule_ids=snapshot.molecule_ids,
        block_ids=snapshot.block_ids,
    )


def _flush(folder: Path) -> None:
    """See that every file is on the disk before the folder gets its name."""
    for path in [*sorted(folder.iterdir()), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

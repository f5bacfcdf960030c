"""The demo's files in a folder: written once, and found again by the truth that lies beside them."""

from dataclasses import dataclass
from pathlib import Path

from loaders.manifest import read_manifest
from loaders.simulation import (
    DEFAULT_SEED,
    TRUTH_NAME,
    DemoSize,
    DemoTruth,
    OutdatedTruthError,
    read_truth,
    write_demo,
)


class DemoFolderError(Exception):
    """A folder that holds something else than the demo's files."""


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """The demo's files, written and nothing else done with them.

    Attributes
    ----------
    folder
        Where they lie.
    manifest, truth
        Names of the manifest and of what was planted.
    studies
        Id, kind and file of each study of the manifest.
    """

    folder: str
    manifest: str
    truth: str
    studies: tuple[tuple[str, str, str], ...]


def write_demo_files(folder: Path, *, seed: int = DEFAULT_SEED, size: DemoSize | None = None) -> DemoFiles:
    """Write the demo's files into a folder of their own; neither state folder nor graph is touched.

    Parameters
    ----------
    folder
        New or empty, or one that holds them already.
    seed, size
        Of the simulated study; the same give the same bytes.

    Raises
    ------
    DemoFolderError
        If something else lies in the folder: the demo's files would be mixed with it, or replace it.
    """
    if folder.is_dir() and any(folder.iterdir()) and not _is_demo(folder):
        example = min(path.name for path in folder.iterdir())
        raise DemoFolderError(
            "the demo's files must have a folder of their own, one that is new, empty or theirs; seen: other files, "
            f"such as {example}, in {folder}: name another folder"
        )
    truth = write_once(folder, seed, size or DemoSize())
    studies = read_manifest(folder / truth.manifest).studies
    return DemoFiles(
        folder=str(folder),
        manifest=truth.manifest,
        truth=TRUTH_NAME,
        studies=tuple((study.id, study.kind, study.paths[0].name) for study in studies),
    )


def write_once(folder: Path, seed: int, size: DemoSize) -> DemoTruth:
    """Write the files unless they are there; the truth is written last, so it stands for all of them.

    Parameters
    ----------
    folder
        The demo's own: a truth in it that does not fit is replaced.
    seed, size
        Of the simulated study.
    """
    if (folder / TRUTH_NAME).exists():
        truth = _read_known_truth(folder / TRUTH_NAME)
        if truth is not None and (truth.seed, truth.size) == (seed, size):
            return truth
        (folder / TRUTH_NAME).unlink()
    return write_demo(folder, seed=seed, size=size)


def _read_known_truth(path: Path) -> DemoTruth | None:
    """Read the truth; None where an earlier version wrote it, whose files are to be replaced."""
    try:
        return read_truth(path)
    except OutdatedTruthError:
        return None


def _is_demo(folder: Path) -> bool:
    """Whether a truth of this version of the simulator lies there."""
    try:
        read_truth(folder / TRUTH_NAME)
    except (OSError, ValueError):
        return False
    return True

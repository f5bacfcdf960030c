"""Which files of the state folder belong into a backup, and the locks that keep them still meanwhile."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.backup.errors import BackupError
from services.graph.swapping import SWAP_FOLDER, flush
from services.ingest.errors import IngestBusy
from services.ingest.state import StateFolder, locked
from services.runs import training_lock
from services.settings import Settings
from services.statistics.errors import StatisticsBusy
from services.statistics.locking import statistics_lock

LEFT_OUT = frozenset({"graph", "cache", SWAP_FOLDER, "access", "audit", "logs", "importer-files", "graphiql"})
"""Entries of the state folder that are no part of a backup: the store (its dump is), what was fetched, access and logs.

Access tokens stay out so that restoring an old backup never brings a revoked one back.
"""
SPLIT = frozenset({"runs"})
"""Folders of the state folder whose entries are replaced one by one, because locks lie among them."""
_UNFINISHED = (".lock", ".partial", ".writing")


@contextmanager
def held_still(settings: Settings, doing: str) -> Iterator[None]:
    """Keep loading, training and statistics away from the state folder until the block ends.

    Raises
    ------
    BackupError
        When one of them is at work, naming it.
    """
    try:
        with (
            locked(StateFolder(settings.home), doing),
            statistics_lock(settings, doing),
            training_lock(settings) as is_ours,
        ):
            if not is_ours:
                raise BackupError(f"a training is at work in {settings.home}: wait until it has ended, then try again")
            yield
    except (IngestBusy, StatisticsBusy) as error:
        raise BackupError(str(error)) from error


def list_entries(folder: Path) -> list[str]:
    """Names, relative to a state folder or its copy, of what is copied and replaced as a whole; sorted."""
    names = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name in LEFT_OUT or path.name.endswith(_UNFINISHED):
            continue
        if path.name in SPLIT and path.is_dir():
            names += [f"{path.name}/{one.name}" for one in sorted(path.iterdir()) if _is_kept(one)]
        else:
            names.append(path.name)
    return names


def copy_state(source: Path, target: Path) -> None:
    """Copy the entries of a state folder, or of its copy in a backup, and wait until they are on the disk."""
    for name in list_entries(source):
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if (source / name).is_dir():
            shutil.copytree(source / name, place, symlinks=False, ignore=shutil.ignore_patterns(*_patterns()))
        else:
            shutil.copy2(source / name, place)
    flush_tree(target)


def flush_tree(folder: Path) -> None:
    """Wait until every file and folder below is on the disk."""
    for path in sorted(folder.rglob("*")):
        flush(path)
    flush(folder)


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 0


def _is_kept(path: Path) -> bool:
    return not path.name.endswith(_UNFINISHED)


def _patterns() -> list[str]:
    return [f"*{ending}" for ending in _UNFINISHED]

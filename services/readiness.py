"""Whether what a server needs beside the store is there: the champion's files, and room on the disk."""

import shutil
from dataclasses import dataclass
from typing import Literal

from services.settings import Settings

PartName = Literal["store", "model", "disk"]
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class PartState:
    """One part of what a server needs.

    Attributes
    ----------
    name
        Which part.
    is_ok
        Whether it is as it should be.
    reason
        What is wrong, or what there is to say; None for nothing.
    """

    name: PartName
    is_ok: bool
    reason: str | None = None


def check_disk(settings: Settings) -> PartState:
    """Whether the home folder's disk has the room that the settings want."""
    folder = settings.home
    while not folder.exists():
        folder = folder.parent
    try:
        free_mib = shutil.disk_usage(folder).free // _MIB
    except OSError as error:
        return PartState("disk", False, f"the home folder cannot be looked at ({error.strerror})")
    if free_mib < settings.api_minimum_free_mib:
        wanted = f"{settings.api_minimum_free_mib:,} MiB (LOCUSGRAPH_API_MINIMUM_FREE_MIB)"
        return PartState("disk", False, f"{free_mib:,} MiB are free on the home folder's disk, wanted {wanted}")
    return PartState("disk", True, f"{free_mib:,} MiB free")


class ModelCheck:
    """Whether the champion's files are what was written; the files are read again only when they have changed.

    Parameters
    ----------
    settings
        Name the home folder.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known: tuple[object, PartState] | None = None

    def check(self, champion_run_id: str | None) -> PartState:
        """Look at the files of the champion; blocking, so call it in a thread."""
        if champion_run_id is None:
            return PartState("model", True, "nothing was trained yet")
        stamp = self._stamp(champion_run_id)
        if self._known is None or self._known[0] != stamp:
            self._known = (stamp, self._read(champion_run_id))
        return self._known[1]

    def _stamp(self, run_id: str) -> object:
        from services.registry import artefact_folder

        folder = artefact_folder(self._settings, run_id)
        found = [(path.name, path.stat()) for path in sorted(folder.glob("*"))]
        return run_id, tuple((name, stat.st_size, stat.st_mtime_ns, stat.st_mode) for name, stat in found)

    def _read(self, run_id: str) -> PartState:
        from services.registry import ArtefactError, artefact_folder, check_files

        try:
            check_files(artefact_folder(self._settings, run_id), run_id)
        except (ArtefactError, OSError, ValueError) as error:
            return PartState("model", False, str(error))
        return PartState("model", True, f"run {run_id}")

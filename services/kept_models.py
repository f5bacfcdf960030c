"""The last models asked for stay in memory, so that a service reads and checks a run's files once."""

from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import Final

from services.registry import MANIFEST_NAME, TrainedModel, artefact_folder, read_model
from services.settings import Settings

_MODELS_KEPT: Final = 2
_lock = Lock()
_kept: OrderedDict[tuple[Path, int], TrainedModel] = OrderedDict()


def keep_model(settings: Settings, run_id: str) -> TrainedModel:
    """Read a finished model, or give the one read before; a run that was written anew is read anew.

    Raises
    ------
    ArtefactError
        When the folder is missing or a file is not what was written.
    """
    folder = artefact_folder(settings, run_id)
    manifest = folder / MANIFEST_NAME
    key = (folder, manifest.stat().st_mtime_ns if manifest.exists() else 0)
    with _lock:
        if key not in _kept:
            _kept[key] = read_model(settings, run_id)
            while len(_kept) > _MODELS_KEPT:
                _kept.popitem(last=False)
        _kept.move_to_end(key)
        return _kept[key]

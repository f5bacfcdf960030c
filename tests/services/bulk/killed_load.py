"""A first load in a process of its own that ends itself by SIGKILL at a named moment."""

import os
import signal
from multiprocessing import get_context
from pathlib import Path

from loaders.manifest import read_manifest
from services.bulk import bulk_load
from services.settings import Settings


def load_and_die(settings: Settings, manifest: str, moment: str) -> None:
    """Load; die when a step whose text begins so is reported."""

    def watch(_done: int, _total: int, text: str) -> None:
        if text.startswith(moment):
            os.kill(os.getpid(), signal.SIGKILL)

    bulk_load(settings, read_manifest(Path(manifest)), on_progress=watch)


def kill_load(settings: Settings, manifest: Path, moment: str) -> bool:
    """Run such a load; whether the kill ended it."""
    process = get_context("forkserver").Process(target=load_and_die, args=(settings, str(manifest), moment))
    process.start()
    process.join()
    was_killed = process.exitcode == -signal.SIGKILL
    process.close()
    return was_killed

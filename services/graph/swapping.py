"""Replaces parts of the state folder by new ones so that a kill at any moment leaves the old or the new, never a mix.

The new parts are made in ``HOME/restoring/new``. From the moment a plan is written the swap is on its way, and whoever
starts the server next finishes it; before that the old parts are untouched. The old parts stay in
``HOME/restoring/old`` until `forget_old`.
"""

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from services.graph.errors import ServerError

SWAP_FOLDER = "restoring"
_ASIDE, _IN, _DONE, _OUT, _BACK = "set aside", "move in", "done", "move out", "move back"
_NEXT = {_ASIDE: _IN, _IN: _DONE, _OUT: _BACK}


def begin_swap(home: Path) -> Path:
    """Make an empty folder for the new parts; what an earlier attempt left before its plan is removed.

    Raises
    ------
    ServerError
        When the old parts of an earlier swap are still kept.
    """
    folder = home / SWAP_FOLDER
    if _read_plan(home) is not None:
        raise ServerError(
            f"an earlier restore ended before its graph was seen to answer, and what it replaced lies in "
            f"{folder / 'old'}: when the present graph is right, delete {folder}, then try again"
        )
    remove_at_once(folder)
    new = folder / "new"
    new.mkdir(parents=True, mode=0o700)
    return new


def commit_swap(home: Path, replaced: Sequence[str], placed: Sequence[str], *, keeps_old: bool = True) -> None:
    """Write the plan, from which there is no way but through, and do it. The server is stopped.

    Parameters
    ----------
    replaced
        Paths relative to `home` that are set aside.
    placed
        Paths relative to the folder of `begin_swap` that take their places.
    keeps_old
        Whether the old parts stay until `forget_old`; else they go as soon as the new ones are in place.
    """
    plan = {"step": _ASIDE, "replaced": list(replaced), "placed": list(placed), "keeps_old": keeps_old}
    _write_plan(home, plan)
    finish_swap(home)


def finish_swap(home: Path) -> bool:
    """Finish a swap, or its undoing, that a kill cut short; whether there was anything to do."""
    plan = _read_plan(home)
    if plan is None or plan["step"] == _DONE:
        return False
    while plan is not None and plan["step"] != _DONE:
        plan = _do_step(home, plan)
    return True


def undo_swap(home: Path) -> None:
    """Bring the old parts back and remove the new ones. The server is stopped."""
    finish_swap(home)
    plan = _read_plan(home)
    if plan is None:
        return
    _write_plan(home, {**plan, "step": _OUT})
    finish_swap(home)


def forget_old(home: Path) -> None:
    """Remove the old parts: the new ones have proved themselves."""
    remove_at_once(home / SWAP_FOLDER)


def remove_at_once(folder: Path) -> None:
    """Take a folder's name away, then remove it, so that no half of it is ever taken for whole."""
    doomed = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(doomed, ignore_errors=True)
    if folder.exists():
        folder.rename(doomed)
    shutil.rmtree(doomed, ignore_errors=True)


def kept_old(home: Path) -> Path | None:
    """Folder of old parts whose successors were never seen to answer; None where there is none."""
    return home / SWAP_FOLDER / "old" if _read_plan(home) is not None else None


def _do_step(home: Path, plan: dict[str, object]) -> dict[str, object] | None:
    new, old = home / SWAP_FOLDER / "new", home / SWAP_FOLDER / "old"
    step, names = str(plan["step"]), plan["replaced" if plan["step"] in {_ASIDE, _BACK} else "placed"]
    source, target = {_ASIDE: (home, old), _IN: (new, home), _OUT: (home, new), _BACK: (old, home)}[step]
    for name in names if isinstance(names, list) else []:
        _move(source / name, target / name)
    if step == _BACK or (step == _IN and not plan.get("keeps_old", True)):
        forget_old(home)
        return None
    following = {**plan, "step": _NEXT[step]}
    _write_plan(home, following)
    return following


def _move(source: Path, target: Path) -> None:
    """Move a file or folder unless an earlier attempt did."""
    if not source.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    source.rename(target)
    flush(source.parent)
    flush(target.parent)


def flush(path: Path) -> None:
    """Wait until a file or the names in a folder are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_plan(home: Path) -> dict[str, object] | None:
    path = home / SWAP_FOLDER / "plan.json"
    if not path.exists():
        return None
    plan: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return plan


def _write_plan(home: Path, plan: dict[str, object]) -> None:
    path = home / SWAP_FOLDER / "plan.json"
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8") as stream:
        json.dump(plan, stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(path)
    flush(path.parent)

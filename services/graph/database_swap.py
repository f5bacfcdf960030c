"""Puts an imported database in the place of the managed server's own: whole or not at all, whatever is killed."""

import json
import os
import shutil
from pathlib import Path

SWAP_FILE = "swap.json"
DATABASE_PARTS = ("databases", "transactions")
"""Folders of a server's ``data`` in which a database has a folder of its own."""


def begin_swap(folder: Path, imported: Path, database: str) -> None:
    """Put a complete imported database in the place of the present one, which is deleted; the server does not run.

    Once the note of it is on the disk, whoever starts the server next finishes what a kill interrupted.

    Parameters
    ----------
    folder
        The managed server's folder.
    imported
        A folder of the same disk that holds ``data/databases`` and ``data/transactions``; it is removed at the end.
    database
        Name of the database in both.
    """
    partial = folder / f".{SWAP_FILE}.partial"
    with partial.open("w", encoding="utf-8") as stream:
        json.dump({"imported": str(imported), "database": database}, stream)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(folder / SWAP_FILE)
    settle_swap(folder)


def settle_swap(folder: Path) -> None:
    """Finish a swap that was begun; nothing happens where none was. The server does not run."""
    note = folder / SWAP_FILE
    if not note.exists():
        return
    named = json.loads(note.read_text(encoding="utf-8"))
    imported, database = Path(named["imported"]), named["database"]
    for part in DATABASE_PARTS:
        source, target = imported / "data" / part / database, folder / "data" / part / database
        if source.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            target.parent.mkdir(parents=True, exist_ok=True)
            source.rename(target)
    shutil.rmtree(imported, ignore_errors=True)
    note.unlink()

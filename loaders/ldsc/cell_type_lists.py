"""Lists of cell types (.cts, .ldcts): a name and the prefixes of its LD scores a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from loaders.errors import FormatError
from loaders.ldsc.typed_tables import check_file, write_atomically
from loaders.text_files import read_text


@dataclass(frozen=True)
class CellType:
    """One line of a list.

    Attributes
    ----------
    name
        The cell type.
    prefixes
        LD scores; the first is tested, the others (a control, such as all genes) stand beside it.
    """

    name: str
    prefixes: tuple[str, ...]


def read_cell_type_list(path: Path | str) -> tuple[CellType, ...]:
    """Read a list of cell types.

    Parameters
    ----------
    path
        Lines of a name, a blank or tab, and prefixes separated by commas. A prefix that is no absolute path is
        relative to the working folder, and where nothing is there to the list's folder.

    Raises
    ------
    FormatError
        No file, an empty list, a line of another shape, or a name that occurs twice.
    """
    path = Path(path)
    check_file(path)
    found: dict[str, CellType] = {}
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        words = line.split("\t") if "\t" in line else line.split()
        if not line.strip():
            continue
        if len(words) != 2 or not all(word.strip() for word in words):
            raise FormatError(
                "a line of a cell type list must be a name and its prefixes, separated by commas",
                seen=repr(line),
                where=f"{path}:{number}",
                remedy="write: Liver<tab>folder/Liver.,folder/control.",
            )
        parts = [part.strip() for part in words[1].split(",")]
        if not all(parts):
            raise FormatError(
                "every prefix of a cell type must be named",
                seen=repr(words[1]),
                where=f"{path}:{number}",
                remedy="remove the comma that nothing stands beside, or name the LD scores",
            )
        name = words[0].strip()
        if name in found:
            raise FormatError(
                "every cell type must be listed once", seen=name, where=f"{path}:{number}", remedy="rename one of them"
            )
        prefixes = tuple(_locate(part, path.parent) for part in parts)
        found[name] = CellType(name, prefixes)
    if not found:
        raise FormatError(
            "a cell type list must name at least one",
            seen="an empty file",
            where=path,
            remedy="write: Liver<tab>folder/Liver.,folder/control.",
        )
    return tuple(found.values())


def write_cell_type_list(path: Path | str, cell_types: Sequence[CellType]) -> None:
    """Write a list that `read_cell_type_list` reads."""
    text = "".join(f"{entry.name}\t{','.join(entry.prefixes)}\n" for entry in cell_types)

    def write(part: Path) -> None:
        part.write_text(text, encoding="utf-8")

    write_atomically(Path(path), write)


def _locate(prefix: str, folder: Path) -> str:
    def is_there(text: str) -> bool:
        start = Path(text.split("@", maxsplit=1)[0])
        parent, stem = (start, "") if text.endswith("/") else (start.parent, start.name)
        return parent.is_dir() and any(file.name.startswith(stem) for file in parent.iterdir())

    return prefix if Path(prefix).is_absolute() or is_there(prefix) else str(folder / prefix)

"""Which files a prefix of LD score regression names: one for all chromosomes, or one a chromosome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from loaders.errors import FormatError

AUTOSOMES: Final = tuple(str(number) for number in range(1, 23))


@dataclass(frozen=True)
class ChromosomeFile:
    """One file of a prefix.

    Attributes
    ----------
    stem
        Path without the suffix of its kind: `folder/ld.7` for `folder/ld.7.l2.ldscore.gz`.
    path
        The file.
    chromosome
        "1" to "22"; None where one file holds all.
    """

    stem: str
    path: Path
    chromosome: str | None


def find_chromosome_files(
    prefix: str | Path,
    suffixes: Sequence[str],
    *,
    chromosomes: Sequence[str] = AUTOSOMES,
    allows_missing: bool = False,
) -> tuple[ChromosomeFile, ...]:
    """Find the files of a prefix.

    Parameters
    ----------
    prefix
        A file itself; a prefix to which a suffix is added; or one with the chromosome's number in place of `@`, or
        between prefix and suffix.
    suffixes
        Endings of this kind of file, the preferred first.
    chromosomes
        Chromosomes that must be there where files are split.
    allows_missing
        Whether chromosomes without a file are left out; else they are an error that names them.

    Raises
    ------
    FormatError
        No file, or chromosomes that are missing, by name.
    """
    text = str(prefix)
    if "@" not in text:
        whole = _whole_file(text, suffixes)
        if whole is not None:
            return (whole,)
    found, missing = [], []
    for chromosome in chromosomes:
        stem = text.replace("@", chromosome) if "@" in text else f"{text}{chromosome}"
        path = _first_file(stem, suffixes)
        if path is None:
            missing.append(chromosome)
        else:
            found.append(ChromosomeFile(stem, path, chromosome))
    if not found:
        raise FormatError(
            "a prefix must name files that exist",
            seen=f"none of {text}{min(suffixes, key=len)} and {_split_name(text, min(suffixes, key=len))}",
            where=Path(text).parent,
            remedy=f"check the prefix; the files end in {' or '.join(suffixes)}; '@' stands for the chromosome",
        )
    if missing and not allows_missing:
        raise FormatError(
            "every chromosome must have its file",
            seen=f"none for chromosome{'s' if len(missing) > 1 else ''} {', '.join(missing)}",
            where=_split_name(text, min(suffixes, key=len)),
            remedy="add the files, or say which chromosomes there are (chromosomes=, or allows_missing)",
        )
    return tuple(found)


def _split_name(text: str, suffix: str) -> str:
    return (text if "@" in text else f"{text}@") + suffix


def _whole_file(text: str, suffixes: Sequence[str]) -> ChromosomeFile | None:
    for suffix in suffixes:
        if text.endswith(suffix) and Path(text).is_file():
            return ChromosomeFile(text.removesuffix(suffix), Path(text), None)
    path = _first_file(text, suffixes)
    return None if path is None else ChromosomeFile(text, path, None)


def _first_file(stem: str, suffixes: Sequence[str]) -> Path | None:
    return next((path for suffix in suffixes if (path := Path(stem + suffix)).is_file()), None)

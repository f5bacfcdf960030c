"""REGENIE's .loco files: what all chromosomes but one predict of a trait, a line a chromosome, a column a person."""

from __future__ import annotations

import dataclasses
import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.builds import canonical_chromosome
from loaders.compression import read_chunks
from loaders.errors import FormatError, RowError, locate
from loaders.text_files import is_file, read_text, to_numbers

_HEADER: Final = "FID_IID"


@dataclasses.dataclass(frozen=True)
class LocoFile:
    """Predictions of one trait.

    Attributes
    ----------
    path
        Where they were read.
    people
        ``FID_IID`` of each column.
    chromosomes
        The chromosome left out of each row, as `loaders.builds` writes it (23 is X).
    values
        ``[chromosomes, people]``, NaN where the file has NA; for a quantitative trait in units of its standard
        deviation once covariates are taken out.
    """

    path: Path
    people: tuple[str, ...]
    chromosomes: tuple[str, ...]
    values: NDArray[np.float64]

    def of(self, people: pl.DataFrame) -> NDArray[np.float64]:
        """Predictions in the order of `people` (family, person), ``[chromosomes, people]``; NaN for those not there.

        Parameters
        ----------
        people
            ``family`` (null matches ids without one, or doubled as REGENIE does) and ``person``.
        """
        place = {name: at for at, name in enumerate(self.people)}
        found = np.array([_place(place, family, person) for family, person in people.iter_rows()], np.int64)
        values = self.values[:, found] if self.people else np.empty((len(self.chromosomes), found.size))
        values[:, found < 0] = np.nan
        return values


def _place(place: dict[str, int], family: str | None, person: str) -> int:
    names = (f"{family}_{person}",) if family is not None else (f"0_{person}", f"{person}_{person}", person)
    return next((place[name] for name in names if name in place), -1)


def is_loco(path: Path) -> bool:
    """Whether a file starts as a .loco does; a list of such files does not."""
    return next(iter(read_chunks(path)), b"").startswith(_HEADER.encode())


def read_loco(path: Path) -> LocoFile:
    """Read a .loco file.

    Parameters
    ----------
    path
        Plain or gzipped.

    Raises
    ------
    FormatError
        If the header does not start with FID_IID, or a person or chromosome stands twice.
    RowError
        If a line has another length, no known chromosome, or a value that is no finite number.
    """
    lines = [(number, line) for number, line in enumerate(read_text(path).splitlines(), start=1) if line.strip()]
    header = lines[0][1].split() if lines else [""]
    if header[0] != _HEADER or len(lines) < 2:
        raise FormatError(
            f"a .loco file must start with {_HEADER} and have a line a chromosome",
            seen=header[0][:40] or "nothing",
            where=path,
            remedy="make it with regenie --step 1, or with the ridge here",
        )
    people = tuple(header[1:])
    rows = [_row(line, len(people), locate(path, number)) for number, line in lines[1:]]
    chromosomes = tuple(name for name, _ in rows)
    for names in (people, chromosomes):
        if len(set(names)) != len(names):
            doubled = sorted({name for name in names if names.count(name) > 1})[0]
            raise FormatError(
                "people and chromosomes must stand once",
                seen=f"{doubled} twice",
                where=path,
                remedy="copy the file again, or make it again",
            )
    return LocoFile(path, people, chromosomes, np.stack([values for _, values in rows]))


def _row(line: str, n_people: int, where: str) -> tuple[str, NDArray[np.float64]]:
    first, *words = line.split()
    chromosome = canonical_chromosome(first)
    if chromosome is None or len(words) != n_people:
        raise RowError(
            f"a line must have a chromosome and {n_people:,} values",
            seen=f"{first[:20]} and {len(words):,}",
            where=where,
            remedy="copy the file again",
        )
    values = to_numbers(words)
    bad = next((words[place] for place in np.flatnonzero(~np.isfinite(values)) if words[place] != "NA"), None)
    if bad is not None:
        raise RowError("a prediction must be a finite number or NA", seen=bad, where=where, remedy="correct it")
    return chromosome, values


def write_loco(path: Path, people: pl.DataFrame, chromosomes: Sequence[str], values: NDArray[np.float64]) -> None:
    """Write predictions of one trait as REGENIE does, so that its second step reads them.

    Parameters
    ----------
    path
        The file; gzipped if its name ends with .gz.
    people
        ``family`` (null is written as 0) and ``person``.
    chromosomes
        The chromosome left out of each row.
    values
        ``[chromosomes, people]``; NaN is written as NA.

    Raises
    ------
    FormatError
        If the shape is another.
    """
    if values.shape != (len(chromosomes), people.height):
        raise FormatError(
            "predictions must have a row a chromosome and a column a person",
            seen=f"{values.shape} for {len(chromosomes)} and {people.height}",
            where=path,
            remedy="give the people and chromosomes of these predictions",
        )
    names = (f"{'0' if family is None else family}_{person}" for family, person in people.iter_rows())
    lines = [" ".join((_HEADER, *names))]
    numbers = {"X": "23", "Y": "24", "MT": "26"}
    for name, row in zip(chromosomes, values, strict=True):
        words = ("NA" if np.isnan(value) else f"{value:.10g}" for value in row)
        lines.append(" ".join((numbers.get(name, name), *words)))
    data = ("\n".join(lines) + "\n").encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


def read_prediction_list(path: Path) -> dict[str, Path]:
    """Read REGENIE's list of .loco files: a trait and its file a line.

    Parameters
    ----------
    path
        The ``_pred.list``; files that are not where it says are looked for beside it.

    Returns
    -------
    dict[str, Path]
        The file of each trait.

    Raises
    ------
    RowError
        If a line has not two fields.
    FormatError
        If a file is neither there nor beside the list.
    """
    found: dict[str, Path] = {}
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        if not line.strip():
            continue
        fields = line.split(maxsplit=1)
        if len(fields) != 2:
            raise RowError(
                "a line must name a trait and a file", seen=line, where=locate(path, number), remedy="add the file"
            )
        named = Path(fields[1].strip())
        beside = path.parent / named.name
        places = (beside, named) if named.name == str(named) else (named, path.parent / named, beside)
        file = next((place for place in places if is_file(place)), None)
        if file is None:
            raise FormatError(
                f"the predictions of {fields[0]} must exist",
                seen=f"no {str(named)[:200]}",
                where=locate(path, number),
                remedy="put them beside the list",
            )
        found[fields[0]] = file
    if not found:
        raise FormatError(
            "a list of predictions must name a trait and its file", seen="an empty file", where=path,
            remedy="copy the file again",
        )  # fmt: skip
    return found

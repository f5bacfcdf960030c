"""Relationship matrices as other programs write them: GCTA's binary GRM and GEMMA's text, read and written."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from isal import isal_zlib
from numpy.typing import NDArray

from loaders.compression import read_chunks
from loaders.errors import FormatError, RowError, TruncatedFileError, locate
from loaders.text_files import read_text

_FLOAT: Final = np.dtype("<f4")
_TILE: Final = 512
_GZIP_WBITS: Final = 31
_LARGEST_ASYMMETRY: Final = 1e-6


@dataclasses.dataclass(frozen=True, slots=True)
class KinshipFile:
    """A relationship matrix from a file.

    Attributes
    ----------
    matrix
        Symmetric ``[n, n]``: float32 from GCTA, float64 from text.
    people
        Columns family and person, a row a person in the order of the matrix; None for GEMMA's text, which holds none
        and follows its .fam or phenotype file.
    n_pairs
        SNPs behind each value, float32 ``[n, n]``; None where the file does not say.
    """

    matrix: NDArray[np.floating]
    people: pl.DataFrame | None
    n_pairs: NDArray[np.float32] | None

    @property
    def n_snps(self) -> int | None:
        """The most SNPs behind any pair; None where the file does not say."""
        return None if self.n_pairs is None else round(float(self.n_pairs.max(initial=0.0)))


def read_gcta_grm(prefix: Path, *, with_counts: bool = True) -> KinshipFile:
    """Read ``PREFIX.grm.bin``, ``PREFIX.grm.id`` and ``PREFIX.grm.N.bin``, as GCTA and plink2 write them.

    Parameters
    ----------
    prefix
        Path without ``.grm.bin``.
    with_counts
        Whether to read the SNPs behind each pair, where the file is there.

    Raises
    ------
    FormatError
        If the matrix or the ids are missing, or a value is not finite.
    RowError
        If a line of the ids has fewer than two fields.
    TruncatedFileError
        If a file has another size than the people need.
    """
    values, ids, counts = _grm_paths(prefix)
    for path in (values, ids):
        if not path.is_file():
            raise FormatError(
                "a GCTA relationship matrix is a .grm.bin with a .grm.id",
                seen=f"no {path.name}",
                where=path.parent,
                remedy="name the files by what stands before .grm.bin, and copy both",
            )
    people = _read_ids(ids)
    matrix = _read_triangle(values, people.height)
    if not np.isfinite(np.diagonal(matrix)).all() or not np.isfinite(matrix.sum(dtype=np.float64)):
        raise FormatError(
            "a relationship matrix must be finite",
            seen=_name_bad(matrix, people),
            where=values,
            remedy="leave out people without genotypes and make it again",
        )
    n_pairs = _read_triangle(counts, people.height) if with_counts and counts.is_file() else None
    return KinshipFile(matrix, people, n_pairs)


def write_gcta_grm(
    prefix: Path, matrix: NDArray[np.floating], people: pl.DataFrame, *, n_pairs: NDArray[np.floating] | int
) -> tuple[Path, Path, Path]:
    """Write a relationship matrix as GCTA does, in float32.

    Parameters
    ----------
    prefix
        Path without ``.grm.bin``; its folder must be there.
    matrix
        Symmetric ``[n, n]``.
    people
        Columns family (null is written as 0) and person ``[n]``.
    n_pairs
        SNPs behind each pair ``[n, n]``, or one number for all.

    Returns
    -------
    tuple[Path, Path, Path]
        The matrix, the ids and the counts.

    Raises
    ------
    FormatError
        If there are not as many people as the matrix has rows.
    """
    _check_square(matrix, people.height, prefix)
    paths = _grm_paths(prefix)
    _write_triangle(paths[0], matrix)
    _write_triangle(paths[2], np.broadcast_to(np.asarray(n_pairs, _FLOAT), matrix.shape))
    people.select(pl.col("family").fill_null("0"), "person").write_csv(paths[1], separator="\t", include_header=False)
    return paths


def read_gemma_kinship(path: Path, *, n_people: int | None = None) -> KinshipFile:
    """Read GEMMA's ``.cXX.txt`` or ``.sXX.txt``: n lines of n numbers, plain or compressed.

    Parameters
    ----------
    path
        The file.
    n_people
        People that it must hold (lines of the .fam); None to take what it has.

    Raises
    ------
    RowError
        If a line does not hold n finite numbers.
    FormatError
        If the file is empty, not symmetric, or of another number of people.
    TruncatedFileError
        If a compressed file ends early.
    """
    lines = b"".join(read_chunks(path)).split(b"\n")
    rows = [(at, line) for at, line in enumerate(lines, 1) if line.strip()]
    wanted = len(rows) if n_people is None else n_people
    if not rows or len(rows) != wanted:
        raise FormatError(
            "a relationship matrix must have a line for each person",
            seen=f"{len(rows)} lines" + ("" if n_people is None else f" for {n_people} people"),
            where=path,
            remedy="use the matrix that was made from these genotypes, whole",
        )
    matrix = np.empty((wanted, wanted))
    for row, (at, line) in enumerate(rows):
        matrix[row] = _parse_line(line, wanted, path, at)
    _check_symmetric(matrix, path)
    return KinshipFile(matrix, None, None)


def write_gemma_kinship(path: Path, matrix: NDArray[np.floating]) -> Path:
    """Write n lines of n numbers between tabs, with all their digits; gzipped where the name ends in ``.gz``.

    Raises
    ------
    FormatError
        If the matrix is not square.
    """
    _check_square(matrix, matrix.shape[0], path)
    text = pl.from_numpy(matrix).write_csv(separator="\t", include_header=False).encode()
    path.write_bytes(isal_zlib.compress(text, level=2, wbits=_GZIP_WBITS) if path.suffix == ".gz" else text)
    return path


def _grm_paths(prefix: Path) -> tuple[Path, Path, Path]:
    """The matrix, the ids and the counts."""
    matrix, ids, counts = (prefix.with_name(f"{prefix.name}.grm.{end}") for end in ("bin", "id", "N.bin"))
    return matrix, ids, counts


def _read_ids(path: Path) -> pl.DataFrame:
    people: list[tuple[str, str]] = []
    for at, line in enumerate(read_text(path).splitlines(), 1):
        fields = line.split()
        if not fields or fields[0] in ("#FID", "#IID"):  # plink2 writes a header
            continue
        if len(fields) < 2:
            raise RowError(
                "a line of a .grm.id must hold family and person",
                seen=line,
                where=locate(path, at),
                remedy="write 0 for an unknown family",
            )
        people.append((fields[0], fields[1]))
    return pl.DataFrame(people, schema={"family": pl.String, "person": pl.String}, orient="row")


def _read_triangle(path: Path, n: int) -> NDArray[np.float32]:
    """A lower triangle, row by row with its diagonal, as a whole matrix."""
    wanted, size = n * (n + 1) // 2 * _FLOAT.itemsize, path.stat().st_size
    if size != wanted:
        raise TruncatedFileError(
            "a GCTA matrix must have 4 bytes for each pair of people and each person",
            seen=f"{size:,} bytes; the {n:,} people of the .grm.id need {wanted:,}",
            where=path,
            remedy="the files do not belong together, or one was cut: copy all three again",
        )
    packed = np.fromfile(path, _FLOAT)
    matrix = np.empty((n, n), np.float32)
    at = 0
    for row in range(n):
        matrix[row, : row + 1] = packed[at : at + row + 1]
        at += row + 1
    for first in range(0, n, _TILE):
        last = min(first + _TILE, n)
        matrix[:first, first:last] = matrix[first:last, :first].T
        square = matrix[first:last, first:last]
        square[:] = np.tril(square) + np.tril(square, -1).T
    return matrix


def _write_triangle(path: Path, matrix: NDArray[np.floating]) -> None:
    with path.open("wb") as stream:
        for first in range(0, matrix.shape[0], _TILE):
            rows = np.asarray(matrix[first : first + _TILE], _FLOAT)
            stream.write(b"".join(row[: first + at + 1].tobytes() for at, row in enumerate(rows)))


def _parse_line(line: bytes, n: int, path: Path, at: int) -> NDArray[np.float64]:
    try:
        values = np.array(line.split(), np.float64)
    except ValueError:
        values = np.array([np.nan])
    if values.size != n or not np.isfinite(values).all():
        raise RowError(
            f"a line of this relationship matrix must hold {n} finite numbers",
            seen=f"{values.size} fields" if values.size not in (1, n) else line[:60].decode(errors="replace"),
            where=locate(path, at),
            remedy="copy the file again, or make it without people that have no genotypes",
        )
    return values


def _check_symmetric(matrix: NDArray[np.float64], path: Path) -> None:
    error = np.abs(matrix - matrix.T)
    worst = int(error.argmax())
    i, j = divmod(worst, matrix.shape[0])
    if error[i, j] > _LARGEST_ASYMMETRY * max(1.0, float(np.abs(matrix).max())):
        raise FormatError(
            "a relationship matrix must be symmetric",
            seen=f"{matrix[i, j]} in line {i + 1}, field {j + 1} and {matrix[j, i]} the other way",
            where=path,
            remedy="give the n x n matrix of GEMMA's -gk, not another of its tables",
        )


def _check_square(matrix: NDArray[Any], n: int, where: Path) -> None:
    if matrix.shape != (n, n):
        raise FormatError(
            "a relationship matrix must have a row and a column for each person",
            seen=f"shape {matrix.shape} for {n} people",
            where=where,
            remedy="give the people of the matrix in its order",
        )


def _name_bad(matrix: NDArray[np.float32], people: pl.DataFrame) -> str:
    row, column = (int(at[0]) for at in np.nonzero(~np.isfinite(matrix)))
    return f"{matrix[row, column]} for {people['person'][row]} and {people['person'][column]}"

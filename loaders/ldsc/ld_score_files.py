"""LD score files: .l2.ldscore(.gz or .parquet) with .l2.M and .l2.M_5_50, of one file or one a chromosome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.builds import sort_by_place
from loaders.errors import FormatError
from loaders.ldsc.chromosome_files import AUTOSOMES, ChromosomeFile, find_chromosome_files
from loaders.ldsc.ld_score_parts import LdScorePart, read_ld_score_file, score_columns, stream_ld_scores
from loaders.ldsc.text_writer import write_table
from loaders.ldsc.thousandths import Scores
from loaders.ldsc.typed_tables import refuse_empty, write_atomically
from loaders.text_files import read_text, to_numbers

LD_SCORE_SUFFIXES: Final = (
    ".l2.ldscore.parquet", ".l2.ldscore.gz", ".l2.ldscore.bz2", ".l2.ldscore", ".l2.ldscore.zst",
)  # fmt: skip


@dataclass(frozen=True)
class LdScoreFile:
    """LD scores as files hold them.

    Attributes
    ----------
    table
        CHR (canonical), SNP, BP, and one float64 column a name, sorted by chromosome and position.
    names
        Annotations; the suffix L2 of partitioned columns is taken off, the lone column is called L2.
    m, m_5_50
        Sum of each annotation over the reference SNPs, and over those with MAF > 5 %; None where there is no such file.
    """

    table: pl.DataFrame
    names: tuple[str, ...]
    m: NDArray[np.float64] | None
    m_5_50: NDArray[np.float64] | None


@dataclass(frozen=True)
class LdScoreFiles:
    """LD score files that are found and whose columns are known, but not read.

    Attributes
    ----------
    prefixes
        As they were given; the columns of several stand side by side.
    files
        Of each prefix, in the order of the chromosomes.
    names
        Annotations over all prefixes.
    """

    prefixes: tuple[str, ...]
    files: tuple[tuple[ChromosomeFile, ...], ...]
    names: tuple[str, ...]

    def read_parts(self) -> Iterator[LdScorePart]:
        """Read the rows file by file, in the order they lie there.

        Yields
        ------
        LdScorePart
            The columns of all prefixes side by side, as `names` says.

        Raises
        ------
        FormatError
            When the files of two prefixes have other SNPs, or a prefix's files have other columns.
        """
        for index in range(len(self.files[0])):
            paths = [files[index].path for files in self.files]
            self._check_columns(paths)
            if len(paths) == 1:
                yield from stream_ld_scores(paths[0])
                continue
            parts = [read_ld_score_file(path) for path in paths]
            for part, path in zip(parts[1:], paths[1:], strict=True):
                _check_same_snps(parts[0].places, part.places, path)
            yield LdScorePart(parts[0].places, partial(_side_by_side, parts))

    def _check_columns(self, paths: Sequence[Path]) -> None:
        n_columns = sum(len(score_columns(path)) for path in paths)
        if n_columns != len(self.names):
            raise FormatError(
                "the files of one prefix must have the same columns",
                seen=f"{n_columns} columns of LD scores, {len(self.names)} in the first file",
                where=paths[0],
                remedy="make the files in one run",
            )

    def read_m(self, suffix: str) -> NDArray[np.float64] | None:
        """Sum the .l2.M files (`suffix` "M") or .l2.M_5_50 files; None where a prefix has none."""
        parts = [_sum_m(files, suffix) for files in self.files]
        found = [part for part in parts if part is not None]
        if len(found) < len(parts):
            return None
        total = np.concatenate(found)
        if total.size != len(self.names):
            raise FormatError(
                "a .l2.M file must have one number a column of LD scores",
                seen=f"{total.size} numbers, {len(self.names)} columns ({', '.join(self.names[:4])}, ...)",
                where=", ".join(f"{prefix}.l2.{suffix}" for prefix in self.prefixes),
                remedy="the files are of two runs: take M and LD scores from one",
            )
        return total


def open_ld_scores(
    prefix: str | Path, *, chromosomes: Sequence[str] = AUTOSOMES, allows_missing: bool = False
) -> LdScoreFiles:
    """Find LD score files and read their columns' names.

    Parameters
    ----------
    prefix
        A file or prefix (see `find_chromosome_files`), or several separated by commas.
    chromosomes, allows_missing
        Which chromosomes there must be; a missing one is an error that names it, unless `allows_missing`.

    Raises
    ------
    FormatError
        No file, a missing chromosome, a file without LD scores, or prefixes that are split in different ways.
    """
    prefixes = tuple(part.strip() for part in str(prefix).split(","))
    files = tuple(
        find_chromosome_files(part, LD_SCORE_SUFFIXES, chromosomes=chromosomes, allows_missing=allows_missing)
        for part in prefixes
    )
    splits = [tuple(file.chromosome for file in part) for part in files]
    if len(set(splits)) > 1:
        raise FormatError(
            "several prefixes must have the same chromosomes",
            seen="; ".join(f"{name}: {len(split)} files" for name, split in zip(prefixes, splits, strict=True)),
            remedy="give every chromosome to each of them",
        )
    names = _unique_names([score_columns(part[0].path) for part in files])
    return LdScoreFiles(prefixes, files, names)


def read_ld_scores(
    prefix: str | Path, *, chromosomes: Sequence[str] = AUTOSOMES, allows_missing: bool = False
) -> LdScoreFile:
    """Read LD scores with their M.

    Parameters
    ----------
    prefix, chromosomes, allows_missing
        See `open_ld_scores`.

    Raises
    ------
    FormatError, RowError, TruncatedFileError
        See `open_ld_scores` and `read_typed_table`.
    """
    files = open_ld_scores(prefix, chromosomes=chromosomes, allows_missing=allows_missing)
    parts = [part.to_table(files.names) for part in files.read_parts()]
    table = pl.concat(parts) if parts else pl.DataFrame()
    refuse_empty(table, files.files[0][0].path)
    return LdScoreFile(sort_by_place(table, "CHR", "BP"), files.names, files.read_m("M"), files.read_m("M_5_50"))


def write_ld_scores(
    prefix: str | Path, scores: LdScoreFile, *, suffix: str = ".l2.ldscore.gz", decimals: int | None = None
) -> tuple[Path, ...]:
    """Write LD scores and M files.

    Parameters
    ----------
    prefix
        Path without suffix; files split by chromosome are written by one call a chromosome.
    scores
        Table, names and M.
    suffix
        `.l2.ldscore.gz`, `.l2.ldscore` or `.l2.ldscore.parquet`.
    decimals
        Digits after the point in text, 3 as the reference writes; in Parquet 3 gives decimals of half the size of a
        float (see `write_table`). None for all digits.

    Returns
    -------
    tuple of Path
        The files.
    """
    names = {name: name if name.endswith("L2") else f"{name}L2" for name in scores.names}
    table = scores.table.select("CHR", "SNP", "BP", *(pl.col(old).alias(new) for old, new in names.items()))
    written = [Path(f"{prefix}{suffix}")]
    write_table(table, written[0], decimals=decimals)
    for name, values in (("M", scores.m), ("M_5_50", scores.m_5_50)):
        if values is not None:
            written.append(Path(f"{prefix}.l2.{name}"))
            write_m(written[-1], values)
    return tuple(written)


def write_m(path: Path, values: NDArray[np.float64]) -> None:
    """Write one line of tab-separated sums, whole numbers without a point."""
    line = "\t".join(f"{value:.0f}" if value == np.floor(value) else repr(float(value)) for value in values)

    def write(part: Path) -> None:
        part.write_text(line + "\n", encoding="utf-8")

    write_atomically(path, write)


def _unique_names(parts: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Take L2 off; where prefixes share a name, number them as they come."""
    bare = [name.removesuffix("L2") or "L2" for part in parts for name in part]
    seen: dict[str, int] = {}
    names = []
    for name in bare:
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return tuple(names)


def _side_by_side(parts: Sequence[LdScorePart]) -> Iterator[Scores]:
    for part in parts:
        yield from part.read_scores()


def _check_same_snps(first: pl.DataFrame, other: pl.DataFrame, path: Path) -> None:
    if first["SNP"].equals(other["SNP"]):
        return
    n_shared = first.select("SNP").join(other.select("SNP"), on="SNP", how="semi").height
    raise FormatError(
        "LD scores that stand side by side must be of the same SNPs in the same order",
        seen=f"{first.height:,} and {other.height:,} SNPs, {n_shared:,} shared",
        where=path,
        remedy="compute both with one list of printed SNPs",
    )


def _sum_m(files: Sequence[ChromosomeFile], suffix: str) -> NDArray[np.float64] | None:
    total: NDArray[np.float64] | None = None
    is_count = score_columns(files[0].path) == ("L2",)
    for file in files:
        path = Path(f"{file.stem}.l2.{suffix}")
        if not path.is_file():
            return None
        values = _read_m(path)
        if is_count and (values < 0).any():  # the sum of an annotation may be
            raise FormatError(
                "a number of SNPs must not be negative", seen=f"{values.min():g}", where=f"{path}:1",
                remedy="make the file again",
            )  # fmt: skip
        if total is not None and total.size != values.size:
            raise FormatError(
                "the M files of one prefix must have the same number of columns",
                seen=f"{values.size}, before it {total.size}",
                where=path,
                remedy="make the files in one run",
            )
        total = values if total is None else total + values
    return total


def _read_m(path: Path) -> NDArray[np.float64]:
    text = read_text(path)
    values = to_numbers(text.split())
    if values.size == 0 or not np.isfinite(values).all():
        raise FormatError(
            "an M file must hold a finite number a column", seen=repr(text[:60]), where=f"{path}:1",
            remedy="make it again",
        )  # fmt: skip
    return values
